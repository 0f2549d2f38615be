// The graph of dependencies, drawn left to right. The table below it is the same to read: whoever
// is on a row of it sees that part of the picture, and the other way round.
import { elements, goesOn, look, room } from "./graph-look.js";
import { placeWords } from "./graph-words.js";

const frame = document.querySelector("[data-graph]");
const WIDE = window.matchMedia("(min-width: 52.01rem)");
let cy = null;

// What stands before and behind it stays bright, the rest fades.
function highlight(node) {
  cy.elements().removeClass("faded near");
  document.querySelectorAll("tr[data-near]").forEach((row) => delete row.dataset.near);
  if (!node?.length) return;
  const near = node.union(node.predecessors()).union(node.successors());
  cy.elements().not(near).addClass("faded");
  near.edges().addClass("near");
  for (const edge of node.connectedEdges()) {
    const { source, target } = edge.data();
    rows(source, target).forEach((row) => (row.dataset.near = ""));
  }
}

function rows(source, target) {
  const [from, to] = [CSS.escape(source), CSS.escape(target)];
  return document.querySelectorAll(`tr[data-source="${from}"][data-target="${to}"]`);
}

function show(row) {
  row.dataset.near = "";
  row.scrollIntoView({ block: "center" });
}

function choose(node) {
  highlight(node);
  const { kind, name } = node.data();
  const asked = new URL(frame.dataset.graphThing ?? "/catalog/graph/thing", location.href);
  asked.searchParams.set("kind", kind);
  asked.searchParams.set("name", name);
  window.htmx.ajax("GET", `${asked.pathname}${asked.search}`, { target: "#graph-panel" });
}

const ACTS = {
  in: () => zoom(1.25),
  out: () => zoom(0.8),
  fit: () => cy.animate({ fit: { padding: 24 }, duration: 160 }),
};

function zoom(by, at) {
  const middle = { x: cy.width() / 2, y: cy.height() / 2 };
  cy.zoom({ level: cy.zoom() * by, renderedPosition: at ?? middle });
}

function listen(picture) {
  cy.on("viewport", () => goesOn(cy, picture));
  cy.on("tap", "node", ({ target }) => choose(target));
  cy.on("tap", "edge", ({ target }) => rows(target.data("source"), target.data("target")).forEach(show));
  cy.on("tap", ({ target }) => target === cy && highlight(null));
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.12 : 0.9, { x: event.offsetX, y: event.offsetY });
  }, { passive: false });
  frame.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-graph-do]")?.dataset.graphDo;
    if (name) ACTS[name]();
  });
  document.querySelector(".graph-table").addEventListener("focusin", ({ target }) => {
    const row = target.closest("tr[data-source]");
    if (row) highlight(cy.getElementById(target.closest("th") ? row.dataset.source : row.dataset.target));
  });
}

async function begin() {
  const answer = await fetch(frame.dataset.graph, { headers: { Accept: "application/json" } });
  if (!answer.ok) return; // the table stands
  const graph = await answer.json();
  frame.hidden = document.querySelector("[data-graph-legend]").hidden = false;
  const picture = frame.querySelector("[data-graph-picture]");
  const layout = { name: "dagre", rankDir: "LR", ...room(graph.edges), padding: 24 };
  const given = { container: picture, elements: elements(graph), style: look(), layout };
  cy = window.cytoscape({ ...given, minZoom: 0.15, maxZoom: 2, userZoomingEnabled: false });
  placeWords(cy);
  const least = graph.things.length < 40 ? 0.7 : 0; // words on lines want to be read
  const fits = cy.zoom() > 0.9 * least; // a tenth too wide: a little smaller shows all of it
  if (cy.zoom() > 1.1 || !fits) cy.zoom(fits ? 1.1 : least), cy.center();
  const { x1, y1 } = cy.elements().renderedBoundingBox(); // what has no room is read from its beginning
  cy.panBy({ x: Math.max(0, 24 - x1), y: Math.max(0, 24 - y1) });
  picture.cytoscape = cy; // for tests
  listen(picture);
  goesOn(cy, picture);
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-color-scheme: light)"]) {
    window.matchMedia(query).addEventListener("change", () => cy.style(look()));
  }
  new MutationObserver(() => cy.style(look())).observe(document.documentElement, { attributes: true });
}

const start = () => frame && !cy && WIDE.matches && window.cytoscape && begin();
start();
WIDE.addEventListener("change", start);
