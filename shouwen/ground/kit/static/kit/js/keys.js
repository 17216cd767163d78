// Keys. An element says its own: data-key="F8", "ctrl+enter", "j", "g w"; pressing it presses or
// focuses the element. With Alt the letters also work in fields; single letters may be switched off.
(() => {
  const root = document.documentElement;
  const NAMES = { " ": "space", "+": "plus" };
  let first = "";
  let firstAt = 0;

  const inField = (target) =>
    target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
  const nameOf = (event) => {
    const raw = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : event.key;
    const key = (NAMES[raw] || raw).toLowerCase();
    const ctrl = event.ctrlKey || event.metaKey;
    return `${ctrl ? "ctrl+" : ""}${key}`;
  };
  const visible = (element) => element.getClientRects().length > 0;
  const find = (key) => {
    const open = document.querySelector("dialog[open]");
    const all = (open || document).querySelectorAll("[data-key]");
    return [...all].find(
      (element) => element.dataset.key.toLowerCase() === key && visible(element) && !element.disabled,
    );
  };
  const act = (element) => {
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
    else element.click();
  };

  // How a key is printed: "ctrl+k" as Ctrl K, "g w" as G w.
  const shown = (key) =>
    key
      .replace("ctrl+enter", "Ctrl ↵")
      .replace(/^ctrl\+(.)/, (_, letter) => `Ctrl ${letter.toUpperCase()}`)
      .replace(/^./, (letter) => letter.toUpperCase());
  const list = () => {
    const dialog = document.getElementById("sw-keys");
    if (!dialog || dialog.open) return;
    const names = dialog.querySelector(".sw-keylist");
    names.querySelectorAll("[data-found]").forEach((row) => row.remove());
    document.querySelectorAll("[data-key]").forEach((element) => {
      const label = element.dataset.keyLabel || element.getAttribute("aria-label") || element.querySelector(".sw-label")?.textContent || element.textContent;
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      const said = document.createElement("dd");
      key.textContent = shown(element.dataset.key);
      said.textContent = label.replace(key.textContent, "").trim();
      term.dataset.found = said.dataset.found = "";
      term.append(key);
      names.append(term, said);
    });
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const key = nameOf(event);
    const field = inField(event.target);
    const letter = /^.$|^space$|^plus$/.test(key);
    if (event.altKey && /^[123]$/.test(event.key)) {
      const pane = document.querySelectorAll("[data-pane], .sw-pane")[Number(event.key) - 1];
      if (!pane) return;
      event.preventDefault();
      pane.setAttribute("tabindex", "-1");
      pane.focus();
      return;
    }
    if (key === "ctrl+enter") {
      const own = find(key);
      const form = event.target.closest?.("form");
      if (own) act(own);
      else if (form) form.requestSubmit();
      else return;
      event.preventDefault();
      return;
    }
    if (letter && field && !event.altKey) return;
    if (letter && root.dataset.keys === "off" && !event.altKey) return;
    if (key === "?" && !field) {
      event.preventDefault();
      list();
      return;
    }
    const pair = first && Date.now() - firstAt < 1200 ? find(`${first} ${key}`) : null;
    first = key.length === 1 ? key : "";
    firstAt = Date.now();
    const element = pair || find(key);
    if (!element) return;
    event.preventDefault();
    act(element);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-list]")) list();
  });
  sw.keys = { list, act, shown };
})();
