// Ctrl-K, Cmd-K: search or do. One dialog, one request per word typed; rows are ordinary links.
import { recent } from "./recent.js";

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = document.getElementById("palette-rows");
const isMac = navigator.platform.startsWith("Mac");

const rows = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(row) {
  chosen()?.setAttribute("aria-selected", "false");
  row?.setAttribute("aria-selected", "true");
  row?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", row?.id ?? "");
}

function move(step) {
  const all = rows();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

function open() {
  if (palette.open) return palette.close();
  document.querySelector("dialog[open]")?.close();
  input.value = "";
  palette.showModal();
  input.focus();
  window.htmx.trigger(input, "opened");
}

// What the browser does by itself: the sheet of shortcuts, the colours.
function act(name) {
  const [verb, value] = name.split(":");
  document.querySelector(verb === "scheme" ? `[data-scheme-to="${value}"]` : `[data-${verb}]`)?.click();
}

function take(row, isElsewhere) {
  if (!row) return;
  if (isElsewhere && !row.dataset.act) return window.open(row.href, "_blank", "noopener");
  palette.close();
  if (row.dataset.act) act(row.dataset.act);
  else row.click();
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: (event) => input.value || choose(rows()[0]) || event,
  Enter: (event) => take(chosen() ?? rows()[0], event.ctrlKey || event.metaKey),
  Escape: () => palette.close(),
};

function typed(event) {
  const isNext = event.ctrlKey && (event.key === "n" || event.key === "p");
  if (isNext) move(event.key === "n" ? 1 : -1);
  else if (!KEYS[event.key] || event.isComposing) return;
  else KEYS[event.key](event);
  event.preventDefault();
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("keydown", typed);
  input.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.parameters.at = location.pathname;
  });
  list.addEventListener("mousemove", (event) => {
    const row = event.target.closest("[role=option]");
    if (row && row !== chosen()) choose(row);
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (row.dataset.act) event.preventDefault();
    palette.close();
    if (row.dataset.act) act(row.dataset.act);
  });
  list.addEventListener("htmx:afterSwap", () => {
    if (!input.value) recent(palette, list);
    choose(rows()[0]);
    list.scrollTop = 0;
  });
  if (isMac) for (const key of document.querySelectorAll("[data-ctrl]")) key.textContent = "⌘";
}
