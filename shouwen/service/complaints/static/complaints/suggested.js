// Taking a suggestion sets its list to what was suggested; the list has the focus, nothing is sent.
document.addEventListener("alpine:init", () => {
  Alpine.data("takeSuggestion", () => ({
    take(event) {
      const button = event.currentTarget;
      const list = document.getElementById(button.dataset.for);
      list.value = button.dataset.code;
      list.dispatchEvent(new Event("change", { bubbles: true }));
      list.focus();
    },
  }));
});
