// What can be written here: inputs with their columns, parameters, and what DuckDB knows.
import { pickedCompletion } from "@codemirror/autocomplete";
import { keywordCompletionSource, schemaCompletionSource } from "@codemirror/lang-sql";
import { duckdb } from "slipway/editor-language";
import { functions } from "slipway/editor-words";

export function words(element) {
  try {
    return JSON.parse(element?.dataset.schema ?? "");
  } catch {
    return { inputs: {}, parameters: [] };
  }
}

const before = ({ state, pos }) => state.sliceDoc(Math.max(0, pos - 80), pos);
const isAfterDot = (context) => /\.\w*$/.test(before(context));
const isAfterFrom = (context) => /\b(from|join)\s+\w*$/i.test(before(context));

function columns(inputs) {
  const options = new Map();
  for (const [input, list] of Object.entries(inputs)) {
    for (const { name, type } of list) {
      const known = options.get(name);
      const detail = known ? `${known.detail}, ${input}` : `${type.toLowerCase()}, ${input}`;
      options.set(name, { label: name, type: "property", detail, boost: 2 });
    }
  }
  return [...options.values()];
}

function named(known) {
  return (context) => {
    const parameter = context.matchBefore(/\$\w*/);
    if (parameter) {
      const options = known.parameters.map((name) => ({ label: `$${name}`, type: "variable" }));
      return { from: parameter.from, options, validFor: /^\$\w*$/ };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    if (isAfterDot(context) || isAfterFrom(context)) return null;
    return { from: word ? word.from : context.pos, options: columns(known.inputs), validFor: /^\w*$/ };
  };
}

// A function comes with its parentheses, and the cursor goes between them.
function call(label) {
  const apply = (view, option, from, to) => {
    const isOpen = view.state.sliceDoc(to, to + 1) === "(";
    view.dispatch({
      changes: { from, to, insert: isOpen ? label : `${label}()` },
      selection: { anchor: from + label.length + 1 },
      annotations: pickedCompletion.of(option),
      userEvent: "input.complete",
    });
  };
  return { label, type: "function", detail: "()", apply };
}

const isFunction = new Set(functions);
const spoken = keywordCompletionSource(duckdb, true, (label, type) => {
  const lower = label.toLowerCase();
  return isFunction.has(lower) ? call(lower) : { label, type, boost: 1 };
});

// After `f.` lang-sql knows what f stands for.
function ofInputs(known) {
  const described = ([name, list]) => [
    name,
    {
      self: { label: name, type: "class", detail: "input", boost: 2 },
      children: list.map((one) => ({ label: one.name, type: "property", detail: one.type.toLowerCase() })),
    },
  ];
  const schema = Object.fromEntries(Object.entries(known.inputs).map(described));
  return schemaCompletionSource({ dialect: duckdb, schema });
}

export function completions(known) {
  const sources = [
    named(known),
    ofInputs(known),
    (context) => (isAfterDot(context) ? null : spoken(context)),
  ];
  return sources.map((source) => duckdb.language.data.of({ autocomplete: source }));
}
