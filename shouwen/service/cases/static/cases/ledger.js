// J and K walk along the rows, Enter opens the one in focus (it is a link), X selects it.
document.addEventListener("alpine:init", () => {
  Alpine.data("caseLedger", () => ({
    ...sw.select(),
    pick() {
      const box = document.activeElement?.closest("tr")?.querySelector("input[name=ref]");
      if (!box) return;
      box.checked = !box.checked;
      this.count();
    },
    links() {
      return [...this.$root.querySelectorAll("a[data-row]")];
    },
    step(by) {
      const links = this.links();
      const at = links.indexOf(document.activeElement);
      const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
      next?.focus();
    },
    down() {
      this.step(1);
    },
    up() {
      this.step(-1);
    },
  }));
});
