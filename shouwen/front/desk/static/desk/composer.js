// The composer: drafts, the check for forbidden phrases, placeholders, sending in order.
// It is never swapped; a refresh of the conversation around it leaves text and caret alone.
document.addEventListener("alpine:init", () => {
  "use strict";

  const CHECK_AFTER_MS = 350;
  const SAVE_AFTER_MS = 2000;
  const TYPING_EVERY_MS = 3000;
  const ENDS = /[，。；！？,.;!?]$/;
  const PLACEHOLDER = /\{([^{}\n]{1,24})\}/;

  Alpine.data("deskComposer", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    words: {},
    names: [],
    onInsert: null,
    onSay: null,
    onState: null,
    onFocus: null,
    onLeave: null,
    hits: [],
    problem: "",
    saved: false,
    sending: 0,
    locked: false,
    checkTimer: 0,
    saveTimer: 0,
    typedAt: 0,
    checked: "",
    queue: Promise.resolve(),
    // The scripts that stand in what is typed now, whose use counts when it is sent.
    used: [],

    init() {
      this.words = this.$root.dataset;
      this.names = (this.words.placeholders || "").split("|");
      this.locked = this.words.open !== "1";
      this.mirror();
      if (this.field().value.trim()) this.check();
      this.onInsert = (event) => this.insert(event.detail.body, event.detail.ref);
      this.onSay = (event) => this.insert(event.detail.words);
      this.onState = (event) => this.setLocked(event.detail.open);
      this.onFocus = () => this.field().focus();
      document.addEventListener("desk:insert", this.onInsert);
      document.addEventListener("desk:say", this.onSay);
      document.addEventListener("desk:state", this.onState);
      document.addEventListener("desk:focus-composer", this.onFocus);
      this.onLeave = () => {
        if (this.saveTimer) this.save();
      };
      window.addEventListener("pagehide", this.onLeave);
    },

    destroy() {
      document.removeEventListener("desk:insert", this.onInsert);
      document.removeEventListener("desk:say", this.onSay);
      document.removeEventListener("desk:state", this.onState);
      document.removeEventListener("desk:focus-composer", this.onFocus);
      window.removeEventListener("pagehide", this.onLeave);
      clearTimeout(this.checkTimer);
      if (this.saveTimer) this.save();
    },

    field() {
      return this.$refs.text;
    },

    setLocked(open) {
      this.locked = !open;
    },

    // What the template asks for.
    get blocked() {
      return this.locked || this.hits.length > 0 || this.leftNames().length > 0;
    },
    get draftClass() {
      return this.hits.length ? "desk-bad" : "";
    },
    get hasHits() {
      return this.hits.length > 0;
    },
    get hitTitle() {
      const hit = this.hits[0];
      if (!hit) return "";
      return this.words.forbidden.replace("{count}", this.hits.length).replace("{kind}", hit.kind);
    },
    get hitSay() {
      const hit = this.hits[0];
      return hit && hit.say_instead ? this.words.sayInstead.replace("{words}", hit.say_instead) : "";
    },
    get hitClause() {
      return this.hits[0] ? this.hits[0].clause : "";
    },
    get canReplace() {
      return this.hits.length > 0 && Boolean(this.hits[0].say_instead);
    },
    get hasProblem() {
      return Boolean(this.problem);
    },
    get isSaved() {
      return this.saved;
    },
    get sendWords() {
      if (this.hits.length) return this.words.changeFirst;
      return this.leftNames().length ? this.words.fillFirst : this.words.send;
    },

    leftNames() {
      const found = [];
      for (const match of this.textNow.matchAll(new RegExp(PLACEHOLDER, "g"))) {
        if (this.names.includes(match[1])) found.push(match[1]);
      }
      return found;
    },
    textNow: "",

    typed(event) {
      this.problem = "";
      this.saved = false;
      // What was inserted and wiped out again is not used.
      if (!this.field().value.trim()) this.used = [];
      this.mirror();
      if (event && event.isComposing) return;
      clearTimeout(this.checkTimer);
      this.checkTimer = setTimeout(() => this.check(), CHECK_AFTER_MS);
      if (!this.saveTimer) this.saveTimer = setTimeout(() => this.save(), SAVE_AFTER_MS);
      const now = Date.now();
      if (now - this.typedAt > TYPING_EVERY_MS && this.field().value) {
        this.typedAt = now;
        this.post(this.words.typingUrl, {}).catch(() => {});
      }
    },

    keyed(event) {
      if (event.isComposing) return;
      if (event.key === "/" && this.field().value === "") {
        event.preventDefault();
        document.dispatchEvent(new CustomEvent("desk:scripts"));
      } else if (event.key === "Tab" && !event.shiftKey && this.canReplace) {
        event.preventDefault();
        this.replace();
      } else if (event.key === "Tab" && !event.shiftKey && this.leftNames().length) {
        event.preventDefault();
        this.selectPlaceholder(this.field().selectionEnd);
      } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        this.send();
      } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.save();
      }
    },

    // Forbidden phrases.
    async check() {
      const text = this.field().value;
      if (!text.trim()) {
        this.hits = [];
        this.mirror();
        return;
      }
      try {
        const answer = await this.post(this.words.checkUrl, { body: text });
        if (!answer.ok) return;
        const found = await answer.json();
        if (this.field().value !== text) return;
        this.hits = found.hits;
        this.mirror();
      } catch {
        // Not reachable: the server checks again when the line is sent.
      }
    },

    replace() {
      const hit = this.hits[0];
      if (!hit || !hit.say_instead) return;
      const field = this.field();
      field.focus();
      // The words to say are a whole sentence; its full stop takes the place of the mark that follows.
      const doubled = ENDS.test(hit.say_instead) && ENDS.test(field.value.charAt(hit.end));
      const end = hit.end + (doubled ? 1 : 0);
      field.setSelectionRange(hit.start, end);
      field.setRangeText(hit.say_instead, hit.start, end, "end");
      this.hits = [];
      this.typed();
      this.check();
    },

    mirror() {
      const field = this.field();
      this.textNow = field.value;
      const parts = [];
      let from = 0;
      for (const hit of this.hits) {
        if (field.value.slice(hit.start, hit.end) !== hit.text) continue;
        parts.push(document.createTextNode(field.value.slice(from, hit.start)));
        const mark = document.createElement("mark");
        mark.className = "sw-bad";
        mark.textContent = hit.text;
        parts.push(mark);
        from = hit.end;
      }
      parts.push(document.createTextNode(`${field.value.slice(from)}\n`));
      this.$refs.mirror.replaceChildren(...parts);
    },

    scrolled() {
      this.$refs.mirror.scrollTop = this.field().scrollTop;
    },

    // Scripts and their placeholders.
    insert(body, ref = "") {
      const field = this.field();
      if (field.disabled) return;
      if (!field.value.trim()) this.used = [];
      if (ref && !this.used.includes(ref)) this.used.push(ref);
      field.focus();
      const at = field.selectionStart;
      field.setRangeText(body, at, field.selectionEnd, "end");
      this.typed();
      this.check();
      this.selectPlaceholder(at);
    },

    selectPlaceholder(from) {
      const field = this.field();
      const all = [...field.value.matchAll(new RegExp(PLACEHOLDER, "g"))].filter((match) =>
        this.names.includes(match[1]),
      );
      const next = all.find((match) => match.index >= from) || all[0];
      if (next) field.setSelectionRange(next.index, next.index + next[0].length);
    },

    // Drafts.
    async save() {
      clearTimeout(this.saveTimer);
      this.saveTimer = 0;
      try {
        const answer = await this.post(this.words.draftUrl, { body: this.field().value });
        this.saved = answer.ok;
      } catch {
        this.saved = false;
      }
    },

    // Sending: the line shows at once and is confirmed by the server's own copy of it.
    send() {
      const body = this.field().value.trim();
      if (!body || this.blocked) return;
      clearTimeout(this.saveTimer);
      this.saveTimer = 0;
      const line = { key: crypto.randomUUID(), body, scripts: this.used };
      this.used = [];
      this.field().value = "";
      this.typedAt = 0; // what is typed next is news to the other side
      this.hits = [];
      this.saved = false;
      this.mirror();
      document.dispatchEvent(new CustomEvent("desk:pending", { detail: line }));
      this.queue = this.queue.then(() => this.deliver(line));
    },

    async deliver(line) {
      const tell = (name, detail) =>
        document.dispatchEvent(new CustomEvent(name, { detail: { ...line, ...detail } }));
      try {
        const answer = await this.post(this.words.sendUrl, {
          body: line.body,
          client_key: line.key,
          scripts: line.scripts,
        });
        if (answer.ok) {
          tell("desk:sent", await answer.json().catch(() => ({})));
          return;
        }
        const problem = await answer.json().catch(() => ({}));
        tell("desk:refused", {});
        // Nothing typed is lost: the words go back to where they were typed.
        const field = this.field();
        field.value = field.value ? `${line.body}\n${field.value}` : line.body;
        this.used = [...line.scripts, ...this.used];
        this.problem = problem.message || this.words.failed;
        this.hits = problem.hits || [];
        this.mirror();
        field.focus();
      } catch {
        tell("desk:unsent", { retry: () => this.deliver(line) });
      }
    },

    post(url, values) {
      const form = new FormData();
      for (const [name, value] of Object.entries(values)) {
        for (const one of Array.isArray(value) ? value : [value]) form.append(name, one);
      }
      return fetch(url, {
        method: "POST",
        body: form,
        keepalive: url === this.words.draftUrl,
        headers: { "X-CSRFToken": this.words.csrf, Accept: "application/json" },
      });
    },

    // Files go up one at a time; the transcript shows them when the server has them.
    async attach(event) {
      const input = event.target;
      for (const file of input.files) {
        const large = sw.tooLarge([file], Number(this.words.mostBytes));
        if (large) {
          this.problem = large;
          continue;
        }
        try {
          const answer = await this.post(this.words.fileUrl, {
            file,
            client_key: crypto.randomUUID(),
          });
          if (!answer.ok) {
            const problem = await answer.json().catch(() => ({}));
            this.problem = problem.message || this.words.failed;
          }
        } catch {
          this.problem = this.words.failed;
        }
      }
      input.value = "";
      document.dispatchEvent(new CustomEvent("desk:pull"));
    },

    pickFile() {
      this.$refs.file.click();
    },

    openScripts() {
      document.dispatchEvent(new CustomEvent("desk:scripts"));
    },
  }));
});
