// What can be written here: inputs with their columns, parameters, and what DuckDB knows.
import { insertBracket, pickedCompletion } from "@codemirror/autocomplete";
import { keywordCompletionSource, schemaCompletionSource } from "@codemirror/lang-sql";
import { duckdb } from "slipway/editor-language";
import { functions } from "slipway/editor-words";

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

function named(read) {
  return (context) => {
    const known = read();
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

// A function comes with its parentheses as if typed: whoever types the second one types over it.
function call(label) {
  const apply = (view, option, from, to) => {
    const isOpen = view.state.sliceDoc(to, to + 1) === "(";
    view.dispatch({
      changes: { from, to, insert: label },
      selection: { anchor: from + label.length + (isOpen ? 1 : 0) },
      annotations: pickedCompletion.of(option),
      userEvent: "input.complete",
    });
    if (!isOpen) view.dispatch(insertBracket(view.state, "(") ?? view.state.replaceSelection("("));
  };
  return { label, type: "function", detail: "()", apply };
}

const isFunction = new Set(functions);
const spoken = keywordCompletionSource(duckdb, true, (label, type) => {
  const lower = label.toLowerCase();
  return isFunction.has(lower) ? call(lower) : { label, type, boost: 1 };
});

// After `f.` lang-sql knows what f stands for.
function schemaOf(known) {
  const described = ([name, list]) => [
    name,
    {
      self: { label: name, type: "class", detail: name === "result" ? "what the query gives" : "input", boost: 2 },
      children: list.map((one) => ({ label: one.name, type: "property", detail: one.type.toLowerCase() })),
    },
  ];
  return Object.fromEntries(Object.entries(known.inputs).map(described));
}

function ofInputs(read) {
  let known = null;
  let source = null;
  return (context) => {
    if (known !== read()) {
      known = read();
      source = schemaCompletionSource({ dialect: duckdb, schema: schemaOf(known) });
    }
    return source(context);
  };
}

// The sources stay the same while their answers change: a list that is open stays open.
export function completions(read) {
  const words = (context) => (isAfterDot(context) ? null : spoken(context));
  const sources = [named(read), ofInputs(read), words];
  return sources.map((source) => duckdb.language.data.of({ autocomplete: source }));
}
