// Toasts: sw.toast({text, tone, act, onAct, href, stay}); servers send them as the event "sw-toast".
(() => {
  // An act that can be taken back may be for eight seconds; a plain word of success is read sooner.
  const FADES_AFTER = 8000;
  const PLAIN_FADES_AFTER = 4000;
  const region = () => document.getElementById("sw-toasts");

  const arm = (toast) => {
    toast.querySelector(".sw-shut")?.addEventListener("click", () => toast.remove());
    if (toast.hasAttribute("data-fades")) {
      const after = toast.hasAttribute("data-plain") ? PLAIN_FADES_AFTER : FADES_AFTER;
      let timer = setTimeout(() => toast.remove(), after);
      toast.addEventListener("pointerenter", () => clearTimeout(timer));
      toast.addEventListener("focusin", () => clearTimeout(timer));
      toast.addEventListener("pointerleave", () => {
        timer = setTimeout(() => toast.remove(), after);
      });
    }
  };

  sw.toast = ({ text, tone = "", act = "", onAct = null, href = "", key = "", stay = false }) => {
    const form = document.getElementById("sw-toast-form");
    if (!form || !region()) return null;
    if (key) region().querySelector(`[data-toast="${CSS.escape(key)}"]`)?.remove();
    const toast = form.content.firstElementChild.cloneNode(true);
    const bad = tone === "over" || tone === "error";
    toast.classList.toggle("sw-bad", bad);
    toast.setAttribute("role", bad ? "alert" : "status");
    // Errors stay until they are closed.
    if (!bad && !stay) toast.setAttribute("data-fades", "");
    // The next word of success takes the place of the last one.
    if (!bad && !stay && !act) {
      region().querySelectorAll("[data-plain]").forEach((earlier) => earlier.remove());
      toast.setAttribute("data-plain", "");
    }
    if (key) toast.dataset.toast = key;
    toast.prepend(sw.icon(bad ? "alert-circle" : "check"));
    toast.querySelector(".sw-grow").textContent = text;
    const button = toast.querySelector(".sw-act");
    if (act) {
      button.hidden = false;
      button.textContent = act;
      button.addEventListener("click", () => {
        toast.remove();
        if (onAct) onAct();
        else if (href) window.location.assign(href);
      });
    }
    arm(toast);
    region().append(toast);
    return toast;
  };
  sw.untoast = (key) =>
    region()?.querySelector(`[data-toast="${CSS.escape(key)}"]`)?.remove();

  document.addEventListener("sw-toast", (event) => sw.toast(event.detail));
  region()?.querySelectorAll(".sw-toast").forEach(arm);
})();
