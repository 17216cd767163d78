// Files over their measure are named before they are sent, so that what was typed beside them stays.
(() => {
  const MEGABYTE = 1024 * 1024;
  const FIELD = "input[type=file][data-most-bytes]";
  // Rounded up: what is just over never reads as if it fitted.
  const shown = (bytes) => String(Math.ceil((bytes * 10) / MEGABYTE) / 10);
  const weight = (files) => files.reduce((sum, file) => sum + file.size, 0);

  // Say what is wrong with files of which `most` bytes can go at once, or nothing.
  sw.tooLarge = (files, most) => {
    if (weight(files) <= most) return "";
    const alone = files.find((file) => file.size > most);
    const size = shown(alone ? alone.size : weight(files));
    const places = { size, most: String(most / MEGABYTE), name: alone?.name };
    return sw.fill(alone ? "file_large" : "files_large", places);
  };

  const tell = (field, words) => {
    const id = `${field.id}-large`;
    document.getElementById(id)?.remove();
    const described = (field.getAttribute("aria-describedby") || "").split(" ");
    const others = described.filter((each) => each && each !== id);
    field.setAttribute("aria-describedby", [...others, ...(words ? [id] : [])].join(" "));
    field.removeAttribute("aria-invalid");
    if (!words) return;
    field.setAttribute("aria-invalid", "true");
    const line = document.createElement("p");
    line.id = id;
    line.className = "sw-errmsg";
    line.setAttribute("role", "alert");
    line.append(sw.icon("alert-circle"), ` ${words}`);
    field.after(line);
  };

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches?.(FIELD)) return;
    // The measure is that of the whole request: other fields of the form count with it.
    const beside = [...(field.form?.querySelectorAll(FIELD) || [])].filter((it) => it !== field);
    const files = [field, ...beside].flatMap((it) => [...it.files]);
    const words = sw.tooLarge(files, Number(field.dataset.mostBytes));
    // Nothing is left chosen that could not be sent.
    if (words) field.value = "";
    tell(field, words);
  });
})();
