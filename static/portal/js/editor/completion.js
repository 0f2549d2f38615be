// What can be written here beyond the words of SQL: columns of all inputs, and parameters.
import { duckdb } from "slipway/editor-language";

export function words(element) {
  try {
    return JSON.parse(element?.dataset.schema ?? "");
  } catch {
    return { inputs: {}, parameters: [] };
  }
}

function columns(known) {
  const options = new Map();
  for (const [input, list] of Object.entries(known.inputs)) {
    for (const { name, type } of list) {
      const before = options.get(name);
      const detail = before ? `${before.detail}, ${input}` : `${type.toLowerCase()}, ${input}`;
      options.set(name, { label: name, type: "property", detail, boost: 2 });
    }
  }
  return [...options.values()];
}

export function source(read) {
  return (context) => {
    const parameter = context.matchBefore(/\$\w*/);
    if (parameter) {
      const options = read().parameters.map((name) => ({ label: `$${name}`, type: "variable" }));
      return { from: parameter.from, options, validFor: /^\$\w*$/ };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    if (/\.\w*$/.test(context.state.sliceDoc(Math.max(0, context.pos - 80), context.pos))) return null;
    return { from: word ? word.from : context.pos, options: columns(read()), validFor: /^\w*$/ };
  };
}

export const own = (read) => duckdb.language.data.of({ autocomplete: source(read) });
