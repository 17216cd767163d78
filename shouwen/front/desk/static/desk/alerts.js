// Who waits is told by a sound, the tab's title and, where the person allows it, a desktop notice.
// None of them says anything about the customer.
document.addEventListener("alpine:init", () => {
  "use strict";

  const TONES_HERTZ = [660, 880];
  const TONE_SECONDS = 0.14;
  const LOUDNESS = 0.05;

  Alpine.data("deskAlerts", () => ({
    // Everything is declared: an undeclared name would be looked up in the component around it.
    words: {},
    sound: true,
    permission: "",
    unread: 0,
    audio: null,
    title: document.title,
    onOffered: null,
    onSwap: null,

    init() {
      this.words = this.$root.dataset;
      this.sound = this.words.sound === "on";
      this.permission = "Notification" in window ? Notification.permission : "denied";
      this.onOffered = (event) => {
        this.count();
        if (event.detail.fresh) this.alert();
      };
      this.onSwap = (event) => {
        if (!["desk-list", "desk-mine"].includes(event.detail.target?.id)) return;
        const before = this.unread;
        this.count();
        // Whoever looks at the page sees a new line; whoever is elsewhere is told.
        if (this.unread > before && document.hidden) this.alert();
      };
      document.addEventListener("desk:offered", this.onOffered);
      document.body.addEventListener("htmx:afterSwap", this.onSwap);
      this.count();
    },

    destroy() {
      document.removeEventListener("desk:offered", this.onOffered);
      document.body.removeEventListener("htmx:afterSwap", this.onSwap);
    },

    get soundState() {
      return String(this.sound);
    },
    get mayAsk() {
      return this.permission === "default";
    },
    get isAllowed() {
      return this.permission === "granted";
    },
    get isRefused() {
      return this.permission === "denied";
    },

    count() {
      const marks = document.querySelectorAll("#desk-list .sw-ch > b");
      this.unread = [...marks].reduce((sum, mark) => sum + (parseInt(mark.textContent, 10) || 0), 0);
      const offers = document.querySelectorAll("#desk-offers [data-offer]").length;
      const words = offers ? this.words.title : this.title;
      const waiting = offers + this.unread;
      document.title = waiting ? `(${waiting}) ${words}` : words;
    },

    alert() {
      if (this.sound) this.ring();
      if (!document.hidden || !this.isAllowed) return;
      const notice = new Notification(this.words.title, { tag: "desk" });
      notice.onclick = () => {
        window.focus();
        notice.close();
      };
    },

    async ask() {
      this.permission = await Notification.requestPermission();
    },

    turn() {
      this.sound = !this.sound;
      if (this.sound) this.ring();
      const form = new FormData();
      form.append("name", "sound");
      form.append("value", this.sound ? "on" : "off");
      fetch(this.words.url, {
        method: "POST",
        body: form,
        redirect: "manual",
        headers: { "X-CSRFToken": this.words.csrf },
      }).catch(() => {});
    },

    ring() {
      try {
        this.audio ||= new AudioContext();
        if (this.audio.state !== "running") return;
        TONES_HERTZ.forEach((hertz, index) => {
          const tone = this.audio.createOscillator();
          const gain = this.audio.createGain();
          const starts = this.audio.currentTime + index * TONE_SECONDS;
          tone.frequency.value = hertz;
          gain.gain.setValueAtTime(LOUDNESS, starts);
          gain.gain.exponentialRampToValueAtTime(0.0001, starts + TONE_SECONDS);
          tone.connect(gain).connect(this.audio.destination);
          tone.start(starts);
          tone.stop(starts + TONE_SECONDS);
        });
      } catch {
        // A desk without sound still shows the panel.
      }
    },
  }));
});
