// Whoever types beside a colleague lets them see it; alone, nothing is sent.
(() => {
  const EVERY_MS = 3000;
  let told = 0;

  document.addEventListener("input", (event) => {
    const place = document.querySelector("[data-typing-url]");
    if (!place || !place.children.length || !event.target.closest("textarea, [type=text]")) return;
    if (Date.now() - told < EVERY_MS) return;
    told = Date.now();
    const token = document.querySelector('meta[name="csrf-token"]');
    fetch(place.dataset.typingUrl, {
      method: "POST",
      headers: { "X-CSRFToken": token ? token.content : "" },
    }).catch(() => {});
  });
})();
