// Copying a number, a link or a key: the button holds it in `data-copy`; a toast says that it is done.
document.addEventListener("alpine:init", () => {
  Alpine.data("copyText", () => ({
    async copy(event) {
      const button = event.currentTarget;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        sw.toast({ text: sw.fill("copied") });
      } catch {
        // Without a secure address the browser keeps its clipboard shut: marked, Ctrl C takes it.
        button.parentElement.querySelector("input")?.select();
        sw.toast({ text: sw.fill("uncopied"), tone: "over" });
      }
    },
  }));
});
