// What someone asked for and waits for longer than a moment shows that it is on its way, where it
// was pressed and at the top; a form is sent once. What runs by itself shows nothing.
const MOMENT = 400;
const LONGEST = 15_000; // a form that leads to no other page is free again
const BY_HAND = new Set(["click", "submit", "change", "input", "opened"]);
const waiting = new Map(); // form or link -> what ends its waiting
let bar = null;

function isAsked({ elt, requestConfig }) {
  if (elt.matches("form[data-saves], [data-live], [data-panel]")) return false;
  return elt.matches("a[data-dialog]") || BY_HAND.has(requestConfig.triggeringEvent?.type);
}

function show(elt) {
  bar ??= document.getElementById("busy").content.cloneNode(true).firstElementChild;
  const inside = elt.closest("dialog[open]") ?? document.body;
  if (bar.parentElement !== inside) inside.append(bar);
}

function begin(elt, pressed) {
  waiting.get(elt)?.();
  const timer = setTimeout(() => {
    pressed?.setAttribute("aria-busy", "true");
    show(elt);
  }, MOMENT);
  waiting.set(elt, () => {
    clearTimeout(timer);
    pressed?.removeAttribute("aria-busy");
    waiting.delete(elt);
    if (!waiting.size) bar?.remove();
  });
}

function end(elt) {
  waiting.get(elt)?.();
}

const button = (form, event) => event?.submitter ?? form.querySelector("button:not([type=button])");

document.addEventListener("htmx:beforeRequest", ({ detail, defaultPrevented }) => {
  if (defaultPrevented || !isAsked(detail)) return;
  const { elt, requestConfig } = detail;
  begin(elt, elt.matches("form") ? button(elt, requestConfig.triggeringEvent) : elt);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => end(detail.elt));

// Parts of a draft wait for their turn: there each press counts.
const isOnce = (form) => !form.closest("[hx-sync]") && (form.method === "post" || form.hasAttribute("hx-post"));

document.addEventListener(
  "submit",
  (event) => {
    if (!waiting.has(event.target) || !isOnce(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// A form that opens a page: it waits until that page is here.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !isOnce(form)) return;
  begin(form, button(form, event));
  setTimeout(() => end(form), LONGEST);
});
addEventListener("pageshow", () => [...waiting.keys()].forEach(end));
