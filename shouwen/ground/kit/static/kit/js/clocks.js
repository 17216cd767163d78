// One timer for every clock on the page. The server's state counts; this only carries it forward.
(() => {
  const ICONS = { safe: "clock", soon: "hourglass", over: "alert-octagon", goal: "target" };

  const text = (state, due) => {
    const span = (due - sw.now()) / 1000;
    const time = sw.duration(Math.abs(span));
    if (state === "goal") return sw.fill(span >= 0 ? "goal" : "missed", { time });
    return sw.fill(span >= 0 ? "left" : "over", { time });
  };
  const due = (pill) => Date.parse(pill.dataset.due);

  const stateNow = (pill) => {
    let state = pill.dataset.state;
    for (const change of (pill.dataset.changes || "").split(" ")) {
      const [at, to] = change.split("=");
      if (to && sw.now() >= Date.parse(at)) state = to;
    }
    return state;
  };

  const announce = (pill, words) => {
    const region = document.getElementById("sw-link");
    const name = pill.dataset.name || pill.closest(".sw-clk")?.querySelector("strong")?.textContent;
    if (region && name) region.textContent = sw.fill("became", { name, state: words });
  };

  const tick = (pill) => {
    const state = stateNow(pill);
    const words = text(state, due(pill));
    const holder = pill.querySelector(".sw-words") || pill;
    if (holder.textContent !== words) holder.textContent = words;
    if (state === pill.dataset.shown || (!pill.dataset.shown && state === pill.dataset.state)) return;
    pill.classList.remove(`sw-${pill.dataset.shown || pill.dataset.state}`);
    pill.classList.add(`sw-${state}`);
    pill.dataset.shown = state;
    if (ICONS[state]) pill.querySelector("svg")?.replaceWith(sw.icon(ICONS[state]));
    announce(pill, words);
  };

  // Spans that run: <time data-since="ISO"> counts up as 0:38 or 1:02:03.
  const stopwatch = (element) => {
    const span = Math.max(0, Math.trunc((sw.now() - Date.parse(element.dataset.since)) / 1000));
    const hours = Math.trunc(span / 3600);
    const minutes = Math.trunc((span % 3600) / 60);
    const words = hours
      ? `${hours}:${sw.two(minutes)}:${sw.two(span % 60)}`
      : `${minutes}:${sw.two(span % 60)}`;
    if (element.textContent !== words) element.textContent = words;
  };
  // And spans that end: <span data-until="ISO"> counts down in seconds.
  const countdown = (element) => {
    const span = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - sw.now()) / 1000));
    element.textContent = sw.duration(span);
  };

  const all = () => {
    document.querySelectorAll("[data-due]").forEach(tick);
    document.querySelectorAll("[data-since]").forEach(stopwatch);
    document.querySelectorAll("[data-until]").forEach(countdown);
    document.querySelectorAll("[data-wall-clock]").forEach((element) => {
      element.textContent = new Date(sw.now()).toLocaleTimeString("en-GB", {
        timeZone: "Asia/Shanghai",
      });
    });
  };
  all();
  setInterval(all, 1000);
  document.addEventListener("htmx:load", all);
})();
