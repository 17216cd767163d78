// One script tag brings the chat to any page of the institution:
//   <script src="https://centre.example/widget.js?institution=bank" async></script>
// It makes a button and, at the first press, a frame with our own page; nothing else of the
// host page is read or changed. Looks are set through the style object, so a strict policy
// of the host page allows them; it needs `script-src` and `frame-src` for our address.
(() => {
  const script = document.currentScript;
  if (!script || document.querySelector("[data-shouwen-widget]")) return;
  const home = new URL(script.src);
  const institution = home.searchParams.get("institution") || "";
  if (!/^[a-z][a-z0-9]{0,39}$/.test(institution)) return;
  const language = home.searchParams.get("lang") || document.documentElement.lang || "zh";
  const isEnglish = language.toLowerCase().startsWith("en");
  const words = isEnglish
    ? { open: "Chat with us", close: "Close the chat", frame: "Online service" }
    : { open: "在线客服", close: "收起", frame: "在线客服" };
  const NARROW = "(max-width: 560px)";

  const host = document.createElement("div");
  host.setAttribute("data-shouwen-widget", institution);
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const badge = document.createElement("span");
  let frame = null;
  let isOpen = false;

  Object.assign(button.style, {
    position: "fixed", right: "24px", bottom: "24px", zIndex: "2147483000",
    minHeight: "52px", padding: "0 22px", border: "0", borderRadius: "26px",
    background: "#2a52c9", color: "#fff", cursor: "pointer",
    font: '600 16px/24px Inter, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    boxShadow: "0 12px 32px rgba(11, 17, 32, 0.28)",
  });
  Object.assign(badge.style, {
    marginLeft: "8px", minWidth: "22px", padding: "0 6px", borderRadius: "11px",
    background: "#fff", color: "#c22a1e", font: "inherit", fontSize: "14px",
  });
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  badge.hidden = true;
  button.append(words.open, badge);

  function place() {
    const isNarrow = matchMedia(NARROW).matches;
    Object.assign(frame.style, {
      position: "fixed", zIndex: "2147483001", border: "0", colorScheme: "normal",
      right: isNarrow ? "0" : "24px", bottom: isNarrow ? "0" : "24px",
      width: isNarrow ? "100%" : "400px",
      height: isNarrow ? "100%" : "min(720px, calc(100vh - 48px))",
      borderRadius: isNarrow ? "0" : "16px",
      boxShadow: "0 24px 64px rgba(11, 17, 32, 0.25), 0 0 0 1px rgba(11, 17, 32, 0.08)",
      display: isOpen ? "block" : "none",
    });
  }

  function show(wanted) {
    isOpen = wanted;
    if (!frame) {
      frame = document.createElement("iframe");
      const page = new URL(`/chat/${institution}/`, home.origin);
      page.searchParams.set("framed", "1");
      page.searchParams.set("lang", isEnglish ? "en" : "zh-hans");
      frame.src = page.href;
      frame.title = words.frame;
      frame.referrerPolicy = "origin";
      frame.allow = "";
      root.append(frame);
    }
    place();
    button.hidden = isOpen;
    button.style.display = isOpen ? "none" : "inline-block";
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) frame.focus();
    else button.focus();
  }

  button.addEventListener("click", () => show(true));
  addEventListener("resize", () => frame && place());
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen) show(false);
  });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin) return;
    const said = event.data || {};
    if (said.shouwen === "close") show(false);
    if (said.shouwen === "unread") {
      const count = Number(said.count) || 0;
      badge.hidden = count === 0;
      badge.textContent = String(count);
    }
  });

  root.append(button);
  const enter = () => document.body.append(host);
  if (document.body) enter();
  else addEventListener("DOMContentLoaded", enter);
})();
