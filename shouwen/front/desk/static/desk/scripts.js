// The list of scripts: typed words filter it on the server, arrows choose, Enter inserts.
document.addEventListener("alpine:init", () => {
  "use strict";

  const SEARCH_AFTER_MS = 150;

  Alpine.data("deskScripts", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    open: false,
    timer: 0,
    place: 0,
    onOpen: null,
    onSwap: null,

    init() {
      this.onOpen = () => this.show();
      document.addEventListener("desk:scripts", this.onOpen);
      this.onSwap = (event) => {
        if (event.detail.target === this.$refs.list) this.choose(0);
      };
      document.body.addEventListener("htmx:afterSwap", this.onSwap);
    },

    destroy() {
      document.removeEventListener("desk:scripts", this.onOpen);
      document.body.removeEventListener("htmx:afterSwap", this.onSwap);
      clearTimeout(this.timer);
    },

    show() {
      this.open = true;
      this.$refs.find.value = "";
      this.search();
      this.$nextTick(() => this.$refs.find.focus());
    },

    hide() {
      if (!this.open) return;
      this.open = false;
      document.dispatchEvent(new CustomEvent("desk:focus-composer"));
    },

    leave(event) {
      if (!this.$root.contains(event.relatedTarget)) this.open = false;
    },

    typed() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), SEARCH_AFTER_MS);
    },

    search() {
      const words = encodeURIComponent(this.$refs.find.value);
      htmx.ajax("GET", `${this.$root.dataset.url}?q=${words}`, {
        source: this.$root,
        target: this.$refs.list,
        swap: "innerHTML",
      });
    },

    options() {
      return [...this.$refs.list.querySelectorAll("[role=option]")];
    },

    choose(place) {
      const options = this.options();
      this.place = Math.max(0, Math.min(place, options.length - 1));
      options.forEach((option, index) => {
        option.setAttribute("aria-selected", String(index === this.place));
      });
      const chosen = options[this.place];
      if (chosen) {
        this.$refs.find.setAttribute("aria-activedescendant", chosen.id);
        chosen.scrollIntoView({ block: "nearest" });
      }
    },

    keyed(event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") {
        event.preventDefault();
        this.choose(this.place + 1);
      } else if (event.key === "ArrowUp") {
        event.preventDefault();
        this.choose(this.place - 1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        this.take(this.options()[this.place]);
      } else if (event.key === "Escape" || event.key === "Tab") {
        event.preventDefault();
        event.stopPropagation();
        this.hide();
      }
    },

    clicked(event) {
      this.take(event.target.closest("[role=option]"));
    },

    take(option) {
      if (!option?.dataset.body) return;
      this.open = false;
      const { body, ref } = option.dataset;
      document.dispatchEvent(new CustomEvent("desk:insert", { detail: { body, ref } }));
    },
  }));
});
