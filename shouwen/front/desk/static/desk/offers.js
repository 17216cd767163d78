// Offered contacts: the page is told when one appears, and looks again once one has run out.
document.addEventListener("alpine:init", () => {
  "use strict";

  Alpine.data("deskOffers", () => ({
    known: new Set(),
    timer: 0,
    onSwap: null,

    init() {
      this.onSwap = (event) => {
        if (event.detail.target === this.$root) this.changed();
      };
      document.body.addEventListener("htmx:afterSwap", this.onSwap);
      this.changed();
      // An offer that has run out is gone on the server too; look once it has.
      this.timer = setInterval(() => this.lookAgain(), 1000);
    },

    destroy() {
      document.body.removeEventListener("htmx:afterSwap", this.onSwap);
      clearInterval(this.timer);
    },

    changed() {
      const offers = [...this.$root.querySelectorAll("[data-offer]")];
      const fresh = offers.filter((offer) => !this.known.has(offer.dataset.offer));
      this.known = new Set(offers.map((offer) => offer.dataset.offer));
      document.dispatchEvent(new CustomEvent("desk:offered", { detail: { fresh: fresh.length } }));
    },

    lookAgain() {
      const ended = [...this.$root.querySelectorAll("[data-until]")].some(
        (element) => sw.now() > Date.parse(element.dataset.until),
      );
      if (ended) htmx.trigger(this.$root, "desk:look");
    },
  }));
});
