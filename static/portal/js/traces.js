// A waterfall (data-waterfall): what is inside of a span is folded, a span opened below its row,
// and all of it can be reached with the keys: j k or the arrows move, ← → fold, Enter opens.
const falls = document.querySelector("[data-waterfall]");
const rows = [...falls.querySelectorAll("[data-depth]")];
const depth = (row) => Number(row.dataset.depth);
const link = (row) => row.querySelector("[data-span]");

function fold(row, isOpen) {
  const button = row.querySelector("[data-fold]");
  if (!button) return false;
  button.setAttribute("aria-expanded", isOpen);
  let closed = Infinity; // what was folded inside stays folded
  for (const inner of rows.slice(rows.indexOf(row) + 1)) {
    if (depth(inner) <= depth(row)) break;
    inner.hidden = !isOpen || depth(inner) > closed;
    if (depth(inner) <= closed) {
      const isFolded = inner.querySelector('[data-fold][aria-expanded="false"]');
      closed = isFolded ? depth(inner) : Infinity;
    }
  }
  return true;
}

async function open(row) {
  const asked = link(row);
  const known = row.querySelector(".span-detail");
  const isOpen = row.classList.toggle("opened");
  asked.setAttribute("aria-expanded", isOpen);
  if (known || !isOpen) {
    known?.toggleAttribute("hidden", !isOpen);
    return;
  }
  const place = document.createElement("div");
  place.className = "span-detail";
  place.setAttribute("aria-live", "polite");
  row.append(place);
  await window.htmx.ajax("GET", asked.dataset.span, { target: place, swap: "innerHTML" });
}

function move(row, step) {
  const shown = rows.filter((one) => !one.hidden);
  const next = shown[shown.indexOf(row) + step];
  if (next) link(next).focus();
}

falls.addEventListener("click", (event) => {
  const row = event.target.closest("[data-depth]");
  const button = event.target.closest("[data-fold]");
  if (button) fold(row, button.getAttribute("aria-expanded") !== "true");
  if (!event.target.closest("[data-span]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open(row);
});

// Who has opened a span reads it: what has come meanwhile is shown when it is closed.
document.addEventListener("htmx:beforeRequest", (event) => {
  const isRead = falls.querySelector(".opened");
  if (isRead && event.detail.elt.hasAttribute("data-arriving")) event.preventDefault();
});

const KEYS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea, pre") || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest?.("[data-depth]");
  if (!row) {
    if (event.key in KEYS && event.target === document.body) link(rows[0]).focus();
    else return;
  } else if (event.key in KEYS) move(row, KEYS[event.key]);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") fold(row, event.key === "ArrowRight");
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
});
