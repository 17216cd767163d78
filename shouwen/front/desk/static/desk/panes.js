// In a narrow window fewer panes stand side by side: a switch, Alt 1 to 3 and the way of work show
// the one that is needed. In a wide window all stand there, and this changes nothing to see.
(() => {
  "use strict";

  const desk = document.querySelector(".sw-desk");
  const NAMES = ["queue", "talk", "side"];
  if (!desk) return;

  const show = (name) => {
    desk.dataset.shown = name;
    desk.querySelectorAll("[data-show-pane]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.showPane === name));
    });
  };
  const hasTalk = () => Boolean(document.querySelector("#desk-marks input[name=on]")?.value);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-pane]");
    if (button) show(button.dataset.showPane);
  });
  // Before the keys of the kit move the focus there.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey && /^[123]$/.test(event.key)) show(NAMES[Number(event.key) - 1]);
    },
    true,
  );
  document.addEventListener("desk:opened", () => show(hasTalk() ? "talk" : "queue"));
  show(hasTalk() ? "talk" : "queue");
})();
