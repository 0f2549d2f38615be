// Words on lines: each stands on its own line where nothing else does, or waits until it is looked at.
const PLACES = [0.5, 0.36, 0.64, 0.24, 0.76];
const APART = 3;

const isAcross = (one, other) =>
  one.x1 < other.x2 + APART && other.x1 < one.x2 + APART && one.y1 < other.y2 + APART && other.y1 < one.y2 + APART;

// Those that come first choose first: they have most calls.
export function placeWords(cy) {
  const taken = cy.nodes().map((node) => node.boundingBox({ includeLabels: false }));
  const said = cy.edges("[text]");
  said.removeClass("unsaid").removeStyle("text-margin-x text-margin-y");
  for (const edge of said) {
    const words = edge.boundingBox({ includeEdges: false, includeLabels: true });
    const [from, to] = [edge.source().position(), edge.target().position()];
    const moved = (part) => ({ x: (to.x - from.x) * (part - 0.5), y: (to.y - from.y) * (part - 0.5) });
    const at = ({ x, y }) => ({ x1: words.x1 + x, x2: words.x2 + x, y1: words.y1 + y, y2: words.y2 + y });
    const free = PLACES.map(moved).find((by) => !taken.some((other) => isAcross(at(by), other)));
    if (!free) {
      edge.addClass("unsaid");
      continue;
    }
    edge.style({ "text-margin-x": free.x, "text-margin-y": free.y });
    taken.push(at(free));
  }
}
