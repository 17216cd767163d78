// The case form: three levels of categories, the due preview, the saved draft.
document.addEventListener("alpine:init", () => {
  "use strict";

  const SAVE_AFTER_MS = 1500;

  Alpine.data("deskCaseForm", () => ({
    timer: 0,
    isSent: false,
    isComplaint: false,
    tree: [],
    kept: {},
    key: crypto.randomUUID(),

    init() {
      this.tree = JSON.parse(this.$root.dataset.tree);
      this.kept = JSON.parse(this.$root.dataset.kept);
      this.fill(this.$refs.first, this.tree);
      this.restore();
      this.$refs.key.value = this.key;
    },

    destroy() {
      if (this.timer && !this.isSent) this.save();
    },

    // A submitted form must not come back as a draft.
    sent() {
      clearTimeout(this.timer);
      this.timer = 0;
      this.isSent = true;
    },

    refused() {
      this.isSent = false;
    },

    option(value, words) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = words;
      return option;
    },

    fill(select, nodes) {
      const first = this.option("", this.$root.dataset.choose);
      select.replaceChildren(first, ...nodes.map((node) => this.option(node.id, node.title)));
      select.disabled = nodes.length === 0;
      if (nodes.length === 1) select.value = nodes[0].id;
    },

    under(nodes, id) {
      return nodes.find((node) => node.id === id)?.children || [];
    },

    firstChosen() {
      this.fill(this.$refs.second, this.under(this.tree, this.$refs.first.value));
      this.secondChosen();
    },

    secondChosen() {
      const second = this.under(this.tree, this.$refs.first.value);
      this.fill(this.$refs.third, this.under(second, this.$refs.second.value));
      this.look();
    },

    // A complaint is asked for its demand in the same form.
    kindChosen() {
      this.isComplaint = this.$refs.kind.value === "COMPLAINT";
    },

    restore() {
      const kept = this.kept || {};
      this.$refs.first.value = kept.first || "";
      this.firstChosen();
      if (kept.second) {
        this.$refs.second.value = kept.second;
        this.secondChosen();
      }
      if (kept.category) this.$refs.third.value = kept.category;
      for (const [name, value] of Object.entries(kept)) {
        const field = this.$root.elements[name];
        if (field && !["first", "second", "category"].includes(name)) field.value = value;
      }
      // A draft of a time when this person could file names a kind that is not offered any more.
      if (!this.$refs.kind.value) this.$refs.kind.selectedIndex = 0;
      this.kindChosen();
    },

    changed() {
      if (!this.timer && !this.isSent) this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
    },

    look() {
      htmx.trigger(this.$refs.due, "desk:look");
      this.ask();
    },

    // What the category asks comes from the centre; what was kept of it is put back.
    ask() {
      htmx.trigger(this.$refs.asked, "desk:look");
    },

    asksAnew(event) {
      if (event.detail?.target !== this.$refs.asked) return;
      const typed = [...this.$refs.asked.querySelectorAll("[name]")];
      this.kept = { ...this.kept, ...Object.fromEntries(typed.map((one) => [one.name, one.value])) };
    },

    asked(event) {
      if (event.detail?.target !== this.$refs.asked) return;
      for (const field of this.$refs.asked.querySelectorAll("[name]")) {
        const kept = this.kept?.[field.name];
        if (kept && !field.value) field.value = kept;
      }
    },

    async save() {
      clearTimeout(this.timer);
      this.timer = 0;
      const values = Object.fromEntries(new FormData(this.$root));
      delete values.csrfmiddlewaretoken;
      delete values.client_key;
      // The form may be gone when the answer comes, and what it refers to with it.
      const { saved } = this.$refs;
      const form = new FormData();
      form.append("body", JSON.stringify(values));
      try {
        const answer = await fetch(this.$root.dataset.draftUrl, {
          method: "POST",
          body: form,
          headers: { "X-CSRFToken": this.$root.dataset.csrf, Accept: "application/json" },
        });
        saved.hidden = !answer.ok;
      } catch {
        saved.hidden = true;
      }
    },

    keyed(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.$root.requestSubmit();
      } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.save();
      }
    },
  }));
});
