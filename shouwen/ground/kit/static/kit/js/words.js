// The page's words and what every other script of the kit builds on: `window.sw`.
(() => {
  const block = document.getElementById("sw-words");
  const words = block ? JSON.parse(block.textContent) : {};
  const fill = (key, places = {}) =>
    (words[key] || "").replace(/%\((\w+)\)s/g, (_, name) => String(places[name] ?? ""));
  const two = (number) => String(number).padStart(2, "0");

  // The same rule as words.duration on the server.
  const duration = (span) => {
    const whole = Math.max(0, Math.trunc(span));
    const days = Math.trunc(whole / 86400);
    const hours = Math.trunc((whole % 86400) / 3600);
    const minutes = Math.trunc((whole % 3600) / 60);
    const seconds = whole % 60;
    if (days >= 7 || (days && !hours)) return fill("d", { days });
    if (days) return fill("dh", { days, hours });
    if (hours && !minutes) return fill("h", { hours });
    if (hours) return fill("hm", { hours, minutes: two(minutes) });
    if (minutes && (whole >= 600 || !seconds)) return fill("m", { minutes });
    if (minutes) return fill("ms", { minutes, seconds: two(seconds) });
    return fill("s", { seconds });
  };

  const sw = { words, fill, duration, two, offset: 0 };
  // The server's time in milliseconds; `offset` is learned from the socket's pings.
  sw.now = () => Date.now() + sw.offset;
  sw.sprite = (() => {
    const use = document.querySelector("svg.sw-icon > use");
    return use ? use.getAttribute("href").split("#")[0] : "/static/kit/icons.svg";
  })();
  sw.icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "sw-icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sw.sprite}#${name}`);
    svg.append(use);
    return svg;
  };
  window.sw = sw;
})();
