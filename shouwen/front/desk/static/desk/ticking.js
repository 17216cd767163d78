// Waits turn by themselves, and an offer's bar runs down; the numbers are the kit's to tick.
(() => {
  "use strict";

  function turn() {
    const now = sw.now();
    for (const wait of document.querySelectorAll("[data-over-at]")) {
      const over = now >= Date.parse(wait.dataset.overAt);
      const soon = !over && now >= Date.parse(wait.dataset.soonAt);
      wait.classList.toggle("sw-c-over", over);
      wait.classList.toggle("sw-c-soon", soon);
    }
    for (const bar of document.querySelectorAll("progress[data-ends]")) {
      bar.value = Math.max(0, (Date.parse(bar.dataset.ends) - now) / 1000);
    }
  }

  setInterval(turn, 1000);
  document.addEventListener("htmx:load", turn);
})();
