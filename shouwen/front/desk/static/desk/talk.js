// The transcript: fetches what is new, never the whole; keeps place; shows lines on their way.
document.addEventListener("alpine:init", () => {
  "use strict";

  const NEAR_END_PX = 120;
  const TYPING_SHOWN_MS = 5000;
  const FAILED = ["htmx:sendError", "htmx:responseError", "htmx:timeout", "htmx:sendAbort"];

  Alpine.data("deskTalk", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    words: {},
    lines: null,
    log: null,
    listeners: {},
    onTopic: null,
    talks: "",
    onTalks: null,
    onFailed: null,
    onBefore: null,
    onSwap: null,
    onSight: null,
    atEnd: true,
    typingTimer: 0,
    saidUpTo: 0,
    readUpTo: 0,
    // The highest number that a look was asked for, and the marks that topics told.
    askedUpTo: 0,
    told: { delivered: 0, read: 0 },

    init() {
      this.words = this.$root.dataset;
      this.lines = this.$refs.lines;
      this.log = this.$refs.log;
      this.listeners = {
        "desk:pending": (event) => this.showPending(event.detail),
        "desk:sent": (event) => this.pull(event.detail.sequence),
        "desk:pull": () => this.pull(),
        "desk:refused": (event) => this.pendingOf(event.detail.key)?.remove(),
        "desk:unsent": (event) => this.showUnsent(event.detail),
      };
      for (const [name, heard] of Object.entries(this.listeners)) {
        document.addEventListener(name, heard);
      }
      this.onTopic = (event) => this.heard(event.detail || {});
      document.body.addEventListener(this.$root.dataset.topic, this.onTopic);
      // A look at this conversation brings the talks in hand along.
      this.onTalks = (event) => {
        const { contact } = event.detail || {};
        if (contact && this.words.topic === `contact-${contact}`) event.stopPropagation();
      };
      this.talks = `${document.getElementById("desk-list").dataset.topic}:talk`;
      document.addEventListener(this.talks, this.onTalks, true);
      this.onFailed = (event) => {
        if (event.target === this.lines) this.askedUpTo = 0;
      };
      for (const name of FAILED) document.body.addEventListener(name, this.onFailed);
      this.onBefore = (event) => {
        if (event.detail.target !== this.lines) return;
        const { scrollHeight, scrollTop, clientHeight } = this.log;
        this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      };
      this.onSwap = (event) => {
        if (event.detail.target === this.lines) this.swapped();
      };
      // An answer that comes after another conversation was opened has no place any more.
      this.lines.addEventListener("htmx:beforeSwap", (event) => {
        if (!event.target.isConnected) event.preventDefault();
      });
      document.body.addEventListener("htmx:beforeSwap", this.onBefore);
      document.body.addEventListener("htmx:afterSettle", this.onSwap);
      this.onSight = () => this.tellRead();
      document.addEventListener("visibilitychange", this.onSight);
      this.log.scrollTop = this.log.scrollHeight;
      this.saidUpTo = this.lastOfCustomer();
      this.markStates();
    },

    destroy() {
      clearTimeout(this.typingTimer);
      for (const [name, heard] of Object.entries(this.listeners)) {
        document.removeEventListener(name, heard);
      }
      document.body.removeEventListener(this.$root.dataset.topic, this.onTopic);
      document.removeEventListener(this.talks, this.onTalks, true);
      for (const name of FAILED) document.body.removeEventListener(name, this.onFailed);
      document.body.removeEventListener("htmx:beforeSwap", this.onBefore);
      document.body.removeEventListener("htmx:afterSettle", this.onSwap);
      document.removeEventListener("visibilitychange", this.onSight);
    },

    // A topic may say all there is to know: who types, how far one's lines came, a line that is here.
    heard(hint) {
      if (hint.typing) this.showTyping(hint.typing);
      else if (hint.seen_by === "customer" && hint.delivered) {
        for (const name of ["delivered", "read"]) {
          this.told[name] = Math.max(this.told[name], hint[name] || 0);
        }
        this.markStates();
      } else if (hint.seen_by !== "staff") this.pull(hint.up_to);
    },

    // One request at a time (hx-sync), each from the number that the last answer left in the marks.
    // What a look that was asked for will bring needs no second one.
    pull(upTo = 0) {
      const marks = document.getElementById("desk-marks");
      if (upTo && upTo <= Math.max(this.askedUpTo, Number(marks?.dataset.last || 0))) return;
      this.askedUpTo = Math.max(this.askedUpTo, upTo);
      htmx.trigger(this.lines, "desk:fetch");
    },

    swapped() {
      for (const line of this.lines.querySelectorAll("[data-client-key]")) {
        if (line.dataset.clientKey) this.pendingOf(line.dataset.clientKey)?.remove();
      }
      this.hideTypingOnceSaid();
      this.markStates();
      // More was said meanwhile than one answer holds.
      if (document.getElementById("desk-marks")?.dataset.more === "1") this.pull();
      if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
    },

    // Own lines say how far they came; the head carries the two marks.
    markStates() {
      const marks = document.getElementById("desk-marks");
      if (!marks) return;
      const delivered = Math.max(this.told.delivered, Number(marks.dataset.delivered));
      const read = Math.max(this.told.read, Number(marks.dataset.read));
      for (const line of this.lines.querySelectorAll(".sw-me[data-sequence]")) {
        const place = line.querySelector("[data-way]");
        if (!place) continue;
        const sequence = Number(line.dataset.sequence);
        const words =
          sequence <= read
            ? this.words.read
            : sequence <= delivered
              ? this.words.delivered
              : this.words.sent;
        if (place.textContent !== words) place.textContent = words;
      }
      document.dispatchEvent(
        new CustomEvent("desk:state", { detail: { open: marks.dataset.open === "1" } }),
      );
      this.tellRead();
    },

    // Whoever has it in hand has read what is on a visible page.
    tellRead() {
      const marks = document.getElementById("desk-marks");
      const last = this.lastOfCustomer();
      if (document.hidden || marks?.dataset.mine !== "1" || last <= this.readUpTo) return;
      this.readUpTo = last;
      const form = new FormData();
      form.append("up_to", last);
      fetch(this.words.readUrl, {
        method: "POST",
        body: form,
        headers: { "X-CSRFToken": this.words.csrf, Accept: "application/json" },
      }).catch(() => {
        this.readUpTo = 0;
      });
    },

    pendingOf(key) {
      return this.$refs.pending.querySelector(`[data-pending="${CSS.escape(key)}"]`);
    },

    showPending(line) {
      const bubble = this.$refs.mould.content.firstElementChild.cloneNode(true);
      bubble.dataset.pending = line.key;
      bubble.querySelector("p").textContent = line.body;
      this.$refs.pending.append(bubble);
      this.log.scrollTop = this.log.scrollHeight;
    },

    showUnsent(detail) {
      const bubble = this.pendingOf(detail.key);
      if (!bubble) return;
      bubble.querySelector("[data-way]").textContent = this.words.unsent;
      const again = bubble.querySelector("button");
      again.hidden = false;
      again.onclick = () => {
        again.hidden = true;
        bubble.querySelector("[data-way]").textContent = this.words.sending;
        detail.retry();
      };
    },

    showTyping(who) {
      if (who !== "customer") return;
      this.$refs.typing.hidden = false;
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(() => this.hideTyping(), TYPING_SHOWN_MS);
    },

    // A look may bring marks alone, or lines of others: the customer still types then.
    hideTypingOnceSaid() {
      const last = this.lastOfCustomer();
      if (last <= this.saidUpTo) return;
      this.saidUpTo = last;
      this.hideTyping();
      // Whoever looks for answers looks once for each of the customer's lines.
      htmx.trigger(document.body, "desk:heard");
    },

    lastOfCustomer() {
      const said = this.lines.querySelectorAll(".sw-bub:not(.sw-me)[data-sequence]");
      return said.length ? Number(said[said.length - 1].dataset.sequence) : 0;
    },

    hideTyping() {
      this.$refs.typing.hidden = true;
    },
  }));
});
