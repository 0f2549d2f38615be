// The grid of runs: arrows move between squares, and the lines below say what the chosen one is.
// Without script every square is a link, and the lines say what the newest is.
const LINK = "a.square";
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const gridOf = (element) => element.closest?.("[data-grid]");
const columnOf = (link) => link.closest("td").dataset.column;

function show(grid, column) {
  grid.dataset.column = column;
  for (const line of grid.querySelectorAll("[data-glance]")) line.hidden = line.dataset.glance !== column;
  for (const cell of grid.querySelectorAll("[data-selected]")) delete cell.dataset.selected;
  for (const cell of grid.querySelectorAll(`td[data-column="${column}"]`)) cell.dataset.selected = "";
}

// One square of all is reached by Tab; arrows lead to the others.
function rove(grid, chosen) {
  for (const link of grid.querySelectorAll(LINK)) link.tabIndex = link === chosen ? 0 : -1;
}

function begin(grid) {
  const links = [...grid.querySelectorAll(`tr[data-kind="run"] ${LINK}`)];
  if (!links.length) return;
  const kept = links.find((link) => columnOf(link) === grid.dataset.column);
  const chosen = kept ?? links.at(-1);
  const active = document.activeElement;
  rove(grid, grid.contains(active) && active.matches(LINK) ? active : chosen);
  show(grid, columnOf(chosen));
  const scroll = grid.querySelector(".grid-scroll");
  if (!kept && scroll) scroll.scrollLeft = scroll.scrollWidth;
}

function move(link, [down, right]) {
  const row = link.closest("tr");
  let cell = link.closest("td");
  if (right) {
    do cell = right > 0 ? cell.nextElementSibling : cell.previousElementSibling;
    while (cell && !cell.querySelector(LINK));
    return cell?.querySelector(LINK);
  }
  const rows = [...row.parentElement.children];
  for (let at = rows.indexOf(row) + down; rows[at]; at += down) {
    const found = rows[at].children[cell.cellIndex]?.querySelector(LINK);
    if (found) return found;
  }
  return null;
}

function end(link, isLast) {
  const links = [...link.closest("tr").querySelectorAll(LINK)];
  return isLast ? links.at(-1) : links[0];
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(`[data-grid] ${LINK}`);
  if (!link || event.metaKey || event.ctrlKey || event.altKey) return;
  const step = STEPS[event.key];
  const next = step ? move(link, step) : { Home: end(link, false), End: end(link, true) }[event.key];
  if (!step && !next) return;
  event.preventDefault();
  next?.focus();
  next?.scrollIntoView({ block: "nearest", inline: "nearest" });
});

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.(`[data-grid] ${LINK}`)) return;
  rove(gridOf(target), target);
  show(gridOf(target), columnOf(target));
});

document.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest?.("[data-grid] tbody td[data-column]");
  if (cell?.querySelector(".square")) show(gridOf(cell), cell.dataset.column);
});

// A finger can't hover: the first tap says what it is, the second opens it.
let wasChosen = "";
document.addEventListener("pointerdown", ({ target, pointerType }) => {
  const link = target.closest?.(`[data-grid] ${LINK}`);
  wasChosen = link && pointerType === "touch" ? gridOf(link).dataset.column : "any";
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`[data-grid] ${LINK}`);
  if (!link || wasChosen === "any" || wasChosen === columnOf(link)) return;
  event.preventDefault();
  show(gridOf(link), columnOf(link));
});

const all = () => document.querySelectorAll("[data-grid]").forEach(begin);
all();
document.addEventListener("htmx:afterSettle", all);
