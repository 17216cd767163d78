// The floor: rows are selected for one act; what is selected waits for no refresh.
document.addEventListener("alpine:init", () => {
  Alpine.data("deskFloor", () => ({ ...sw.select() }));
});
