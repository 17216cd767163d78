// The chat panel: full page, floating on the portal, or framed on another site.

import { Keeper } from "./keeper.js";
import { Leaving } from "./leaving.js";
import { newKey } from "./keys.js";
import { Link } from "./link.js";
import { Talk } from "./talk.js";

const TYPING_EVERY_MS = 3000;
const CAUTIOUS_SECONDS = 4;
// Below this the portal has no room for a floating panel; the same width as in chat.css.
const NARROW = matchMedia("(max-width: 899.98px)");

function textOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

class Panel {
  constructor(root) {
    this.root = root;
    this.set = root.dataset;
    this.words = JSON.parse(document.getElementById(this.set.words).textContent);
    this.field = this.part("field");
    this.state = { phase: "new" };
    this.unread = 0;
    this.link = new Link({
      institution: this.set.institution,
      base: this.set.base,
      socket: this.set.socket,
      language: this.set.language,
      onFrame: (frame) => this.#take(frame),
      onLine: (isUp) => this.#line(isUp),
    });
    this.talk = new Talk(root, this.words, this.set.language, {
      again: (key, text) => this.link.sayAgain(key, text),
      open: (id, name) => this.#openFile(id, name),
    });
    this.surveyKeeper = new Keeper(`shouwen.survey.${this.set.institution}`);
    this.leaving = new Leaving(root, this.words, this.link, this.field);
    this.#listen();
    this.#collapse(this.set.collapsed === "1");
    // Somebody who only reads the page costs the centre no connection.
    if (this.set.lazy !== "1" || this.link.hasVisit) this.link.start();
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  #listen() {
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say(this.field.value);
    });
    this.field.addEventListener("keydown", (event) => {
      // While a Chinese word is being composed, Enter chooses it and does not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say(this.field.value);
    });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("focus", () => this.link.start());
    this.part("person").addEventListener("click", () => this.#askPerson());
    for (const chip of this.root.querySelectorAll("[data-quick]")) {
      chip.addEventListener("click", () => this.#say(chip.dataset.quick));
    }
    for (const chip of this.root.querySelectorAll("[data-pick-file]")) {
      chip.addEventListener("click", () => this.part("file").click());
    }
    this.part("file").addEventListener("change", (event) => {
      for (const file of event.target.files) this.#sendFile(file);
      event.target.value = "";
    });
    this.part("end").addEventListener("click", () => this.part("end-dialog").showModal());
    this.part("end-yes").addEventListener("click", () => {
      this.part("end-dialog").close();
      this.link.wish("end");
    });
    this.part("end-no").addEventListener("click", () => this.part("end-dialog").close());
    this.part("collapse")?.addEventListener("click", () => this.#collapse(true));
    for (const opener of document.querySelectorAll("[data-chat-open]")) {
      opener.addEventListener("click", (event) => {
        if (NARROW.matches) return; // the link leads to the chat's own page
        event.preventDefault();
        this.#collapse(false);
        this.field.focus();
      });
    }
    for (const question of document.querySelectorAll("[data-ask]")) {
      question.addEventListener("click", () => this.#prefill(question.dataset));
    }
    // Only laid ready, never sent: a link from elsewhere must not speak for the visitor.
    const prepared = textOf(location.hash).slice(0, Number(this.set.longest));
    if (prepared && this.set.lazy !== "1") this.field.value = prepared;
    this.part("rating")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#rate(event.target);
    });
    this.talk.log.addEventListener("scroll", () => this.#seen());
    document.addEventListener("visibilitychange", () => this.#seen());
    window.addEventListener("pagehide", (event) => event.persisted || this.link.stop());
    window.addEventListener("pageshow", (event) => event.persisted && this.link.start());
    window.addEventListener("online", () => this.link.start());
    window.addEventListener("offline", () => this.link.cut());
    // Until somebody listens, a line would only grow by a row and a press be lost.
    for (const part of this.root.querySelectorAll("[data-until-ready]")) part.disabled = false;
  }

  #prefill({ ask, chatPage }) {
    if (NARROW.matches) {
      location.href = `${chatPage}#${encodeURIComponent(ask)}`;
      return;
    }
    this.#collapse(false);
    this.#say(ask);
  }

  #say(written) {
    const text = written.trim();
    if (!text) return;
    if (text.length > Number(this.set.longest)) {
      this.#trouble(this.words.tooLong);
      return;
    }
    this.#trouble("");
    this.talk.pending(this.link.say(text), text);
    this.typedAt = 0;
    if (written === this.field.value) {
      this.field.value = "";
      this.#grow();
    }
    this.field.focus();
  }

  #typed() {
    this.#grow();
    const now = Date.now();
    if (!this.field.value || now - (this.typedAt || 0) < TYPING_EVERY_MS) return;
    if (this.state.phase !== "active") return;
    this.typedAt = now;
    this.link.typing();
  }

  #grow() {
    this.field.rows = Math.min(4, this.field.value.split("\n").length);
    this.part("count").hidden = this.field.value.length < Number(this.set.longest) - 50;
    this.part("count").textContent = `${this.field.value.length}/${this.set.longest}`;
  }

  #askPerson() {
    if (this.state.phase === "active") this.talk.notice(this.words.personIsHere);
    else this.link.wish("ask_person");
  }

  #take(frame) {
    const take = {
      welcome: () => this.#welcome(frame),
      ack: () => this.#acked(frame),
      message: () => this.#message(frame),
      marks: () => this.talk.marks(frame),
      typing: () => this.talk.typing(true),
      state: () => this.#showState(frame),
      ended: () => this.#ended(frame),
      error: () => this.#error(frame),
    }[frame.type];
    take?.();
  }

  #welcome(frame) {
    if (frame.contact) this.#enter(frame.contact);
  }

  #enter(contact) {
    if (this.contact && this.contact !== contact) {
      this.talk.begin();
      this.talk.notice(this.words.newContact);
    }
    if (this.contact !== contact) {
      this.part("rating-sheet").hidden = true;
      this.part("survey-sheet").hidden = true;
    }
    this.contact = contact;
    this.#offerEnd();
  }

  #acked(frame) {
    this.#enter(frame.contact);
    this.talk.acked(frame);
    if (this.unread) this.#seen();
  }

  #message(frame) {
    this.#enter(frame.contact);
    this.talk.message(frame);
    if (frame.author !== "customer") this.#count(this.#isLooking() ? 0 : this.unread + 1);
    this.#seen();
  }

  #isLooking() {
    return document.visibilityState === "visible" && !this.isCollapsed && this.talk.isAtEnd();
  }

  #seen() {
    const upTo = this.link.after;
    if (!upTo) return;
    const isRead = this.#isLooking();
    const mark = `${this.contact} ${upTo} ${isRead}`;
    if (mark === this.seenMark || this.seenMark === `${this.contact} ${upTo} true`) return;
    this.seenMark = mark;
    this.link.seen(upTo, isRead);
    if (isRead) this.#count(0);
  }

  #count(unread) {
    this.unread = unread;
    const launcher = document.querySelector("[data-chat-unread]");
    if (launcher) {
      launcher.hidden = !unread;
      launcher.textContent = String(unread);
    }
    this.#tellParent({ shouwen: "unread", count: unread });
  }

  #showState(frame) {
    this.state = frame;
    this.root.dataset.phase = frame.phase;
    const title = this.part("title");
    const line = this.part("line");
    const initial = this.part("initial-top");
    const agent = frame.agent;
    const isOwner = Boolean(agent?.first_owner);
    initial.classList.toggle("sw-own", isOwner);
    this.part("own-icon").toggleAttribute("hidden", !isOwner || frame.phase !== "active");
    initial.textContent = agent ? agent.initial : this.set.initial;
    title.textContent = agent ? `${agent.name} · ${agent.staff_no}` : this.words.title;
    line.textContent = frame.words;
    this.leaving.show(frame.closed, frame.busy);
    this.#offerEnd();
    this.part("person").setAttribute("aria-pressed", String(frame.phase !== "new"));
  }

  #offerEnd() {
    this.part("end").hidden = !this.contact || this.state.phase === "ended";
  }

  #ended(frame) {
    this.#enter(frame.contact);
    this.part("survey-sheet").hidden = true;
    this.part("rating-sheet").hidden = !frame.may_rate || frame.has_survey;
    if (frame.may_rate && frame.has_survey) this.#invite(frame.contact);
    if (frame.may_rate) this.talk.toEnd(true);
  }

  // The same address for as long as this conversation is the last one: asking for it anew would
  // stop the one that stands open in another tab.
  async #invite(contact) {
    if (!this.surveyKeeper.token.startsWith(`${contact} `)) {
      try {
        const answer = await this.link.rate(this.set.survey, {});
        this.surveyKeeper.token = `${contact} ${answer.address}`;
      } catch {
        return; // nobody is asked any more
      }
    }
    if (this.contact !== contact) return;
    this.part("survey-link").href = this.surveyKeeper.token.split(" ")[1];
    this.part("survey-sheet").hidden = false;
    this.talk.toEnd(true);
  }

  async #rate(form) {
    const button = form.querySelector("button[type=submit]");
    const say = this.part("rating-says");
    const chosen = new FormData(form);
    if (!chosen.get("score")) {
      say.textContent = this.words.chooseScore;
      return;
    }
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      const answers = { score: Number(chosen.get("score")), comment: chosen.get("comment") || "" };
      const answer = await this.link.rate(this.set.rate, answers);
      this.part("rating-sheet").hidden = true;
      form.reset();
      this.talk.notice(answer.words);
      this.field.focus();
    } catch (failure) {
      say.textContent = failure.frame?.words || this.words.away;
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  #error(frame) {
    if (frame.key) {
      this.talk.refused(frame.key, frame.words);
      return;
    }
    if (frame.code !== "visit-unknown") this.#trouble(frame.words);
  }

  #trouble(words) {
    const line = this.part("trouble");
    line.textContent = words || "";
    line.hidden = !words;
  }

  #line(isUp) {
    clearTimeout(this.lineTimer);
    if (isUp) {
      this.part("offline").hidden = true;
      return;
    }
    // A blink of the network is nobody's business; only what lasts is told.
    this.lineTimer = setTimeout(() => {
      this.part("offline").hidden = false;
    }, CAUTIOUS_SECONDS * 1000);
  }

  async #sendFile(file) {
    if (file.size > Number(this.set.largest)) {
      this.#trouble(this.words.fileTooLarge);
      return;
    }
    this.#trouble("");
    this.link.start();
    const key = newKey();
    const progress = this.talk.sendingFile(key, file.name);
    try {
      await this.link.upload(file, key, progress);
    } catch (failure) {
      this.talk.refused(key, failure.message || this.words.away);
    }
  }

  async #openFile(id, name) {
    try {
      const blob = await this.link.open(id);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (failure) {
      this.#trouble(failure.frame?.words || this.words.away);
    }
  }

  #collapse(isCollapsed) {
    this.isCollapsed = isCollapsed;
    if (this.set.framed === "1") {
      this.isCollapsed = false; // the other site's button hides the frame
      if (isCollapsed) this.#tellParent({ shouwen: "close" });
      return;
    }
    if (!this.part("collapse")) return;
    this.root.toggleAttribute("hidden", isCollapsed);
    const launcher = document.querySelector("[data-chat-launcher]");
    if (launcher) launcher.hidden = !isCollapsed;
    if (!isCollapsed) {
      this.talk.toEnd(true);
      this.#seen();
    }
  }

  #tellParent(words) {
    if (this.set.framed !== "1" || window.parent === window || !document.referrer) return;
    window.parent.postMessage(words, new URL(document.referrer).origin);
  }
}

for (const root of document.querySelectorAll("[data-chat]")) new Panel(root);
