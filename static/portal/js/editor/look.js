// How the editor looks: classes of our own sheet, so that both schemes follow the tokens.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "sql-k" },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name), tags.typeName], class: "sql-f" },
  { tag: [tags.string, tags.special(tags.string)], class: "sql-s" },
  { tag: [tags.number, tags.bool, tags.null, tags.special(tags.name)], class: "sql-v" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], class: "key-name" },
  { tag: tags.comment, class: "sql-c" },
]);

const nonce = document.querySelector("script[type=importmap]")?.nonce ?? "";

// The dock lies over the page: the line that one writes stays above it, once the editor has scrolled.
function aboveDock(view) {
  const at = view.coordsAtPos(view.state.selection.main.head);
  const dock = document.querySelector(".dock")?.getBoundingClientRect();
  if (at && dock && at.bottom > dock.top) scrollBy(0, at.bottom - dock.top + 8);
}

const nextFrame = (act) => requestAnimationFrame(() => requestAnimationFrame(act));
const staysInSight = EditorView.updateListener.of(({ view, docChanged, selectionSet }) => {
  if (view.hasFocus && (docChanged || selectionSet)) nextFrame(() => aboveDock(view));
});

export const look = [
  syntaxHighlighting(colours),
  EditorView.cspNonce.of(nonce),
  EditorView.lineWrapping,
  staysInSight,
];
