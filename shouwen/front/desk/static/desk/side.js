// The right pane: what knowledge says and what was before, in two tabs.
document.addEventListener("alpine:init", () => {
  "use strict";

  Alpine.data("deskSide", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    onBefore: null,
    onSwap: null,
    onToggle: null,
    hasMissed: false,

    init() {
      const { advice } = this.$refs;
      if (!advice) return;
      // What is being typed for the editors must not be swept away by a customer's next line.
      this.onBefore = (event) => {
        if (event.detail.target !== advice || event.detail.requestConfig.verb !== "get") return;
        if (!advice.querySelector("details[open]")) return;
        event.detail.shouldSwap = false;
        this.hasMissed = true;
      };
      this.onSwap = (event) => {
        if (event.detail.target === advice) this.counted();
      };
      this.onToggle = (event) => {
        if (event.target.open || !this.hasMissed) return;
        this.hasMissed = false;
        htmx.trigger(advice, "desk:missed");
      };
      document.body.addEventListener("htmx:beforeSwap", this.onBefore);
      document.body.addEventListener("htmx:afterSwap", this.onSwap);
      advice.addEventListener("toggle", this.onToggle, true);
    },

    destroy() {
      document.body.removeEventListener("htmx:beforeSwap", this.onBefore);
      document.body.removeEventListener("htmx:afterSwap", this.onSwap);
    },

    counted() {
      const found = this.$refs.advice.querySelector("[data-count]");
      this.$refs.count.textContent = found ? found.dataset.count : "";
    },

    tabs() {
      return [...this.$root.querySelectorAll("[role=tab]")];
    },

    chosen(event) {
      this.show(event.currentTarget);
    },

    show(chosen) {
      for (const tab of this.tabs()) {
        const isOn = tab === chosen;
        tab.setAttribute("aria-selected", String(isOn));
        tab.tabIndex = isOn ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !isOn;
      }
    },

    moved(event) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const tabs = this.tabs();
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      this.show(next);
      next.focus();
    },
  }));
});
