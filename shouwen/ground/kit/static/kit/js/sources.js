// Source cards: shown after 300 ms of pointing or at once by press; they stay while pointed at.
(() => {
  const WAIT = 300;
  let timer = 0;

  const cardOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
  const place = (button, card) => {
    const box = button.getBoundingClientRect();
    const width = Math.min(360, window.innerWidth - 16);
    card.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
    const below = box.bottom + 6;
    const height = card.offsetHeight;
    card.style.top = `${below + height > window.innerHeight ? Math.max(8, box.top - height - 6) : below}px`;
  };
  const show = (button) => {
    const card = cardOf(button);
    if (!card || card.matches(":popover-open")) return;
    card.showPopover();
    place(button, card);
  };
  const near = (target) => target.closest?.("[data-source]");

  document.addEventListener("pointerover", (event) => {
    const button = near(event.target);
    if (!button || event.pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(() => show(button), WAIT);
  });
  document.addEventListener("pointerout", (event) => {
    const holder = event.target.closest?.(".sw-source");
    if (!holder || holder.contains(event.relatedTarget)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      holder.querySelector("[popover]:popover-open")?.hidePopover();
    }, WAIT);
  });
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.newState !== "open" || !event.target.classList?.contains("sw-srccard")) return;
      const button = document.querySelector(`[popovertarget="${CSS.escape(event.target.id)}"]`);
      if (button) place(button, event.target);
    },
    true,
  );
})();
