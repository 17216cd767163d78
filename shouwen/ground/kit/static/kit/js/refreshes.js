// What a refresh may not take away: words nobody has sent yet, a button under the finger, and what
// the last press was answered. A refresh is a fetch that a topic on the body began (live.js).
(() => {
  const TYPED = "textarea, select, [contenteditable], input:not([type=hidden], [type=checkbox], [type=radio])";
  const ONE_TIME = "input[name=csrfmiddlewaretoken], input[name=idempotency_key]";
  const ANSWER = ":scope > [role=alert]";
  const topicOf = ({ requestConfig }) => {
    const begun = requestConfig?.verb === "get" && requestConfig.triggeringEvent;
    return begun && begun.target === document.body ? begun.type : "";
  };

  // A part that asks for itself every so often; what one answer misses, the next brings.
  const isPolled = ({ requestConfig }) =>
    requestConfig?.verb === "get" &&
    !requestConfig.triggeringEvent &&
    /\bevery\b/.test(requestConfig.elt?.getAttribute("hx-trigger") ?? "");

  // Where the page chose no option, the browser chose the first; nobody did.
  const byDefault = (field) =>
    [...field.options].some((option) => option.defaultSelected) || field.multiple ? null : field.options[0];
  const isChanged = (field) =>
    field.matches("select")
      ? [...field.options].some(
          (option) => option.selected !== (option.defaultSelected || option === byDefault(field)),
        )
      : field.value !== field.defaultValue;
  // A form that came back with faults holds words that are nowhere else, though nothing was typed since.
  const isUnsent = (field) =>
    field.form?.matches("[method=post]") &&
    Boolean(field.value?.trim()) &&
    (isChanged(field) || field.form.querySelector("[aria-invalid=true]") !== null);
  const hasWords = (target) =>
    (target.contains(document.activeElement) && document.activeElement.matches(TYPED)) ||
    [...target.querySelectorAll(TYPED)].some(isUnsent);

  // Only one-time values and the marks of a running fetch may differ where nothing is newer.
  const plain = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(ONE_TIME).forEach((field) => field.removeAttribute("value"));
    for (const marked of [copy, ...copy.querySelectorAll("[class*=htmx-]")]) {
      marked.classList.remove(...[...marked.classList].filter((name) => name.startsWith("htmx-")));
    }
    return copy;
  };
  const isNews = (target, html) => {
    const came = document.createElement("template");
    came.innerHTML = html;
    const next = came.content.firstElementChild;
    return !next || !plain(target).isEqualNode(plain(next));
  };
  const offer = (target, html) =>
    sw.toast({
      text: sw.fill("newer"),
      key: `newer-${target.id}`,
      stay: true,
      act: sw.fill("again"),
      onAct: () => {
        if (target.contains(document.activeElement)) document.activeElement.blur();
        htmx.swap(target, html, { swapStyle: target.getAttribute("hx-swap") || "outerHTML" });
      },
    });

  // A press is a down and an up on the same element; what changes in between would swallow it.
  let pressed = null;
  const waiting = new Set();
  // Parts that another's answer brought along meanwhile, by their id.
  const cameAlong = new Map();
  const release = () => {
    pressed = null;
    const topics = [...waiting];
    const parts = [...cameAlong];
    waiting.clear();
    cameAlong.clear();
    // The click comes right after the release.
    setTimeout(() => {
      topics.forEach((topic) => sw.live.fire(topic));
      for (const [id, { html, swapStyle }] of parts) {
        const target = document.getElementById(id);
        if (target) htmx.swap(target, html, { swapStyle });
      }
    }, 0);
  };
  const press = (event) => { pressed = event.target; };
  document.addEventListener("pointerdown", press, true);
  for (const end of ["pointerup", "pointercancel", "dragend"]) {
    document.addEventListener(end, release, true);
  }
  // A button is pressed by the space bar when that is let go.
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("button")) press(event);
  }, true);
  document.addEventListener("keyup", (event) => { if (event.key === " ") release(); }, true);
  window.addEventListener("blur", release);

  let answer = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    answer = null;
    if (pressed && target?.contains(pressed) && isPolled(event.detail)) {
      event.detail.shouldSwap = false;
      return;
    }
    const topic = topicOf(event.detail);
    if (!event.detail.shouldSwap || !target || !topic) return;
    if (pressed && target.contains(pressed)) {
      event.detail.shouldSwap = false;
      waiting.add(topic);
    } else if (hasWords(target) && !target.hasAttribute("data-swap-anyway")) {
      event.detail.shouldSwap = false;
      if (isNews(target, xhr.responseText)) offer(target, xhr.responseText);
    } else {
      const told = target.querySelector(ANSWER);
      if (told) answer = { id: target.id, told };
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    const fresh = answer && document.getElementById(answer.id);
    if (fresh && !fresh.querySelector(ANSWER)) fresh.prepend(answer.told);
    answer = null;
  });

  // A late answer brings other parts along, and they take no words away either. What a form sent and
  // nobody touched since is on the server: it may go.
  const sent = new WeakSet();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.requestConfig?.verb !== "get" && event.target.closest?.("form");
    if (form) sent.add(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = !event.detail.successful && event.target.closest?.("form");
    if (form) sent.delete(form);
  });
  document.addEventListener("input", (event) => {
    if (event.target.form) sent.delete(event.target.form);
  });
  const topicsOf = (part) =>
    [...(part.getAttribute("hx-trigger") || "").matchAll(/(\S+) from:body/g)].map(([, topic]) => topic);
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (pressed && target.contains(pressed)) {
      event.detail.shouldSwap = false;
      const box = document.createElement("template");
      box.content.append(fragment.cloneNode(true));
      const swapStyle = fragment.firstElementChild?.id === target.id ? "outerHTML" : "innerHTML";
      cameAlong.set(target.id, { html: box.innerHTML, swapStyle });
      return;
    }
    const came = fragment.firstElementChild;
    if (came?.id !== target.id || target.hasAttribute("data-swap-anyway")) return;
    if (!hasWords(target) || [...target.querySelectorAll("form")].some((form) => sent.has(form))) return;
    event.detail.shouldSwap = false;
    if (isNews(target, came.outerHTML)) offer(target, came.outerHTML);
  });

  // A part that is fetched hears no topic from the moment it was asked for until it stands in the
  // page; what was said in between is asked for once it stands.
  const asked = new WeakMap();
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (sw.live) asked.set(event.detail.xhr, sw.live.count);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const seen = asked.get(event.detail.xhr);
    if (seen === undefined || !event.target.isConnected) return;
    for (const part of [event.target, ...event.target.querySelectorAll("[hx-get][data-topic]")]) {
      const missed = topicsOf(part).map((topic) => sw.live.since(topic, seen)).find(Boolean);
      if (!missed) continue;
      const fetched = htmx.ajax("get", part.getAttribute("hx-get"), { source: part, event: missed });
      // The state of the line tells of a fetch that failed.
      fetched.catch(() => null);
    }
  });
})();
