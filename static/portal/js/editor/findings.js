// What registering would refuse, and what would fail when run, as one types: the server says it.
import { linter } from "@codemirror/lint";
import { StateEffect } from "@codemirror/state";

const PATIENCE = 350; // milliseconds after the last key

// Something beside the text has changed: ask again.
export const again = StateEffect.define();
const isAgain = (update) => update.transactions.some((one) => one.effects.some((e) => e.is(again)));

function place(doc, finding) {
  const line = doc.line(Math.min(Math.max(finding.line ?? 1, 1), doc.lines));
  const from = Math.min(line.from + Math.max((finding.column ?? 1) - 1, 0), line.to);
  const word = /^[\w$."]+/.exec(doc.sliceString(from, line.to))?.[0] ?? "";
  return { from, to: Math.max(from + word.length, Math.min(from + 1, doc.length)) };
}

async function asked(address, name, text) {
  const body = new FormData();
  body.append(name, text);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
  return answer.ok ? (await answer.json()).findings : [];
}

export function findings(address, name) {
  return linter(
    async ({ state }) => {
      const found = await asked(address, name, state.doc.toString()).catch(() => []);
      return found
        .filter((finding) => finding.line)
        .map((finding) => ({
          ...place(state.doc, finding),
          severity: finding.severity,
          message: finding.message,
        }));
    },
    { delay: PATIENCE, needsRefresh: isAgain },
  );
}
