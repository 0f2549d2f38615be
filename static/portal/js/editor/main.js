// Turns <textarea data-editor="sql|yaml"> into an editor. The textarea stays the truth that forms
// send; without script it is what people write in.
import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { history } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { arrive } from "slipway/editor-arrival";
import { completions } from "slipway/editor-completion";
import { again, findings } from "slipway/editor-findings";
import { keys, send } from "slipway/editor-keys";
import { language } from "slipway/editor-language";
import { look } from "slipway/editor-look";
import { reader } from "slipway/editor-schema";

const read = reader();

// Typing over a selection of several lines: the browser would leave its own styles in them, which
// the page's policy forbids.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    return true;
  },
});

function changed(area) {
  return EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    area.value = update.state.doc.toString();
    if (!update.transactions.some((one) => one.isUserEvent("server"))) send(area, "input");
  });
}

function open(area) {
  const kind = area.dataset.editor;
  const isFocused = area.autofocus || document.activeElement === area;
  const label = area.getAttribute("aria-label") ?? "";
  const view = new EditorView({
    doc: area.value,
    selection: { anchor: area.selectionStart },
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      autocompletion({ defaultKeymap: false }),
      language(kind),
      kind === "sql" ? completions(read) : [],
      keymap.of(keys(area)),
      area.dataset.findings ? [findings(area.dataset.findings, area.name), lintGutter()] : [],
      placeholder(area.placeholder),
      EditorState.readOnly.of(area.readOnly),
      // that it can be written in does not tell every reader that the keyboard gets there
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      look,
      overSelection,
      changed(area),
    ],
  });
  area.after(view.dom);
  area.hidden = true;
  if (isFocused) view.focus();
  area.form?.addEventListener("slipway:text", ({ detail }) => put(view, detail));
  if (kind === "sql") watch(view);
  else arrive(view);
}

// Other columns, other findings.
function watch(view) {
  const shown = document.getElementById("draft-schema")?.parentElement;
  let known = read();
  const look = () => {
    if (known === read()) return;
    known = read();
    view.dispatch({ effects: again.of(null) });
  };
  if (shown) new MutationObserver(look).observe(shown, { childList: true, subtree: true, attributes: true });
}

// The server wrote the text itself (the first input of an empty query): show it, and go there.
function put(view, text) {
  if (view.state.doc.toString() === text) return;
  const changes = { from: 0, to: view.state.doc.length, insert: text };
  view.dispatch({ changes, userEvent: "server", selection: { anchor: text.length } });
  view.focus();
}

for (const area of document.querySelectorAll("textarea[data-editor]")) open(area);
