// A list that is asked for again (data-list): who stands at its top sees new rows come in; who
// reads further down, or in it, gets none between the lines, only a word of how many there are.
const TOP = 160;

function isRead(list) {
  const isIn = list.contains(document.activeElement) || list.querySelector("details[open]");
  return isIn || window.scrollY > TOP || list.matches(":hover");
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const list = detail.elt;
  const first = list.matches("[data-list]") && list.querySelector("[data-row]");
  if (first && isRead(list)) detail.parameters.upto = first.dataset.row;
});

// A part in which rows may come and go (data-calm) waits until nobody points at it or stands in it;
// what comes beside it (the title) is said at once.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = detail.elt;
  if (!part.matches("[data-calm]") || detail.xhr.status !== 200 || !isRead(part)) return;
  detail.swapOverride = "none";
  part.setAttribute("data-held", "");
});
