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
import { keys, overSelection, send } from "slipway/editor-keys";
import { language } from "slipway/editor-language";
import { look } from "slipway/editor-look";
import { reader } from "slipway/editor-schema";
import { stays, swapped } from "slipway/editor-staying";

function changed(area) {
  return EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    area.value = update.state.doc.toString();
    if (!update.transactions.some((one) => one.isUserEvent("server"))) send(area, "input");
  });
}

function open(area) {
  const { editor: kind, about, findings: address } = area.dataset;
  const isFocused = area.autofocus || document.activeElement === area;
  const label = area.getAttribute("aria-label") ?? "";
  const read = reader(about);
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
      address ? [findings(address, about ?? area.name), lintGutter()] : [],
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
  area.required = false; // nobody sees where the browser would point
  if (isFocused) view.focus();
  stays(area, view);
  area.form?.addEventListener("slipway:text", ({ detail }) => put(view, detail));
  if (kind === "sql") watch(view, read);
  else arrive(view);
}

// Other columns, other findings.
function watch(view, read) {
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

// What is folded away becomes an editor when somebody unfolds it.
function openIn(part) {
  for (const area of part.querySelectorAll("textarea[data-editor]:not([hidden])")) {
    if (!area.closest("details:not([open])")) open(area);
  }
}

openIn(document);
document.addEventListener("toggle", ({ target }) => openIn(target), true);
swapped(openIn);
