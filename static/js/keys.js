// The key / leads to the search. Pages leave this script out for whoever has switched keys off.
document.addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
  if (key !== "/" || ctrlKey || metaKey || altKey || isComposing || repeat || event.defaultPrevented) return;
  if (target.isContentEditable || target.closest?.("input, select, textarea, dialog")) return;
  const field = [...document.querySelectorAll("[data-key='/']")].find((each) => each.checkVisibility());
  if (!field) return;
  event.preventDefault();
  field.matches("a") ? field.click() : field.select();
});
