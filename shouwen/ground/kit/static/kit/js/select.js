// Rows selected for one act on many: `sw.select()` is spread into a list's Alpine component.
// What is selected outlives a refresh of the list, which takes the boxes away.
(() => {
  const chosenRefs = new Set();

  sw.select = () => ({
    chosen: 0,
    whole: false,
    init() {
      for (const box of this.boxes()) box.checked = chosenRefs.has(box.value);
      this.count();
    },
    boxes() {
      return [...this.$root.querySelectorAll("input[name=ref]")];
    },
    count() {
      chosenRefs.clear();
      for (const box of this.boxes()) if (box.checked) chosenRefs.add(box.value);
      this.chosen = chosenRefs.size;
      this.whole = this.chosen > 0 && this.chosen === this.boxes().length;
    },
    none() {
      for (const box of this.boxes()) box.checked = false;
      this.count();
    },
    each(event) {
      if (event.target.checked) this.all();
      else this.none();
    },
    all() {
      for (const box of this.boxes()) box.checked = true;
      this.count();
    },
  });
  document.addEventListener("sw-unselect", () => chosenRefs.clear());
})();
