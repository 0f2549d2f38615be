// A panel that does not answer says so in its place, and is tried again; the page stands.
const AGAIN = 10_000;

function isDown(panel) {
  const row = document.getElementById("panel-down").content.cloneNode(true);
  row.querySelector("[data-what]").textContent = `${panel.dataset.panel} did not answer`;
  row.querySelector("button").addEventListener("click", () => again(panel));
  panel.replaceChildren(row);
  panel.removeAttribute("aria-busy");
  clearTimeout(Number(panel.dataset.timer));
  panel.dataset.timer = String(setTimeout(() => again(panel), AGAIN));
}

function again(panel) {
  if (panel.isConnected) window.htmx.trigger(panel, "again");
}

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (detail.elt.dataset.panel) isDown(detail.elt);
  });
}

// What it takes is away, which the server said in words: they stand in the corner.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.dataset.panel && detail.xhr.status === 503) isDown(detail.elt);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.elt.dataset.panel) detail.elt.removeAttribute("aria-busy");
});
