// What is polled (data-live) asks only while the page is seen, and says what it has already.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.dataset.seen) detail.parameters.seen = detail.elt.dataset.seen;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.hasAttribute("data-live")) event.preventDefault();
});

// What was held back because someone reads there (lists.js) was not seen.
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  const seen = xhr.getResponseHeader("X-Seen");
  if (!seen || !elt.hasAttribute("data-live")) return;
  if (elt.hasAttribute("data-held")) elt.removeAttribute("data-held");
  else elt.dataset.seen = seen;
});

// A page that stays open shows in its tab what became of it.
document.addEventListener("htmx:afterSettle", () => {
  const mark = document.querySelector("#content [data-mark]")?.dataset.mark;
  if (mark) document.querySelector("link[rel=icon]").setAttribute("href", mark);
});

// What somebody opened or closed stays so, whatever comes in (morph).
window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(name === "open" && node.matches("details"));

// Clocks of what still runs: <span data-since="2026-11-20T14:00:00Z">
function duration(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} m`;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(clock.dataset.since)) / 1000);
    clock.textContent = duration(seconds);
  }
}

tick();
setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("htmx:afterSettle", tick);
