// What keys do in the editor. Tab goes on to the next field, as everywhere on the page; Escape
// first leaves a completion.
import { closeBracketsKeymap, closeCompletion, completionKeymap, selectedCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, historyKeymap } from "@codemirror/commands";
import { lintKeymap } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";

export function send(area, kind) {
  area.dispatchEvent(new Event(kind, { bubbles: true }));
}

function preview(view) {
  closeCompletion(view);
  document.querySelector("[data-preview]")?.click();
  return true;
}

// Enter takes a completion only where that adds something: whoever has written the word out wants
// the next line.
function leaveWritten(view) {
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const written = /[\w$]*$/.exec(line.text.slice(0, head - line.from))[0].toLowerCase();
  if (selectedCompletion(view.state)?.label.toLowerCase() === written) closeCompletion(view);
  return false;
}

// Typing over a selection of several lines: the browser would leave its own styles in them, which
// the page's policy forbids.
export const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    return true;
  },
});

export const keys = (area) => [
  { key: "Mod-Enter", run: preview },
  { key: "Mod-s", run: () => (send(area, "change"), true), preventDefault: true },
  { key: "Enter", run: leaveWritten },
  ...closeBracketsKeymap,
  ...completionKeymap,
  ...lintKeymap,
  ...historyKeymap,
  ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
];
