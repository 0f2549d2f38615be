// An address that ends with #L12 leads to that line of a file.
import { EditorView } from "@codemirror/view";

export function arrive(view) {
  const go = () => {
    const number = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
    if (number < 1 || number > view.state.doc.lines) return;
    const { from } = view.state.doc.line(number);
    view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    view.focus();
  };
  go();
  addEventListener("hashchange", go);
}
