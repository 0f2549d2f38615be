// What of a draft could not be saved is tried again, and stays in this browser until it is saved,
// whatever becomes of the line, the page or the session. See brought.js for the way back.
import { dirty, flush } from "./drafts.js";

const draft = document.getElementById("draft");
const SOONEST = 2000;
const LATEST = 30_000;
const LIGHT = 60_000; // bytes that browsers still send for a page that closes
const beside = new WeakSet(); // forms whose text the server keeps beside a later one
let wait = SOONEST;
let timer = 0;

export const seen = () => document.getElementById("seen").value;
export const PLACE = `unsent:${document.getElementById("palette").dataset.user}:`;

const address = (form) => form.getAttribute("hx-post");
const isSave = (target) => target.matches?.("form[data-saves]");
const loose = () => [...dirty].filter((form) => !beside.has(form));

function fields(form) {
  const all = new FormData(form);
  all.set("seen", seen());
  return all;
}

function key(form) {
  const which = ["edit", "number", "parameter", "input"].map((name) => form.elements[name]?.value ?? "");
  return PLACE + [address(form), ...which].join("|");
}

function keep(form) {
  const all = fields(form);
  all.delete("csrfmiddlewaretoken");
  try {
    localStorage.setItem(key(form), JSON.stringify([address(form), [...all]]));
  } catch {
    // full or forbidden: it stays on the page
  }
}

const drop = (form) => localStorage.removeItem(key(form));

function again() {
  draft.dataset.unsaved = "trying";
  loose().forEach(keep);
  clearTimeout(timer);
  timer = setTimeout(flush, wait);
  wait = Math.min(wait * 2, LATEST);
}

function went() {
  delete draft.dataset.unsaved;
  clearTimeout(timer);
  wait = SOONEST;
}

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  draft.addEventListener(failure, ({ target }) => isSave(target) && again());
}

draft.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (!isSave(target) || !xhr.status) return;
  if (xhr.getResponseHeader("HX-Redirect")) loose().forEach(keep);
  else if (xhr.status === 429 || xhr.status >= 500) again();
  else if (xhr.status >= 400) draft.dataset.unsaved = beside.has(target) ? "beside" : "refused";
  else went();
  if (!dirty.has(target)) drop(target);
});

draft.addEventListener("kept", ({ target }) => {
  if (!isSave(target)) return;
  beside.add(target);
  drop(target);
});

const isLight = (form) => new Blob([...fields(form).values()]).size < LIGHT;

draft.addEventListener("input", ({ target }) => {
  beside.delete(target.form);
  for (const form of loose()) {
    if (draft.dataset.unsaved === "trying" || !navigator.onLine || !isLight(form)) keep(form);
  }
});
addEventListener("online", () => draft.dataset.unsaved === "trying" && flush());

// A page that closes sends what it still has. What is too large for that stays here.
addEventListener("pagehide", () => {
  for (const form of loose()) {
    const body = fields(form);
    body.set("leaving", "yes"); // nobody hears what became of the form before
    const isSent = !draft.dataset.unsaved && navigator.onLine && isLight(form);
    if (!isSent || !navigator.sendBeacon(address(form), body)) keep(form);
  }
});
