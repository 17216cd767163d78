// What is being sent is no longer being typed, so the answer may replace it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("#case-plan-form, #case-asked-form");
  if (form?.contains(document.activeElement)) document.activeElement.blur();
});
