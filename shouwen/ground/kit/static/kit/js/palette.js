// The palette of Ctrl K: places, acts of this page, and what the server finds, by keys alone.
// The field keeps the focus; arrows move the choice, Enter takes it, Esc closes.
(() => {
  const ASK_AFTER_MS = 250;
  const WORDS_MIN_CHARACTERS = 2;
  const dialog = document.getElementById("sw-palette");
  if (!dialog) return;
  const form = document.getElementById("sw-palette-form");
  const field = form.elements.words;
  const list = document.getElementById("sw-palette-list");
  const acts = document.getElementById("sw-palette-acts");
  const found = document.getElementById("sw-palette-found");
  const settings = document.getElementById("sw-palette-settings");
  const home = document.getElementById("sw-palette-home");
  const said = document.getElementById("sw-palette-said");
  let timer = 0;
  let chosen = null;

  // The first character of each initial in the order of pinyin, which the browser knows.
  const FIRSTS = [..."阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他穵夕丫匝"];
  const LETTERS = "abcdefghjklmnopqrstwxyz";
  const order = new Intl.Collator("zh-Hans-u-co-pinyin");
  const initial = (character) => {
    if (!/\p{Script=Han}/u.test(character)) return character;
    const past = FIRSTS.findIndex((first) => order.compare(first, character) > 0);
    return LETTERS[(past < 0 ? FIRSTS.length : past) - 1] || "";
  };
  const heard = (text) => [...text.toLowerCase()].map(initial).join("").replace(/\s+/g, "");
  const fits = (text, words) =>
    words.split(" ").every((word) => text.toLowerCase().includes(word) || heard(text).includes(word));

  const options = () =>
    [...list.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"));
  const choose = (option) => {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option || null;
    if (chosen) {
      chosen.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };
  const step = (by) => {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(chosen);
    choose(all[(at + by + all.length) % all.length]);
  };

  const labelOf = (element) => {
    const key = element.querySelector("kbd")?.textContent || "";
    const label =
      element.dataset.command ||
      element.dataset.keyLabel ||
      element.getAttribute("aria-label") ||
      element.querySelector(".sw-label")?.textContent ||
      element.textContent.replace(key, "");
    return label.replace(/\s+/g, " ").trim();
  };
  const group = (name, options) => {
    if (!options.length) return [];
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    box.dataset.kept = "";
    const title = document.createElement("div");
    title.className = "sw-palette-name";
    title.setAttribute("aria-hidden", "true");
    title.textContent = name;
    box.append(title, ...options);
    return [box];
  };
  const option = (element, label, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `sw-palette-act-${place}`;
    button.tabIndex = -1;
    button.setAttribute("role", "option");
    button.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.className = "sw-grow sw-palette-title";
    words.textContent = label;
    button.append(sw.icon(element.dataset.command ? "settings" : "keyboard"), words);
    // J and K lead on from where one stands, which says little here.
    if (element.dataset.key && !/^[jk]$/.test(element.dataset.key)) {
      const key = document.createElement("kbd");
      key.textContent = sw.keys.shown(element.dataset.key);
      button.append(key);
    }
    button.act = () => sw.keys.act(element);
    return button;
  };
  // The acts of a page are its own keys; where one may go is in the list of places.
  const drawActs = () => {
    const known = new Set();
    const drawn = { acts: [], settings: [] };
    const all = document.querySelectorAll("[data-key]:not(.sw-rail [data-key]), [data-command]");
    for (const element of all) {
      const label = labelOf(element);
      const isSetting = Boolean(element.dataset.command);
      const shown = isSetting || element.getClientRects().length > 0;
      const isMine = element.hasAttribute("data-palette") || dialog.contains(element);
      // Two ways to one act are shown once.
      if (!label || !shown || isMine || element.disabled || known.has(label)) continue;
      known.add(label);
      drawn[isSetting ? "settings" : "acts"].push(option(element, label, known.size));
    }
    acts.replaceChildren(...group(dialog.dataset.acts, drawn.acts));
    settings.replaceChildren(...group(dialog.dataset.settings, drawn.settings));
  };

  const filter = () => {
    const words = field.value.trim().toLowerCase();
    list.querySelectorAll("[data-kept]").forEach((group) => {
      let any = false;
      group.querySelectorAll("[role=option]").forEach((option) => {
        option.hidden = Boolean(words) && !fits(option.textContent, words);
        any ||= !option.hidden;
      });
      group.hidden = !any;
    });
    if (!chosen || chosen.closest("[hidden]") || !list.contains(chosen)) choose(options()[0]);
  };
  const tell = (isAnswered) => {
    const count = options().length;
    if (count) said.textContent = dialog.dataset.found.replace("{n}", String(count));
    else said.textContent = isAnswered ? dialog.dataset.none : "";
  };
  const ask = (further = "") => {
    form.elements.further.value = further;
    htmx.trigger(form, "sw:look");
  };
  const forget = () => {
    found.replaceChildren();
    document.getElementById("sw-palette-offer").replaceChildren();
  };
  const typed = () => {
    clearTimeout(timer);
    forget();
    filter();
    choose(options()[0]);
    const asks = field.value.trim().length >= WORDS_MIN_CHARACTERS;
    if (asks) timer = setTimeout(ask, ASK_AFTER_MS);
    else htmx.trigger(form, "htmx:abort");
    tell(!asks);
  };

  const open = () => {
    if (dialog.open || document.querySelector("dialog[open]")) return;
    field.value = "";
    forget();
    drawActs();
    dialog.showModal();
    field.focus();
    filter();
    choose(options()[0]);
    // What one had open changes with every page that is opened.
    htmx.trigger(home, "sw:open");
  };
  const take = (option, event) => {
    if (!option) return;
    if (option.hasAttribute("data-further")) {
      ask("yes");
      field.focus();
    } else if (option.act) {
      dialog.close();
      option.act();
    } else if (event.type === "keydown") {
      if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
      else window.location.assign(option.href);
    }
  };

  field.addEventListener("input", (event) => {
    if (!event.isComposing) typed();
  });
  field.addEventListener("compositionend", typed);
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const ways = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in ways) step(ways[event.key]);
    else if (event.key === "Enter") take(chosen, event);
    else if (event.key === "Tab") choose(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]"), event));
  // The focus stays in the field, so that arrows go on from what was pointed at.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => clearTimeout(timer));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== found && event.detail.target !== home) return;
    filter();
    if (event.detail.target === home) choose(options()[0]);
    tell(event.detail.target === found);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
  });
})();
