// What the page says of inputs, their columns, and parameters.
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { inputs: {}, result: [], parameters: [] };
  }
}

// Checks read the result beside the inputs.
const withResult = (known) => ({ ...known, inputs: { result: known.result, ...known.inputs } });

// Reads it for a query or a check: the same object until the page says something else.
export function reader(about) {
  const seen = about === "check" ? withResult : (known) => known;
  let text = null;
  let known = seen(parsed(""));
  return () => {
    const said = document.getElementById("draft-schema")?.dataset.schema ?? "";
    if (said !== text) [text, known] = [said, seen(parsed(said))];
    return known;
  };
}
