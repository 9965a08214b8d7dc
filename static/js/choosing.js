// A field of the admin that is chosen by searching: the script behind it (select2) takes the words
// in it for a text field of their own, which has no name. They are the value; the field has the name.
const name = () => {
  for (const words of document.querySelectorAll(".select2-selection__rendered[role=textbox]")) {
    const label = words.closest(".select2")?.previousElementSibling?.labels?.[0];
    ["role", "aria-readonly"].forEach((each) => words.removeAttribute(each));
    if (!label) continue;
    label.id ||= `${label.htmlFor}-label`;
    words.closest("[role=combobox]").setAttribute("aria-labelledby", `${label.id} ${words.id}`);
  }
};
// After what makes these fields, which waits in the same line.
window.django?.jQuery?.(name);
document.addEventListener("formset:added", () => setTimeout(name));
