// What of a draft could not be saved is tried again, and stays in this browser until it is saved,
// whatever becomes of the line, the page or the session. See stowed.js for where, brought.js for the
// way back.
import { dirty, submit } from "./drafts.js";
import { drop, fields, keep } from "./stowed.js";

const draft = document.getElementById("draft");
const SOONEST = 2000;
const LATEST = 30_000;
const LIGHT = 60_000; // bytes that browsers still send for a page that closes
const WORST = ["trying", "refused", "beside"]; // what the dock says, while forms differ
const became = new Map(); // form -> one of these: how its last save ended, if not well
let wait = SOONEST;
let timer = 0;

const address = (form) => form.getAttribute("hx-post");
const isSave = (target) => target.matches?.("form[data-saves]");
const loose = () => [...dirty].filter((form) => became.get(form) !== "beside");
const trying = () => [...dirty].filter((form) => became.get(form) === "trying");

// What the dock says of all forms together.
function tell() {
  const all = [...dirty].map((form) => became.get(form));
  const worst = WORST.find((one) => all.includes(one));
  if (worst) draft.dataset.unsaved = worst;
  else delete draft.dataset.unsaved;
}

// One clock for all of them: it stands still once none is left, whatever else was saved meanwhile.
function again(form) {
  became.set(form, "trying");
  loose().forEach(keep);
  if (timer) return;
  timer = setTimeout(retry, wait);
  wait = Math.min(wait * 2, LATEST);
}

function retry() {
  clearTimeout(timer);
  timer = 0;
  trying().forEach(submit);
}

function rest() {
  if (trying().length) return;
  clearTimeout(timer);
  timer = 0;
  wait = SOONEST;
}

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  draft.addEventListener(failure, ({ target }) => {
    if (!isSave(target)) return;
    again(target);
    tell();
  });
}

draft.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (!isSave(target) || !xhr.status) return;
  if (xhr.getResponseHeader("HX-Redirect")) loose().forEach(keep);
  else if (xhr.status === 429 || xhr.status >= 500) again(target);
  else if (xhr.status < 400) became.delete(target);
  else if (became.get(target) !== "beside") became.set(target, "refused");
  if (!dirty.has(target)) drop(target);
  rest();
  tell();
});

draft.addEventListener("kept", ({ target }) => {
  if (!isSave(target)) return;
  became.set(target, "beside");
  drop(target);
});

const isLight = (form) => new Blob([...fields(form).values()]).size < LIGHT;

draft.addEventListener("input", ({ target }) => {
  if (became.get(target.form) === "beside") became.delete(target.form);
  tell();
  for (const form of loose()) {
    if (trying().length || !navigator.onLine || !isLight(form)) keep(form);
  }
});
addEventListener("online", retry);

// A page that closes sends what it still has. What is too large for that stays here.
addEventListener("pagehide", () => {
  for (const form of loose()) {
    const body = fields(form);
    body.set("leaving", "yes"); // nobody hears what became of the form before
    const isSent = !draft.dataset.unsaved && navigator.onLine && isLight(form);
    if (!isSent || !navigator.sendBeacon(address(form), body)) keep(form);
  }
});
