// Source cards: shown after 300 ms of pointing or at once by press; they stay while pointed at.
(() => {
  const WAIT = 300;
  let timer = 0;

  const cardOf = (button) => document.getElementById(button.getAttribute("popovertarget"));
  const buttonOf = (card) => document.querySelector(`[popovertarget="${CSS.escape(card.id)}"]`);
  const place = (button, card) => {
    const box = button.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    // Rectangles are measured as drawn; lengths grow with the page's own scale once more.
    const zoom = card.currentCSSZoom || 1;
    const below = box.bottom + 6;
    const left = Math.max(8, Math.min(box.left, window.innerWidth - width - 8));
    const top = below + height > window.innerHeight ? Math.max(8, box.top - height - 6) : below;
    card.style.left = `${left / zoom}px`;
    card.style.top = `${top / zoom}px`;
  };
  const show = (button) => {
    const card = cardOf(button);
    if (!card || card.matches(":popover-open")) return;
    card.showPopover();
    place(button, card);
  };
  const near = (target) => target.closest?.("[data-source]");

  document.addEventListener("pointerover", (event) => {
    if (event.target.closest?.(".sw-srccard")) clearTimeout(timer);
    const button = near(event.target);
    if (!button || event.pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(() => show(button), WAIT);
  });
  document.addEventListener("pointerout", (event) => {
    const left = event.target.closest?.("[data-source], .sw-srccard");
    const card = left && (left.matches(".sw-srccard") ? left : cardOf(left));
    const to = event.relatedTarget;
    // A card may stand apart from its button, which a refresh replaces.
    if (!card || card.contains(to) || (to && near(to) && cardOf(near(to)) === card)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (card.matches(":popover-open")) card.hidePopover();
    }, WAIT);
  });
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.newState !== "open" || !event.target.classList?.contains("sw-srccard")) return;
      const button = buttonOf(event.target);
      if (button) place(button, event.target);
    },
    true,
  );
})();
