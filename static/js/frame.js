// What every page's frame does more quickly with a script; without it, all of it still works.
const root = document.documentElement;

// Light or dark at once, kept by the same form that works without this.
document.addEventListener("submit", (event) => {
  const { target: form, submitter: chosen } = event;
  if (!("themeSwitch" in form.dataset) || !chosen) return;
  event.preventDefault();
  const sent = new FormData(form, chosen);
  const meta = document.querySelector('meta[name="theme"]');
  if (meta) meta.content = chosen.value;
  if (chosen.value) root.dataset.theme = chosen.value;
  else delete root.dataset.theme;
  form.querySelectorAll("[aria-pressed]").forEach((each) => each.setAttribute("aria-pressed", each === chosen));
  fetch(form.action, { method: "POST", body: sent, redirect: "manual", keepalive: true });
});

// A menu closes by Escape, by a click beside it, and when the keyboard moves on.
const openMenus = () => document.querySelectorAll("details.menu[open]");
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, ({ target }) =>
    openMenus().forEach((menu) => (menu.open = menu.contains(target))),
  );
}

// Escape puts a tip away until the pointer and the focus have left what it belongs to.
const away = "tip-away";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
  const tips = document.querySelectorAll(".has-tip:is(:hover, :focus, :focus-within)");
  tips.forEach((tipped) => tipped.classList.add(away));
});
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, (event) => {
    const tipped = event.target.closest?.(".has-tip");
    if (tipped && !tipped.contains(event.relatedTarget)) tipped.classList.remove(away);
  });
}

// Drafts (drafts.js) end when they are saved, and with the session: computers are shared.
for (const { dataset } of document.querySelectorAll("[data-saved]")) {
  const ended = Object.keys(sessionStorage).filter((key) => key.endsWith(`:${dataset.saved}`));
  ended.filter((key) => key.startsWith("draf:")).forEach((key) => sessionStorage.removeItem(key));
}
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action")?.endsWith("/akaun/keluar/")) sessionStorage.clear();
});
