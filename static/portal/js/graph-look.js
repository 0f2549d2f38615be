// How the graph is drawn: the tokens of the page, as colours that a canvas understands.
const SHAPES = { component: "round-rectangle", connection: "barrel", client: "round-tag", destination: "rectangle", database: "barrel", queue: "hexagon", host: "rectangle", other: "ellipse" };
const [SIZE, SMALL] = [12, 11]; // of words in a box, and on a line
const pen = document.createElement("canvas").getContext("2d");
const TONES = ["good", "warn", "bad", "running", "info"];

function colours(names) {
  const probe = document.createElement("i");
  document.body.append(probe);
  const found = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found;
}

// How wide the longest of these lines is, in pixels.
function wide(lines, size) {
  pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return Math.max(0, ...lines.map((line) => pen.measureText(line).width));
}

export function look() {
  const of = colours(["surface", "sunken", "ink", "ink-soft", "line-control", "accent", "accent-tint", "selected", ...TONES]);
  const font = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        label: "data(text)", width: "data(width)", height: "data(height)",
        "background-color": of.surface, "border-width": 1.25, "border-color": of["line-control"],
        color: of.ink, "font-family": font, "font-size": SIZE, "line-height": 1.25,
        "text-valign": "center", "text-halign": "center", "text-wrap": "wrap",
      },
    },
    ...Object.entries(SHAPES).map(([kind, shape]) => ({ selector: `.${kind}`, style: { shape } })),
    ...TONES.map((tone) => ({ selector: `[tone="${tone}"]`, style: { "border-color": of[tone], "border-width": tone === "good" ? 1.5 : 2.5 } })),
    { selector: ".center", style: { "background-color": of["accent-tint"], "font-weight": 600 } },
    {
      selector: "edge",
      style: {
        width: 1.25, "line-color": of["line-control"], "curve-style": "bezier",
        "target-arrow-shape": "triangle", "target-arrow-color": of["line-control"], "arrow-scale": 0.8,
      },
    },
    {
      selector: "edge[text]",
      style: {
        label: "data(words)", color: of["ink-soft"], "font-family": font, "font-size": SMALL, "text-wrap": "wrap", "line-height": 1.15,
        "text-background-color": of.sunken, "text-background-opacity": 1, "text-background-padding": 2,
      },
    },
    { selector: "edge.unsaid", style: { "text-opacity": 0, "text-background-opacity": 0 } },
    { selector: "edge.unsaid.near", style: { "text-opacity": 1, "text-background-opacity": 1, "z-index": 9 } },
    { selector: ".host", style: { "border-style": "dashed" } },
    { selector: ".database", style: { "border-style": "double", "border-width": 4 } },
    { selector: "edge.seen", style: { "line-style": "dashed" } },
    { selector: "edge.unseen", style: { "line-style": "dotted", "line-dash-pattern": [1, 4] } },
    { selector: 'edge[tone="bad"]', style: { "line-color": of.bad, "target-arrow-color": of.bad, color: of.bad, width: 2 } },
    { selector: ".near", style: { "line-color": of.accent, "target-arrow-color": of.accent, width: 1.75 } },
    { selector: "node:selected", style: { "border-color": of.accent, "border-width": 2.5 } },
    { selector: ".faded", style: { opacity: 0.22 } },
  ];
}

// "14/d · p95 37 ms" takes two lines: between columns there is little room, above each other more.
const broken = (text) => text?.replace(" · p95", "\np95");

// Between two columns the longest words on a line have room, and above each other two of them.
export function room(edges) {
  const longest = wide(edges.flatMap(({ text }) => broken(text)?.split("\n") ?? []), SMALL);
  return longest ? { nodeSep: 40, rankSep: Math.max(60, longest + 22) } : { nodeSep: 14, rankSep: 70 };
}

// What has no room to the right fades there.
export function goesOn(cy, picture) {
  picture.toggleAttribute("data-beyond", cy.elements().renderedBoundingBox().x2 > cy.width());
}

export function elements({ things, edges, center }) {
  const nodes = things.map((thing) => {
    const isTold = thing.state && !["good", "neutral"].includes(thing.tone);
    const lines = [thing.name, ...(isTold ? [thing.state] : [])];
    const width = wide(lines, SIZE) + (thing.kind === "queue" ? 30 : 20);
    const data = { ...thing, text: lines.join("\n"), width, height: 14 + 16 * lines.length };
    return { data, classes: [thing.kind, thing.id === center ? "center" : ""] };
  });
  const isThere = new Set(things.map(({ id }) => id));
  const lines = edges.filter(({ source, target }) => isThere.has(source) && isThere.has(target));
  return [...nodes, ...lines.map((data) => ({ data: { ...data, words: broken(data.text) }, classes: [data.mark ?? data.how] }))];
}
