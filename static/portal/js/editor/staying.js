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

document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  for (const area of detail.target.querySelectorAll("textarea[data-editor][hidden]")) {
    const view = views.get(area);
    const text = view?.state.doc.toString();
    if (!view || text === area.value) continue;
    view.dispatch({ changes: { from: 0, to: text.length, insert: area.value }, userEvent: "server" });
  }
});
