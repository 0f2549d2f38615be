// A schedule begins in the zone of whoever writes it, and stays in the one that they say. The
// browser knows the names of all.
const draft = document.getElementById("draft");
const offered = document.getElementById("zones");
let zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

function keepZone({ target } = {}) {
  if (target?.matches("input[data-zone]")) zone = target.value;
  for (const field of draft.querySelectorAll("input[data-zone='']")) field.value = zone;
}

function option(value) {
  const made = document.createElement("option");
  made.value = value;
  return made;
}

draft.addEventListener("focusin", ({ target }) => {
  if (!target.matches("input[data-zone]") || offered.childElementCount) return;
  const names = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  offered.append(...[...names].map(option));
});

keepZone();
for (const kind of ["input", "htmx:afterRequest"]) draft.addEventListener(kind, keepZone);
