// What was filled in, as a request.
export class NotYet extends Error {
  constructor(field, words) {
    super(words);
    this.field = field;
  }
}

// What a field says; undefined where it is left out.
function valueOf(field) {
  const { shape } = field.dataset;
  if (shape === "choices") {
    const chosen = [...field.selectedOptions].map((option) => option.value);
    return chosen.length ? chosen : undefined;
  }
  if (field.value === "") return undefined;
  if (shape === "number") return Number(field.value);
  if (shape === "yes") return field.value === "true";
  if (shape !== "json") return field.value;
  try {
    return JSON.parse(field.value);
  } catch (error) {
    throw new NotYet(field, `This is no JSON: ${error.message}`);
  }
}

function filled(form) {
  const found = { path: {}, query: {}, header: {}, body: {}, more: {}, whole: {} };
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = valueOf(field);
    if (value === undefined) continue;
    if (field.dataset.in === "path" && /^\.{1,2}$/.test(value)) {
      throw new NotYet(field, "This would lead to another address.");
    }
    found[field.dataset.in][field.dataset.name] = value;
  }
  return found;
}

// What is sent, for eyes: nobody's password stands on a screen.
export function shown(form, body) {
  const secrets = [...form.querySelectorAll("[data-shape=secret]")].map((field) => field.value);
  return secrets
    .filter(Boolean)
    .reduce((text, secret) => text.replaceAll(JSON.stringify(secret), '"•••"'), body ?? "");
}

// The request, out of what was filled in.
export function request(form) {
  const { path, query, header, body, more, whole } = filled(form);
  const { try: method, path: pattern, content } = form.dataset;
  const at = pattern.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(path[name] ?? ""));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) asked.append(name, one);
  }
  const headers = { ...header, Accept: "application/json" };
  const options = { method, headers };
  if (method !== "GET") headers["X-CSRFToken"] = form.elements.csrfmiddlewaretoken.value;
  if (content) {
    headers["Content-Type"] = content;
    options.body = whole.body ?? JSON.stringify({ ...body, ...(more.more ?? {}) }, null, 2);
  }
  return [asked.size ? `${at}?${asked}` : at, options];
}
