// The key / leads to the search. Pages leave this script out for whoever has switched keys off.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const at = event.target;
  if (at.isContentEditable || at.closest?.("input, select, textarea, dialog")) return;
  const field = [...document.querySelectorAll("[data-key='/']")].find((each) => each.checkVisibility());
  if (!field) return;
  event.preventDefault();
  field.matches("a") ? field.click() : field.select();
});
