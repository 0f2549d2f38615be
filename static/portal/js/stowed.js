// Where this browser keeps what a form of a draft says until it is saved.
export const PLACE = `unsent:${document.getElementById("palette").dataset.user}:`;
export const seen = () => document.getElementById("seen").value;

export function fields(form) {
  const all = new FormData(form);
  all.set("seen", seen());
  return all;
}

function key(form) {
  const which = ["edit", "number", "parameter", "input"].map((name) => form.elements[name]?.value ?? "");
  return PLACE + [form.getAttribute("hx-post"), ...which].join("|");
}

export function keep(form) {
  const all = fields(form);
  all.delete("csrfmiddlewaretoken");
  try {
    localStorage.setItem(key(form), JSON.stringify([form.getAttribute("hx-post"), [...all]]));
  } catch {
    // full or forbidden: it stays on the page
  }
}

export const drop = (form) => localStorage.removeItem(key(form));
