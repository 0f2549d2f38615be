// g + letter goes, j and k move in lists, / filters, ? helps; a button may name its own key
// (data-key). Nothing while someone types.
const shortcuts = document.getElementById("shortcuts");
const ROWS = ".rows > li, .table tbody tr, .timeline-item, .places > li, .log-row, .log-pattern";
// What Enter opens: what the row names so, else what it folds out itself, else its first link.
const MAIN = ["[data-main]", ":scope > summary", "a[href]"];
let isGoing = false;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

function links() {
  return [...document.querySelectorAll("#content :is(" + ROWS + ")")]
    .map((row) => MAIN.map((main) => row.querySelector(main)).find(Boolean))
    .filter((link) => link && link.offsetParent);
}

function move(step) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  all[next]?.focus();
}

function go(key) {
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "?": () => shortcuts.showModal(),
  n: () => document.querySelector("a[rel=next]")?.click(),
  "/": () => {
    const filter = document.querySelector("[data-filter]");
    if (filter) {
      filter.focus();
      filter.select?.();
    } else document.querySelector("[data-palette]")?.click();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (isGoing) {
    isGoing = false;
    go(event.key);
  } else if (event.key === "g") {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1500);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  } else if (event.key.length === 1) {
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) shortcuts.showModal();
});
