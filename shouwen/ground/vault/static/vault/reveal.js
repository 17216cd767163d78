// Revealed values: count down beside them, and hide them even when the server cannot be asked.
(() => {
  const HIDDEN = "****";
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    const found = [...root.querySelectorAll("[data-hides-in]")];
    if (root.matches?.("[data-hides-in]")) found.push(root);
    found.forEach((place) => {
      if (place.dataset.counting) return;
      place.dataset.counting = "yes";
      const words = place.querySelector("[data-words]");
      const ends = performance.now() + Number(place.dataset.hidesIn) * 1000;
      const timer = setInterval(() => {
        if (!place.isConnected) {
          clearInterval(timer);
          return;
        }
        const left = Math.ceil((ends - performance.now()) / 1000);
        if (left > 0) {
          words.textContent = words.dataset.words.replace("{n}", left);
          return;
        }
        clearInterval(timer);
        place.querySelector(".sw-seen").textContent = HIDDEN;
        words.textContent = "";
      }, 1000);
    });
  });
})();
