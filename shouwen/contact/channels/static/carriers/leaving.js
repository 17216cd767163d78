// While nobody is there, or far too many wait: a message that becomes a case.

import { newKey } from "./keys.js";

export class Leaving {
  constructor(root, words, link, field) {
    this.root = root;
    this.words = words;
    this.link = link;
    this.field = field;
    this.form = this.part("leave");
    this.part("leave-open").addEventListener("click", () => this.#open(true));
    this.part("leave-no").addEventListener("click", () => this.#open(false));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  // What the server says of the queue now: closed with its hours, or overrun; else nothing.
  show(closed, busy) {
    const told = closed || busy;
    // Whoever is writing a message keeps it when the line opens meanwhile.
    const isWriting = !this.form.hidden && new FormData(this.form).get("text");
    this.part("closed").hidden = !told && !isWriting;
    if (!told) return;
    this.part("closed-icon").hidden = !closed;
    this.part("busy-icon").hidden = Boolean(closed);
    this.part("left").hidden = true;
    this.part("closed-words").textContent = told.words;
    const lines = (closed?.hours || []).map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    this.part("closed-hours").replaceChildren(...lines);
    this.part("leave-open").hidden = !told.may_leave || !this.form.hidden;
  }

  #open(isOpen) {
    const opener = this.part("leave-open");
    this.form.hidden = !isOpen;
    opener.hidden = isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) {
      opener.focus();
      return;
    }
    const text = this.form.elements.text;
    // What was typed below already need not be typed again.
    text.value ||= this.field.value.trim();
    text.focus();
  }

  async #send() {
    const button = this.form.querySelector("button[type=submit]");
    const told = Object.fromEntries(new FormData(this.form));
    // The same words again are the same message, however often the button is pressed.
    const words = JSON.stringify(told);
    if (this.sent !== words) {
      this.sent = words;
      this.key = newKey();
    }
    this.#mark({}, "");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      this.#done(await this.link.leave({ ...told, key: this.key }));
    } catch (failure) {
      this.#mark(failure.frame?.fields || {}, failure.frame?.words || this.words.away);
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  #mark(fields, says) {
    this.part("leave-says").textContent = says;
    for (const field of this.form.querySelectorAll("input, textarea")) {
      if (field.name in fields) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    this.form.querySelector("[aria-invalid]")?.focus();
  }

  #done(answer) {
    if (this.form.elements.text.value.trim() === this.field.value.trim()) this.field.value = "";
    this.form.reset();
    this.#open(false);
    this.part("closed").hidden = true;
    this.part("left").hidden = false;
    this.part("left-words").textContent = this.words.left.replace("{number}", answer.number);
    const follow = this.part("left-link");
    follow.hidden = !answer.address;
    if (answer.address) follow.href = answer.address;
  }
}
