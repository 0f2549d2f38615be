// Rows of a draft are called by what they are about (data-key), not by their place: what comes in
// finds the row that somebody opened, whichever went before it. Who gives it another name goes on
// in the same row.
const draft = document.getElementById("draft");
const NAMING = ["id", "for"]; // attributes that end with the key

// Once it is saved, a row is about what it is called now.
draft.addEventListener("htmx:beforeOnLoad", ({ target, detail: { xhr, requestConfig } }) => {
  const was = target.querySelector("input[data-follows]");
  if (!was || xhr.status >= 400 || xhr.getResponseHeader("HX-Redirect")) return;
  const name = requestConfig.formData.get(was.dataset.follows)?.trim();
  if (!name) return; // without one it keeps the old one
  const row = target.closest("[data-key]");
  for (const one of row.querySelectorAll("[data-follows]")) one.value = name;
});

function call(row, key) {
  const end = `-${row.dataset.key}`;
  for (const attribute of NAMING) {
    for (const one of [row, ...row.querySelectorAll(`[${attribute}]`)]) {
      const name = one.getAttribute(attribute) ?? "";
      if (name.endsWith(end)) one.setAttribute(attribute, `${name.slice(0, -end.length)}-${key}`);
    }
  }
  row.dataset.key = key;
}

// Before drafts.js looks which of it comes in.
function follow({ detail: { target, fragment } }) {
  const there = [...fragment.querySelectorAll("[data-key]")];
  const about = (row) => row.querySelector("[data-follows]").value;
  for (const row of target.querySelectorAll("[data-key]")) {
    if (there.some(({ dataset }) => dataset.key === row.dataset.key)) continue;
    const anew = there.find((other) => about(other) === about(row));
    if (anew) call(row, anew.dataset.key);
  }
}
draft.addEventListener("htmx:oobBeforeSwap", follow, true);
