// What was said, drawn into the log: bubbles, notices, files, and the marks under one's own words.
// Everything from outside goes in as text; nothing here writes markup.

// Whole addresses, and the centre's own one-time links where it does not know its public name.
const LINKS = /https?:\/\/[^\s<>"'，。；！？（）【】]+|(?<![\w/])\/c\/[\w-]{20,100}/g;
const SHORT_NOTICE = 90;
const MARKS = ["sending", "delivered", "read"];

export class Talk {
  constructor(root, words, language, act) {
    this.log = root.querySelector("[data-log]");
    this.typingLine = root.querySelector("[data-typing]");
    this.words = words;
    this.act = act; // {again(key, text), open(fileId)}
    this.mine = new Map(); // key -> bubble
    this.ownSequences = []; // [sequence, bubble] in order
    this.readTo = 0;
    this.templates = {};
    for (const each of root.querySelectorAll("template[data-shape]")) {
      this.templates[each.dataset.shape] = each.content.firstElementChild;
    }
    this.clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", {
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
      timeZone: "Asia/Shanghai",
    });
  }

  shape(name) {
    return this.templates[name].cloneNode(true);
  }

  time(at) {
    return this.clock.format(at ? new Date(at) : new Date());
  }

  // One's own words, before the centre has them

  pending(key, text) {
    const bubble = this.shape("mine");
    bubble.dataset.text = text;
    this.#words(bubble.querySelector("[data-text]"), text, false);
    this.#stamp(bubble, null, "sending");
    this.mine.set(key, bubble);
    this.add(bubble, true);
  }

  acked(frame) {
    const bubble = this.mine.get(frame.key);
    if (bubble) this.#own(bubble, frame.sequence, frame.at);
  }

  refused(key, reason) {
    const bubble = this.mine.get(key);
    if (!bubble) return;
    bubble.classList.add("is-refused");
    const line = bubble.querySelector("[data-stamp]");
    line.textContent = reason || this.words.refused;
    if (bubble.dataset.text) {
      const again = this.shape("again");
      again.addEventListener("click", () => {
        bubble.classList.remove("is-refused");
        this.#stamp(bubble, null, "sending");
        this.act.again(key, bubble.dataset.text);
      });
      line.append(" ", again);
    }
  }

  message(frame) {
    this.typing(false);
    if (frame.author === "customer") {
      const waiting = frame.key && this.mine.get(frame.key);
      const bubble = waiting || this.shape("mine");
      if (frame.file) this.#file(bubble, frame.file);
      else this.#words(bubble.querySelector("[data-text]"), frame.text, false);
      if (!waiting) {
        if (frame.key) this.mine.set(frame.key, bubble);
        this.add(bubble, false);
      }
      this.#own(bubble, frame.sequence, frame.at);
      return;
    }
    const isLine = frame.text.length <= SHORT_NOTICE && !frame.text.match(LINKS);
    if (frame.author === "system" && isLine) {
      this.notice(`${this.time(frame.at)} ${frame.text}`);
      return;
    }
    const bubble = this.shape("theirs");
    bubble.querySelector("[data-initial]").textContent = frame.initial;
    bubble.querySelector("[data-stamp]").textContent = `${frame.name} ${this.time(frame.at)}`;
    if (frame.file) this.#file(bubble, frame.file);
    else this.#words(bubble.querySelector("[data-text]"), frame.text, true);
    this.add(bubble, false);
  }

  marks({ read }) {
    this.readTo = Math.max(this.readTo, read || 0);
    this.#restamp();
  }

  notice(text) {
    const line = this.shape("notice");
    line.textContent = text;
    this.add(line, false);
  }

  typing(isOn) {
    this.typingLine.hidden = !isOn;
    clearTimeout(this.typingTimer);
    if (isOn) {
      this.typingTimer = setTimeout(() => this.typing(false), 5000);
      this.toEnd(false);
    }
  }

  // A new contact begins under the old one's words: its numbers count from one again.
  begin() {
    this.ownSequences = [];
    this.readTo = 0;
  }

  add(node, isOwn) {
    const wasAtEnd = this.isAtEnd();
    this.log.insertBefore(node, this.typingLine);
    if (isOwn || wasAtEnd) this.toEnd(true);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  toEnd(always) {
    if (always || this.isAtEnd()) this.log.scrollTop = this.log.scrollHeight;
  }

  // Files

  sendingFile(key, name) {
    const bubble = this.shape("mine");
    const part = this.shape("file");
    part.disabled = true;
    part.querySelector("[data-name]").textContent = name;
    bubble.querySelector("[data-text]").replaceWith(part);
    this.#stamp(bubble, null, "sending");
    this.mine.set(key, bubble);
    this.add(bubble, true);
    const bar = part.querySelector("progress");
    bar.hidden = false;
    return (share) => {
      bar.value = Math.round(share * 100);
    };
  }

  #file(bubble, file) {
    const part = this.shape("file");
    part.querySelector("[data-name]").textContent = file.name;
    const size = part.querySelector("[data-size]");
    size.textContent = file.state === "clean" ? this.#size(file.size) : this.words[file.state];
    part.disabled = file.state !== "clean";
    part.addEventListener("click", () => this.act.open(file.id, file.name));
    part.dataset.fileRef = file.id;
    const place = bubble.querySelector("[data-text]") || bubble.querySelector("[data-file-part]");
    place.replaceWith(part);
  }

  #size(bytes) {
    if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  }

  #own(bubble, sequence, at) {
    bubble.classList.remove("is-refused");
    bubble.dataset.at = at;
    if (!this.ownSequences.some(([known]) => known === sequence)) {
      this.ownSequences.push([sequence, bubble]);
      this.ownSequences.sort((a, b) => a[0] - b[0]);
    }
    this.#restamp();
  }

  // The newest message that is read, and the newest of all, say so; the others show their time.
  #restamp() {
    const newest = this.ownSequences.at(-1)?.[0];
    const newestRead = this.ownSequences.filter(([n]) => n <= this.readTo).at(-1)?.[0];
    for (const [sequence, bubble] of this.ownSequences) {
      let mark = "";
      if (sequence === newest) mark = sequence <= this.readTo ? "read" : "delivered";
      else if (sequence === newestRead) mark = "read";
      this.#stamp(bubble, bubble.dataset.at, mark);
    }
  }

  #stamp(bubble, at, mark) {
    const said = MARKS.includes(mark) ? ` · ${this.words[mark]}` : "";
    bubble.querySelector("[data-stamp]").textContent = `${this.time(at)}${said}`;
  }

  #words(place, text, withLinks) {
    place.textContent = "";
    if (!withLinks) {
      place.textContent = text;
      return;
    }
    let done = 0;
    for (const found of text.matchAll(LINKS)) {
      place.append(text.slice(done, found.index));
      const link = document.createElement("a");
      link.href = found[0];
      link.textContent = found[0];
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
      place.append(link);
      done = found.index + found[0].length;
    }
    place.append(text.slice(done));
  }
}
