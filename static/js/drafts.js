// No typed text is lost. Drafts live in this tab's own storage (it survives a reload and a restored
// tab, and ends with the tab: computers are shared), under the writer, until saved or thrown away.
(() => {
  const writer = document.querySelector("meta[name=writer]").content;
  const keyOf = (address) => `draf:${writer}:${address}`;
  const notTyped = ["csrfmiddlewaretoken", "writer", "next", "kept", "left_out"];
  const typed = (form) =>
    JSON.stringify([...new FormData(form)].filter(([name, is]) => typeof is === "string" && !notTyped.includes(name)));
  const open = () => [...document.querySelectorAll("form[data-draft]")];
  let leaving = false;
  const keep = (form) => {
    const [key, now] = [keyOf(form.dataset.draft), typed(form)];
    if (now === form.untouched) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, now);
  };
  const prepare = (form) => {
    if (form.untouched !== undefined) return;
    form.untouched = "data-filled" in form.attributes ? "" : typed(form);
    if (form.untouched === "") return keep(form); // what was sent came back: newer than any draft
    const draft = sessionStorage.getItem(keyOf(form.dataset.draft));
    if (!draft) return;
    for (const [name, value] of JSON.parse(draft)) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    form.querySelectorAll("input").forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
    const isUsed = (fold) => [...fold.querySelectorAll("input, textarea")].some((field) => field.value);
    form.querySelectorAll("details").forEach((fold) => (fold.open ||= isUsed(fold)));
    form.querySelector("[data-restored]").hidden = false;
  };
  const look = (part) => {
    part.querySelectorAll("[data-saved]").forEach((saved) => sessionStorage.removeItem(keyOf(saved.dataset.saved)));
    open().forEach(prepare);
  };

  Object.keys(sessionStorage)
    .filter((key) => key.startsWith("draf:") && !key.startsWith(keyOf("")))
    .forEach((key) => sessionStorage.removeItem(key));
  look(document);

  document.addEventListener("input", ({ target }) => target.form?.dataset.draft && keep(target.form));
  document.addEventListener("click", ({ target }) => {
    const form = target.closest("[data-discard]")?.closest("form");
    if (!form) return;
    sessionStorage.removeItem(keyOf(form.dataset.draft));
    leaving = !target.closest("[hx-get]");
  });
  document.addEventListener("submit", (event) => (leaving = "draft" in event.target.dataset && !event.defaultPrevented));
  window.addEventListener("pageshow", () => (leaving = false));
  const isOpen = () => open().some((form) => typed(form) !== form.untouched);
  window.addEventListener("beforeunload", (event) => !leaving && isOpen() && event.preventDefault());

  // Rows of the worklist, opened and saved in place
  document.addEventListener("htmx:load", ({ detail }) => {
    look(detail.elt);
    if (detail.elt !== document.body) return;
    const links = [...document.querySelectorAll("[data-opens]")];
    links.filter((link) => sessionStorage.getItem(keyOf(link.dataset.opens))).forEach((link) => link.click());
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (document.activeElement === document.body) detail.elt.querySelector("a.button")?.focus();
  });
  // Where signing in comes first, the portal has kept the text.
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => (leaving ||= detail.xhr.getResponseHeader("HX-Redirect")));
  const row = ({ elt }) => elt.closest(".task") ?? document.getElementById("content");
  const trouble = (when) => ({ detail }) => {
    const notice = document.getElementById("trouble").content.cloneNode(true).firstElementChild;
    const shown = [when, detail.elt.matches("form") ? "written" : "opened"];
    notice.querySelectorAll("[data-when]").forEach((part) => (part.hidden = !shown.includes(part.dataset.when)));
    (row(detail).querySelector(".form__actions") ?? row(detail).lastElementChild).before(notice);
    notice.focus();
  };
  for (const kind of ["sendError", "timeout"]) document.addEventListener(`htmx:${kind}`, trouble("offline"));
  document.addEventListener("htmx:responseError", trouble("refused"));
  document.addEventListener("htmx:beforeRequest", ({ detail }) =>
    row(detail).querySelectorAll("[data-when]").forEach((part) => part.closest(".notice")?.remove()),
  );
  document.addEventListener("htmx:xhr:progress", ({ detail, target }) => {
    const bar = target.querySelector?.("progress");
    if (!bar || !detail.lengthComputable) return;
    bar.hidden = detail.loaded >= detail.total;
    bar.value = (100 * detail.loaded) / detail.total;
  });
})();
