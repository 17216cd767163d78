// What every htmx request carries and how its end is told: CSRF, one-time keys, busy, errors, focus.
(() => {
  const keys = new WeakMap();
  const STILL_WORKING = 4000;

  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const bodyOf = (parameters) => {
    const parts = [];
    for (const [name, value] of Object.entries(parameters)) {
      if (name === "csrfmiddlewaretoken") continue;
      parts.push([name, value instanceof File ? `${value.name}:${value.size}` : value]);
    }
    return JSON.stringify(parts);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, headers, parameters, elt, path } = event.detail;
    if (verb === "get") return;
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) headers["X-CSRFToken"] = token.content;
    // The same act sent again, after a cut line, carries the same key; a changed one a new key.
    const body = `${path} ${bodyOf(parameters)}`;
    const kept = keys.get(elt);
    const key = kept && kept.body === body ? kept.key : fresh();
    keys.set(elt, { body, key });
    headers["Idempotency-Key"] = key;
  });

  // A refresh may take the pressed button away before its answer comes. Events of an element
  // outside the page reach nobody, so what the server has to tell is then said on the body.
  const tell = (xhr, isTold) => {
    const header = xhr.getResponseHeader("HX-Trigger") || "";
    if (header.startsWith("{")) {
      for (const [name, detail] of Object.entries(JSON.parse(header))) {
        htmx.trigger(document.body, name, detail);
      }
    }
    if (xhr.status >= 400 && !isTold) htmx.trigger(document.body, "htmx:responseError", { xhr });
  };
  // Where the place of the answer went, what it says in place is said apart.
  const tellApart = (xhr) => {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const words = page.querySelector("[role=alert]")?.textContent.trim();
    if (words) sw.toast({ text: words, tone: "over", key: "answer" });
    return Boolean(words);
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target, xhr, requestConfig } = event.detail;
    if (!requestConfig || requestConfig.verb === "get") return;
    elt.setAttribute("aria-busy", "true");
    const timer = setTimeout(
      () => sw.toast({ text: sw.fill("busy"), key: "busy", stay: true }),
      STILL_WORKING,
    );
    xhr.addEventListener("readystatechange", () => {
      if (xhr.readyState !== XMLHttpRequest.DONE || !xhr.status) return;
      const isTold = !target?.isConnected && tellApart(xhr);
      if (!elt.isConnected) tell(xhr, isTold);
    });
    xhr.addEventListener("error", () => {
      if (!elt.isConnected) htmx.trigger(document.body, "htmx:sendError", { requestConfig });
    });
    xhr.addEventListener("loadend", () => {
      clearTimeout(timer);
      sw.untoast("busy");
      elt.removeAttribute("aria-busy");
    });
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    // An answer of any kind ends the act; only silence keeps the key for the next try.
    if (xhr && xhr.status && requestConfig && requestConfig.verb !== "get") keys.delete(elt);
  });

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if ((xhr.getResponseHeader("HX-Trigger") || "").includes("sw-toast")) return;
    sw.toast({ text: sw.fill("failed"), tone: "over", key: `error-${xhr.status}` });
  });
  document.addEventListener("htmx:sendError", (event) => {
    // A refresh that failed is told by the state of the line; an act that failed is told here.
    if (event.detail.requestConfig.verb === "get") return;
    sw.toast({ text: sw.fill("unsent"), tone: "over", key: "unsent" });
  });

  // Focus comes back to the element of the same id (htmx does that), or to its nearest stand-in.
  let focused = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const field = document.activeElement;
    focused =
      field && field.dataset.focusKey && event.detail.target?.contains(field)
        ? field.dataset.focusKey
        : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!focused) return;
    document.querySelector(`[data-focus-key="${CSS.escape(focused)}"]`)?.focus();
    focused = null;
  });

  // Dialogs: opened by [data-dialog="id"], closed by [data-close]; those that arrive open at once.
  const show = (dialog) => {
    if (dialog && !dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) show(document.getElementById(opener.dataset.dialog));
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });
  const arrive = (root) => {
    // What arrives may be the dialog itself.
    if (root.matches?.("dialog[data-open]")) show(root);
    root.querySelectorAll("dialog[data-open]").forEach(show);
    root.querySelector("[data-focus]")?.focus();
  };
  document.addEventListener("htmx:load", (event) => arrive(event.detail.elt));
  document.addEventListener("sw-close", () => {
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  });
  arrive(document);

  // Plain forms: one press, one submission.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-delete]")) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
  });
})();
