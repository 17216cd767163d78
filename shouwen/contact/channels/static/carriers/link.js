// The line between a visitor's page and the centre: a socket, or plain requests where that is
// blocked. Nothing said is lost: what has no `ack` is sent again under its own key. Nothing comes
// twice: messages are taken in the order of their sequence, once.

import { Keeper } from "./keeper.js";
import { newKey } from "./keys.js";
import { Wishes } from "./wishes.js";

const VERSION = 1;
const PAUSES_SECONDS = [1, 2, 5, 10, 15];
const RESEND_SECONDS = 8;
const ANSWER_SECONDS = 12;
const PING_SECONDS = 25;
const SILENCE_SECONDS = 60;
const SOCKET_TRIES = 2;
const SOCKET_AGAIN_SECONDS = 60;

export class Link {
  constructor({ institution, base, socket, language, onFrame, onLine }) {
    this.base = base;
    this.socketUrl = socket;
    this.language = language;
    this.onFrame = onFrame;
    this.onLine = onLine;
    this.keeper = new Keeper(`shouwen.visit.${institution}`);
    this.contact = "";
    this.after = 0;
    this.unsent = new Map(); // key -> {text, sentAt}
    this.wishes = new Wishes((name) => this.#tell(name));
    this.failures = 0;
    this.socketFailures = 0;
    this.mode = "closed"; // closed · opening · socket · requests
    this.timers = new Set();
    this.leaving = false;
  }

  get hasVisit() {
    return Boolean(this.keeper.token);
  }

  start() {
    if (this.mode !== "closed" || this.leaving) return;
    this.mode = "opening";
    if (this.socketFailures >= SOCKET_TRIES || !("WebSocket" in window)) this.#request();
    else this.#dial();
    if (!this.beat) this.beat = setInterval(() => this.#tick(), 1000);
  }

  stop() {
    this.leaving = true;
    clearInterval(this.beat);
    for (const timer of this.timers) clearTimeout(timer);
    this.socket?.close(1000);
    this.abort?.abort();
  }

  // What the page says

  say(text) {
    const key = newKey();
    this.unsent.set(key, { text, sentAt: 0 });
    this.start();
    this.#flush();
    return key;
  }

  sayAgain(key, text) {
    this.unsent.set(key, { text, sentAt: 0 });
    this.start();
    this.#flush();
  }

  typing() {
    if (this.mode === "socket") this.#send({ type: "typing" });
    else if (this.mode === "requests") this.#post("typing", {}).catch(() => {});
  }

  seen(upTo, wasRead) {
    if (this.mode === "socket") this.#send({ type: wasRead ? "read" : "received", up_to: upTo });
    else if (this.mode === "requests") {
      this.#post(wasRead ? "read" : "received", { up_to: upTo }).catch(() => {});
    }
  }

  wish(name) {
    this.start();
    this.wishes.add(name);
  }

  // The line by socket

  #dial() {
    let welcomed = false;
    const address = new URL(this.socketUrl, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    const patience = this.#later(8, () => socket.close());
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => {
      this.heardAt = Date.now();
      const frame = JSON.parse(event.data);
      if (frame.type === "welcome") {
        welcomed = true;
        clearTimeout(patience);
        this.failures = this.socketFailures = 0;
        this.mode = "socket";
      }
      this.#take(frame);
    };
    socket.onclose = (event) => {
      clearTimeout(patience);
      if (!welcomed) this.socketFailures += 1;
      if (socket === this.socket) this.#lost(event.code === 4429 ? 15 : null);
    };
  }

  // The network is gone though nobody told the socket: waiting for its own end would take minutes.
  cut() {
    if (this.mode !== "socket") return;
    this.socket.close();
    this.#lost(null);
  }

  #lost(seconds) {
    if (this.leaving) return;
    this.socket = null;
    this.mode = "closed";
    this.#forgetSending();
    this.onLine(false);
    this.#retry(seconds);
  }

  // The line by requests

  async #request() {
    this.abort = new AbortController();
    this.socketAgainAt = Date.now() + SOCKET_AGAIN_SECONDS * 1000;
    try {
      this.#takeAll(await this.#post("hello", this.#hello()));
      this.mode = "requests";
      this.failures = 0;
      this.#flush();
      this.wishes.flush();
      while (this.mode === "requests" && !this.leaving) {
        if (Date.now() > this.socketAgainAt && (await this.#socketWorks())) return;
        const place = `contact=${this.contact}&after=${this.after}&lang=${this.language}&mark=${this.mark || ""}`;
        const answer = await this.#get(`updates?${place}`);
        this.onLine(true);
        this.#takeAll(answer);
        if (answer.pause_seconds) await this.#sleep(answer.pause_seconds);
      }
    } catch (failure) {
      if (this.leaving) return;
      this.mode = "closed";
      this.#forgetSending();
      if (failure.frame) this.#take(failure.frame);
      this.onLine(false);
      this.#retry(null);
    }
  }

  // The network may have changed (home from the office): try the socket beside the requests.
  #socketWorks() {
    this.socketAgainAt = Date.now() + SOCKET_AGAIN_SECONDS * 1000;
    return new Promise((resolve) => {
      const address = new URL(this.socketUrl, location.href);
      address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
      const trial = new WebSocket(address);
      const patience = setTimeout(() => trial.close(), 4000);
      trial.onopen = () => {
        clearTimeout(patience);
        trial.onclose = null;
        trial.close(1000);
        this.socketFailures = 0;
        this.mode = "closed";
        this.start();
        resolve(true);
      };
      trial.onclose = () => resolve(false);
    });
  }

  #headers() {
    const headers = { "Accept-Language": this.language };
    if (this.keeper.token) headers["X-Visit-Token"] = this.keeper.token;
    return headers;
  }

