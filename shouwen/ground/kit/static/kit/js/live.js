// The line to the centre. The socket carries topics and no content: each topic becomes an event on
// the body, and the elements that wait for it fetch themselves again (`hx-trigger="case-… from:body"`).
(() => {
  const meta = document.querySelector('meta[name="sw-live"]');
  if (!meta) return;
  const RETRY = [1000, 2000, 5000, 10000];
  const POLL = 5000;
  const PING = 4000;
  const SILENT = 12000;

  let socket = null;
  let tries = 0;
  let followed = "";
  let cutSince = 0;
  let heard = 0;
  let pinged = 0;
  let polled = 0;
  let onRequests = false;
  let before = false;
  // Within how many seconds the pages of a big centre fetch what all of them show.
  let spread = 0;
  const waiting = new Map();
  // When the fetches that run now were begun; a topic is new where the part it belongs to is.
  const begun = new Map();
  // Which topic was heard last, and when among all; parts that are replaced catch up by it.
  const fired = new Map();
  let count = 0;

  const topics = () => {
    const found = new Set();
    document.querySelectorAll("[data-topic]").forEach((element) => {
      element.dataset.topic.split(" ").filter(Boolean).forEach((topic) => found.add(topic));
    });
    return [...found];
  };
  const fire = (topic, detail = {}) => {
    const event = new CustomEvent(topic, { detail, bubbles: false });
    count += 1;
    fired.set(topic, { count, event });
    document.body.dispatchEvent(event);
  };
  const hear = ({ topic, only, broad, ...hint }) => {
    const name = only ? `${topic}:${only}` : topic;
    if (!broad) fire(name, hint);
    else if (!waiting.has(name)) {
      const turn = () => {
        waiting.delete(name);
        fire(name, hint);
      };
      waiting.set(name, setTimeout(turn, Math.random() * spread * 1000));
    }
  };
  const fireAll = () => topics().forEach((topic) => fire(topic, { again: true }));
  const send = (message) => {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const follow = () => {
    const wanted = topics();
    const mark = wanted.slice().sort().join(" ");
    if (mark === followed) return;
    // What was said since the page, or the part, was read is said again; a line that was cut has
    // everything fetched again.
    let since = before ? undefined : Number(meta.dataset.read);
    if (followed) since = Math.min(Date.now(), ...begun.values()) + sw.offset;
    followed = mark;
    send({ follow: wanted, since });
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr } = event.detail;
    begun.set(xhr, Date.now());
    xhr.addEventListener("loadend", () => setTimeout(() => begun.delete(xhr), 0));
  });
  const ping = () => {
    pinged = Date.now();
    send({ ping: pinged });
  };

  const clock = () =>
    new Date(cutSince + sw.offset).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
  const up = () => {
    tries = 0;
    onRequests = false;
    settle();
  };
  const settle = () => {
    document.documentElement.removeAttribute("data-offline");
    sw.untoast("line");
    if (cutSince) document.getElementById("sw-link").textContent = sw.fill("online");
    cutSince = 0;
    document.dispatchEvent(new CustomEvent("sw-line", { detail: { up: true } }));
  };
  const down = () => {
    if (!cutSince && !onRequests) {
      cutSince = Date.now();
      document.dispatchEvent(new CustomEvent("sw-line", { detail: { up: false } }));
    }
    if (tries >= 2 && !onRequests && !document.documentElement.hasAttribute("data-offline")) {
      document.documentElement.setAttribute("data-offline", "");
      sw.toast({
        text: sw.fill("offline", { time: clock() }),
        tone: "over",
        key: "line",
        act: sw.fill("again"),
        onAct: open,
      });
    }
    setTimeout(open, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  };

  function open() {
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(`${scheme}//${location.host}${meta.content}`);
    socket = mine;
    mine.addEventListener("open", () => {
      heard = Date.now();
      followed = "";
      follow();
      ping();
    });
    // A line is up once something came through it; some networks open sockets and carry nothing.
    mine.addEventListener("message", () => {
      up();
      // What was missed while the line was cut is fetched now.
      if (before) fireAll();
      before = true;
    }, { once: true });
    mine.addEventListener("message", (event) => {
      heard = Date.now();
      const message = JSON.parse(event.data);
      if (message.topic) hear(message);
      else if (message.pong) {
        spread = message.spread || 0;
        const travel = (Date.now() - message.pong) / 2;
        sw.offset = Math.round(message.now - (message.pong + travel));
      }
    });
    mine.addEventListener("close", () => {
      if (socket === mine) {
        socket = null;
        down();
      }
    });
  }

  function cut() {
    if (!socket) return;
    const silent = socket;
    socket = null;
    silent.close();
    down();
  }

  // Some networks let requests through and no socket: then the page says by requests that it is
  // still there, and asks for everything it shows again.
  const ask = async () => {
    const token = document.querySelector('meta[name="csrf-token"]');
    const headers = { "X-CSRFToken": token ? token.content : "" };
    const options = { method: "POST", headers, redirect: "error", cache: "no-store" };
    try {
      const answer = await fetch(meta.dataset.here, options);
      if (!answer.ok) throw new Error(String(answer.status));
      sw.offset = (await answer.json()).now - Date.now();
      if (!tries) return; // a socket was quicker
      onRequests = true;
      settle();
      if (Date.now() - polled > POLL) {
        polled = Date.now();
        fireAll();
      }
    } catch {
      onRequests = false;
    }
  };

  setInterval(() => {
    if (!socket || socket.readyState !== WebSocket.OPEN) {
      if (tries >= 2) ask();
      return;
    }
    // A line that says nothing is cut, whatever the browser believes.
    if (Date.now() - heard > SILENT) cut();
    else ping();
  }, PING);
  document.addEventListener("htmx:load", follow);
  window.addEventListener("online", open);
  window.addEventListener("offline", cut);
  sw.live = {
    fire,
    get count() { return count; },
    since: (topic, seen) => (fired.get(topic)?.count > seen ? fired.get(topic).event : null),
  };
  // Before that, htmx hears no topic.
  document.addEventListener("DOMContentLoaded", open);
})();
