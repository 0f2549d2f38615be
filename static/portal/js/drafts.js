// A draft saves itself. What is typed and not sent yet is known by form; nothing that comes back
// replaces what someone types in. What becomes of it where a save fails: unsent.js.
const draft = document.getElementById("draft");
export const dirty = new Set();
const sent = new Map(); // form -> whether more was typed while it was on its way

// but for what own.js keeps
const FIELD = "input:not([type=checkbox], [data-own]), textarea:not([data-own]), .cm-content";
const isField = (element) => element?.matches?.(FIELD);
const formOf = (element) => element.closest?.("form[data-saves]");

const mark = () => draft.toggleAttribute("data-dirty", dirty.size > 0);

draft.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form) return;
  dirty.add(form);
  sent.set(form, true);
  mark();
});

draft.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("form[data-saves]")) sent.set(target, false);
});

// Before anything of the answer comes in, so that a part can change with what was said in it. Who
// has to sign in first has saved nothing.
draft.addEventListener("htmx:beforeOnLoad", ({ target, detail: { xhr } }) => {
  if (!target.matches("form[data-saves]") || xhr.status >= 400 || sent.get(target)) return;
  if (xhr.getResponseHeader("HX-Redirect")) return;
  dirty.delete(target);
  mark();
});

// A part in which someone types stays as it is, but for what the server says of it (`data-says`,
// with an id); what else the server knows better comes in.
draft.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target: part, fragment } = event.detail;
  if (!part.hasAttribute("data-part")) return;
  const isTyping = part.contains(document.activeElement) && isField(document.activeElement);
  const isAhead = [...dirty].some((form) => part.contains(form));
  if (isTyping || isAhead) event.detail.shouldSwap = false;
  if (isTyping && !isAhead) fragment.querySelectorAll("[data-says]").forEach(say);
});

function say(said) {
  const there = document.getElementById(said.id);
  if (there && there !== document.activeElement) window.Idiomorph.morph(there, said);
}

export function submit(form) {
  form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
}

const flush = () => dirty.forEach(submit);

function settled() {
  return new Promise((resolve) => {
    const look = () => (dirty.size ? setTimeout(look, 40) : resolve());
    look();
    setTimeout(resolve, 4000); // refused or away: the next page says what stands
  });
}

// Going on to a page that reads the draft waits until it is saved.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-after-save]");
  if (!link || !dirty.size || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  flush();
  await settled();
  location.assign(link.href);
});

document.addEventListener("keydown", (event) => {
  const isCommand = event.metaKey || event.ctrlKey;
  if (isCommand && event.key === "s") {
    event.preventDefault();
    flush();
  } else if (isCommand && event.key === "Enter" && !event.defaultPrevented) {
    document.querySelector("[data-preview]")?.click();
  }
});

// Closed or left: others see that nobody is here any more.
addEventListener("pagehide", () => {
  const leave = draft.querySelector("[data-leave]");
  if (leave) navigator.sendBeacon(leave.dataset.leave, new FormData(leave));
});

// The server wrote the query itself: the editor takes it over.
draft.addEventListener("draft-sql", ({ detail }) => {
  const form = draft.querySelector("form[data-query]");
  const area = form?.querySelector("textarea");
  if (!area || dirty.has(form)) return;
  area.value = detail.sql;
  form.dispatchEvent(new CustomEvent("slipway:text", { detail: detail.sql }));
});
