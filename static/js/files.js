// A drop zone round the real file input: files add up, whichever way they came, and come off again.
(() => {
  const chosen = new WeakMap();
  const size = (bytes) => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`);
  const set = (zone, files) => {
    const input = zone.querySelector("input[type=file]");
    const held = new DataTransfer();
    files = input.multiple ? files : files.slice(-1); // one alone takes the place of the one before
    files.forEach((file) => held.items.add(file));
    input.files = held.files;
    chosen.set(zone, files);
    const items = files.map((file) => {
      const [item, words, off] = ["li", "span", "button"].map((name) => document.createElement(name));
      const tooLarge = file.size > Number(input.dataset.limit) ? ` · ${zone.dataset.tooLarge}` : "";
      words.textContent = `${file.name} · ${size(file.size)}${tooLarge}`;
      item.classList.toggle("drop__item--wrong", tooLarge);
      const [label, className] = [zone.dataset.takeOff, "button button--quiet button--small"];
      Object.assign(off, { type: "button", className, textContent: label, ariaLabel: `${label}: ${file.name}` });
      off.addEventListener("click", () => {
        set(zone, chosen.get(zone).filter((other) => other !== file));
        input.focus();
      });
      item.append(words, off);
      return item;
    });
    zone.querySelector(".drop__list").replaceChildren(...items);
  };
  const add = (zone, files) => {
    const before = chosen.get(zone) ?? [];
    const isSame = (one, other) => ["name", "size", "lastModified"].every((what) => one[what] === other[what]);
    set(zone, [...before, ...[...files].filter((file) => !before.some((held) => isSame(file, held)))]);
  };
  document.addEventListener("change", ({ target }) => {
    const zone = target.type === "file" && target.closest("[data-files]");
    if (!zone) return;
    add(zone, [...target.files]);
    if ("capture" in target.attributes) target.value = "";
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.("[data-files]");
      if (!zone || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.toggle("drop--over", kind === "dragover");
      if (kind === "drop") add(zone, event.dataTransfer.files);
    });
  }
  const dress = () => document.querySelectorAll("[data-files]").forEach((zone) => zone.classList.add("drop--quick"));
  document.addEventListener("htmx:load", dress);
  dress();
})();
