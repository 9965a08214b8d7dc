// What every page's frame does more quickly with a script; without it, all of it still works.
const root = document.documentElement;

// Light or dark at once, kept by the same form that works without this.
document.addEventListener("submit", (event) => {
  const { target: form, submitter: chosen } = event;
  if (!("themeSwitch" in form.dataset) || !chosen) return;
  event.preventDefault();
  document.querySelector('meta[name="theme"]')?.setAttribute("content", chosen.value);
  if (chosen.value) root.dataset.theme = chosen.value;
  else delete root.dataset.theme;
  form.querySelectorAll("[aria-pressed]").forEach((each) => each.setAttribute("aria-pressed", each === chosen));
  fetch(form.action, { method: "POST", body: new FormData(form, chosen), redirect: "manual", keepalive: true });
});

// A menu closes by Escape, by a click beside it, and when the keyboard moves on.
const openMenus = () => document.querySelectorAll("details.menu[open]");
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, ({ target }) => openMenus().forEach((menu) => (menu.open = menu.contains(target))));
}

// Escape puts a tip away until the pointer and the focus have left what it belongs to.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
  document.querySelectorAll(".has-tip:is(:hover, :focus, :focus-within)").forEach((tip) => tip.classList.add("tip-away"));
});
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, (event) => {
    const tipped = event.target.closest?.(".has-tip");
    if (tipped && !tipped.contains(event.relatedTarget)) tipped.classList.remove("tip-away");
  });
}

// Each date field's day in words too: browsers show it in their own order, some the month first.
const inWords = new Intl.DateTimeFormat(root.lang.replace(/^en$/, "en-GB"), { dateStyle: "full", timeZone: "UTC" });
const sayDay = (field) => {
  if (field.type !== "date") return;
  if (!field.nextElementSibling?.matches(".day-said")) field.insertAdjacentHTML("afterend", '<span class="day-said"></span>');
  field.nextElementSibling.textContent = field.value && inWords.format(field.valueAsDate);
};
document.addEventListener("input", ({ target }) => sayDay(target));
document.addEventListener("htmx:load", ({ detail }) => detail.elt.querySelectorAll("input").forEach(sayDay));
document.querySelectorAll("input").forEach(sayDay);

// Drafts (drafts.js) end when they are saved, and with the session: computers are shared.
for (const { dataset } of document.querySelectorAll("[data-saved]")) {
  const ended = Object.keys(sessionStorage).filter((key) => key.endsWith(`:${dataset.saved}`));
  ended.filter((key) => key.startsWith("draf:")).forEach((key) => sessionStorage.removeItem(key));
}
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action")?.endsWith("/akaun/keluar/")) sessionStorage.clear();
});
