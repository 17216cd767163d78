// Small menus: opening one focuses its first item, Esc and leaving close it.
document.addEventListener("alpine:init", () => {
  "use strict";

  Alpine.data("drop", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    missed: null,
    onSwap: null,

    // A refresh that comes while the menu is open waits until it is closed.
    init() {
      this.onSwap = (event) => {
        const { target, requestConfig } = event.detail;
        if (!this.$root.open || requestConfig.verb !== "get" || !target?.contains(this.$root)) return;
        event.detail.shouldSwap = false;
        this.missed = { path: requestConfig.path, target };
      };
      document.body.addEventListener("htmx:beforeSwap", this.onSwap);
    },

    destroy() {
      document.body.removeEventListener("htmx:beforeSwap", this.onSwap);
    },

    items() {
      return [...this.$root.querySelectorAll("button:not(:disabled), select, input:not([type=hidden])")];
    },

    toggled() {
      if (this.$root.open) {
        this.items()[0]?.focus();
        return;
      }
      const { missed } = this;
      this.missed = null;
      const swap = missed?.target.getAttribute("hx-swap") === "outerHTML" ? "outerHTML" : "innerHTML";
      if (missed) htmx.ajax("GET", missed.path, { target: missed.target, swap });
    },

    escaped(event) {
      if (!this.$root.open) return;
      event.stopPropagation();
      this.$root.open = false;
      this.$root.querySelector("summary").focus();
    },

    left(event) {
      if (event.relatedTarget && !this.$root.contains(event.relatedTarget)) this.$root.open = false;
    },

    moved(event) {
      const items = this.items();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !items.length) return;
      event.preventDefault();
      const at = items.indexOf(document.activeElement);
      items[(at + step + items.length) % items.length].focus();
    },
  }));
});
