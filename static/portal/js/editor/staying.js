// A part of the page that comes in anew (morph) knows nothing of the editors in it: they stay as
// long as their textarea does, and show what the server says of it.
const views = new WeakMap(); // textarea -> its editor

const { callbacks } = window.Idiomorph.defaults;
const isEditor = (node) => node.classList?.contains("cm-editor");

callbacks.beforeNodeRemoved = (node) => !(isEditor(node) && views.has(node.previousElementSibling));
const { beforeAttributeUpdated } = callbacks; // of live.js
callbacks.beforeAttributeUpdated = (name, node) => {
  if (views.has(node) && (name === "hidden" || name === "required")) return false;
  return beforeAttributeUpdated(name, node);
};

export function stays(area, view) {
  views.set(area, view);
}

function show(part) {
  for (const area of part.querySelectorAll("textarea[data-editor][hidden]")) {
    const view = views.get(area);
    const text = view?.state.doc.toString();
    if (!view || text === area.value) continue;
    view.dispatch({ changes: { from: 0, to: text.length, insert: area.value }, userEvent: "server" });
  }
}

// Whoever asked may go with what comes in, and htmx tells what is after it to nobody then: so it is
// before it that one hears of it.
export function swapped(act) {
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    queueMicrotask(() => act(document.getElementById(detail.target.id) ?? detail.target));
  });
}
swapped(show);
