// The figures in the rail. What was known a moment ago stands there at once, and is asked for anew
// only where that is a while ago or this person did something since; then each minute.
const needs = document.getElementById("rail-needs");
const running = document.getElementById("rail-running");
const name = `rail:${document.getElementById("palette")?.dataset.user}`;
const FRESH = 20_000; // milliseconds

function known() {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  const all = { at: Date.now(), needs: needs.innerHTML, running: running.innerHTML };
  try {
    sessionStorage.setItem(name, JSON.stringify(all));
  } catch {
    // forbidden: each page asks for itself
  }
}

function begin() {
  if (!needs.hasAttribute("hx-get")) return keep(); // home brings them along
  const last = known();
  needs.innerHTML = last.needs ?? "";
  running.innerHTML = last.running ?? "";
  if (!(Date.now() - last.at < FRESH)) needs.dispatchEvent(new Event("stale"));
}

function forget() {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // forbidden: nothing is kept
  }
}

if (needs) {
  document.addEventListener("DOMContentLoaded", begin); // htmx, which stands before, is ready then
  document.addEventListener("submit", forget);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb !== "get") forget();
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => target === needs && keep());
  document.addEventListener("htmx:oobAfterSwap", ({ target }) => target === running && keep());
}
