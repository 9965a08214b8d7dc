// A draft saves itself some seconds after typing stops: the same save as the button's, with the
// same check that nobody else saved meanwhile. It says what came of it and never takes text away.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const said = form.querySelector("[data-autosaved]");
  const written = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "version"));
  let [stored, timer, saving, refused, leaving] = [written(), 0, Promise.resolve(), false, false];
  const say = (words, tone) => Object.assign(said, { textContent: words, className: `autosaved autosaved--${tone}` });
  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(() => (saving = saving.then(save)), seconds * 1000);
  };
  const save = async () => {
    const sent = written();
    if (refused || sent === stored) return;
    say(form.dataset.saving, "quiet");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), redirect: "manual", signal: AbortSignal.timeout(20000),
      });
      if (answer.type === "opaqueredirect") return say(form.dataset.signedOut, "wrong");
      const told = await answer.json();
      if (answer.ok) [form.elements.version.value, stored] = [told.version, sent];
      refused = answer.status === 409;
      say(told.said, answer.ok ? "done" : "wrong");
    } catch {
      say(form.dataset.offline, "wrong");
      later(15);
    }
  };
  form.addEventListener("input", () => later(3));
  window.addEventListener("online", () => later(0));
  form.addEventListener("submit", (event) => {
    if (leaving) return;
    event.preventDefault(); // wait for the save under way, so as not to meet oneself
    clearTimeout(timer);
    const send = () => ((leaving = true), form.requestSubmit(event.submitter));
    saving.then(() => setTimeout(send)); // a form cannot be sent while it is being sent
  });
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => !leaving && written() !== stored && event.preventDefault());
})();