  async #answer(response) {
    const body = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const failure = new Error(body.code || `status-${response.status}`);
    failure.status = response.status;
    failure.frame = { type: "error", code: body.code || "away", words: body.words || "" };
    if (body.fields) failure.frame.fields = body.fields;
    throw failure;
  }

  async #get(path) {
    const options = { headers: this.#headers(), signal: this.abort.signal, cache: "no-store" };
    return this.#answer(await fetch(this.base + path, options));
  }

  async #post(path, body) {
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    const options = { method: "POST", headers, body: JSON.stringify(body) };
    return this.#answer(await fetch(this.base + path, options));
  }

  rate(address, answers) {
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    const body = JSON.stringify({ ...answers, contact: this.contact });
    return fetch(address, { method: "POST", headers, body }).then((r) => this.#answer(r));
  }

  // A message left while nobody is there; the page then looks what became of its conversation.
  leave(message) {
    return this.#post("leave-message", message).then((answer) => {
      this.#enter(answer.contact);
      this.#resume();
      return answer;
    });
  }

  // Files go by request on either line, since only a request tells its progress.
  upload(file, key, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}files`);
      for (const [name, value] of Object.entries(this.#headers())) {
        request.setRequestHeader(name, value);
      }
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onload = () => {
        const body = request.response || {};
        if (request.status < 300) {
          this.#takeAll(body);
          resolve(body);
        } else reject(new Error(body.words || ""));
      };
      request.onerror = () => reject(new Error(""));
      const form = new FormData();
      form.append("key", key);
      form.append("file", file);
      request.send(form);
    });
  }

  async open(fileId) {
    const response = await fetch(`${this.base}files/${fileId}`, { headers: this.#headers() });
    if (!response.ok) return this.#answer(response);
    return response.blob();
  }

  // Both lines

  #hello() {
    const place = { contact: this.contact, after: this.after };
    return { type: "hello", v: VERSION, token: this.keeper.token, lang: this.language, ...place };
  }

  #takeAll(answer) {
    if (answer.mark) this.mark = answer.mark;
    for (const frame of answer.frames || []) this.#take(frame);
  }

  #take(frame) {
    if (frame.type === "welcome") {
      if (frame.token) this.keeper.token = frame.token;
      this.#enter(frame.contact);
      this.onLine(true);
      this.onFrame(frame);
      this.#flush();
      return;
    }
    if (frame.type === "ack") {
      const isText = this.unsent.delete(frame.key);
      this.#enter(frame.contact);
      // One's own words are drawn already; the centre sends them to this page no more.
      if (isText && frame.sequence === this.after + 1) this.after = frame.sequence;
      this.#flush();
    }
    if (frame.type === "message") {
      if (frame.contact !== this.contact) this.#enter(frame.contact);
      if (frame.sequence <= this.after) return; // had it
      if (frame.sequence > this.after + 1) {
        this.#resume(); // one is missing: ask again from what we have
        return;
      }
      this.after = frame.sequence;
      if (frame.key && this.unsent.delete(frame.key)) this.#flush();
    }
    if (frame.type === "error") this.#trouble(frame);
    this.wishes.take(frame);
    this.onFrame(frame);
  }

  #enter(contact) {
    if (!contact || contact === this.contact) return;
    this.contact = contact;
    this.after = 0;
  }

  #trouble(frame) {
    if (frame.code === "visit-unknown") {
      this.keeper.token = "";
      this.contact = "";
      this.after = 0;
      this.#resume();
    } else if (frame.key && frame.code === "too-many-messages") {
      const waiting = this.unsent.get(frame.key);
      if (waiting) waiting.sentAt = Date.now(); // tries again by itself
    } else if (frame.key) {
      this.unsent.delete(frame.key);
      this.#flush();
    }
  }

  #resume() {
    if (this.mode === "socket") this.#send(this.#hello());
    // by requests the next question asks from `after` anyway
  }

  #send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  #forgetSending() {
    for (const waiting of this.unsent.values()) waiting.sentAt = waiting.since = 0;
    this.wishes.cut();
  }

  #flush() {
    if (this.mode !== "socket" && this.mode !== "requests") return;
    // One at a time: the next goes when the one before is kept, so the order is the writer's.
    const [key, waiting] = this.unsent.entries().next().value || [];
    if (waiting && waiting.sentAt <= Date.now() - RESEND_SECONDS * 1000) {
      waiting.sentAt = Date.now();
      waiting.since ||= waiting.sentAt;
      if (this.mode === "socket") this.#send({ type: "message", key, text: waiting.text });
      else this.#sayByRequest(key, waiting.text);
    }
  }

  #tell(name) {
    if (this.mode === "socket") return this.#send({ type: name });
    if (this.mode !== "requests") return false;
    this.#post(name.replace("_", "-"), {})
      .then((answer) => this.#takeAll(answer))
      .catch((failure) => failure.frame && this.#take(failure.frame));
    return true;
  }

  #sayByRequest(key, text) {
    this.#post("messages", { key, text })
      .then((answer) => this.#takeAll(answer))
      .catch((failure) => {
        if (failure.status) this.#take({ ...failure.frame, key });
        else if (this.unsent.has(key)) this.unsent.get(key).sentAt = 0;
      });
  }

  #tick() {
    const now = Date.now();
    if (this.unsent.size) this.#flush();
    this.wishes.flush();
    if (this.mode !== "socket") return;
    if (now - (this.pingedAt || 0) > PING_SECONDS * 1000) {
      this.pingedAt = now;
      this.#send({ type: "ping" });
    }
    const [waiting] = this.unsent.values();
    const isUnheard = waiting?.since > this.heardAt && now - waiting.since > ANSWER_SECONDS * 1000;
    if (isUnheard || now - this.heardAt > SILENCE_SECONDS * 1000) this.cut();
  }

  #retry(seconds) {
    const pause = seconds ?? PAUSES_SECONDS[Math.min(this.failures, PAUSES_SECONDS.length - 1)];
    this.failures += 1;
    // Jitter: after a restart not everybody comes back in the same second.
    this.#later(pause * (0.5 + Math.random()), () => this.start());
  }

  #later(seconds, act) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, seconds * 1000);
    this.timers.add(timer);
    return timer;
  }

  #sleep(seconds) {
    return new Promise((resolve) => this.#later(seconds, resolve));
  }
}
