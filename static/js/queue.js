// Keys of the head's queue. Heard only while the focus is within the queue, and never while somebody
// writes; each leads to a link or a button that is on the page, so nothing is decided by one key.
(() => {
  const find = (selector) => document.querySelector(`#desk ${selector}`);
  const keys = {
    j: () => find("[data-step=after]")?.click(),
    k: () => find("[data-step=before]")?.click(),
    e: () => find("#desk-evidence")?.focus(),
    s: () => find("[data-key=s]")?.focus(),
    b: () => {
      find("details:has([data-key=b])")?.setAttribute("open", "");
      find("details[open] textarea")?.focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!at.closest?.("#desk") || event.altKey || event.metaKey) return;
    if (at.matches("textarea")) {
      if (event.key === "Enter" && event.ctrlKey) at.form?.requestSubmit();
      if (event.key === "Escape") find("[data-key=b]")?.focus();
      return;
    }
    if (event.ctrlKey) return;
    const rows = [...document.querySelectorAll("#desk .desk__row")];
    const [row, step] = [rows.indexOf(at.closest(".desk__row")), { ArrowDown: 1, ArrowUp: -1 }[event.key]];
    if (row >= 0 && step) rows[row + step]?.focus();
    else if (keys[event.key.toLowerCase()]) keys[event.key.toLowerCase()]();
    else return;
    event.preventDefault();
  });
  // Whoever asked to write is led to the field, wherever that opened.
  document.addEventListener("click", ({ target }) => target.closest?.(":not([open]) > [data-key=b]") && setTimeout(keys.b));

  // Only the list moves, so that the open update's row is in view.
  const showRow = () => {
    const [row, list] = [find(".desk__row[aria-current]"), find(".desk__rows")];
    if (row) list.scrollTop = row.offsetTop - list.clientHeight / 3;
  };
  document.addEventListener("htmx:afterSettle", showRow);
  document.addEventListener("DOMContentLoaded", showRow);
})();
