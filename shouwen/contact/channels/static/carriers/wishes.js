// What a visitor wishes without words: a person, or the end. A wish is kept until the centre has
// answered it, and told again on the next line where the last one broke.

const ANSWERS = {
  ask_person: (frame) => frame.type === "state",
  end: (frame) => frame.type === "ended" || frame.phase === "ended",
};

const TROUBLE = "server-trouble";

export class Wishes {
  // `tell(name)` gives whether the wish is on its way.
  constructor(tell) {
    this.tell = tell;
    this.kept = new Map(); // name -> whether it is on its way
    this.isReady = false;
  }

  add(name) {
    this.kept.set(name, false);
    this.flush();
  }

  flush() {
    // After a break the centre first says how things stand: what has ended is not ended again.
    if (!this.isReady) return;
    for (const [name, isSent] of this.kept) if (!isSent) this.kept.set(name, this.tell(name));
  }

  take(frame) {
    for (const [name, isSent] of this.kept) {
      const isRefused = isSent && frame.type === "error" && !frame.key;
      // Trouble on the centre's side refuses nothing: the wish is told again.
      if (isRefused && frame.code === TROUBLE) this.kept.set(name, false);
      else if (isRefused || ((isSent || name === "end") && ANSWERS[name](frame))) this.kept.delete(name);
    }
    if (frame.type !== "state") return;
    this.isReady = true;
    this.flush();
  }

  // The line is gone, and with it what was on its way.
  cut() {
    this.isReady = false;
    for (const name of this.kept.keys()) this.kept.set(name, false);
  }
}
