// What was answered, as text beside the form.
const MOST = 200_000; // characters that are shown
const TOLD = [
  ...["Content-Type", "Content-Disposition", "Location", "ETag", "Idempotent-Replayed"],
  ...["Retry-After", "RateLimit-Remaining", "Deprecation", "Sunset", "Link", "X-Request-Id"],
];

function pretty(text, type) {
  if (!text) return "There is nothing in it.";
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // lines of JSON
  }
}

function told(headers) {
  return TOLD.filter((name) => headers.has(name)).flatMap((name) => {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    value.textContent = headers.get(name);
    return [term, value];
  });
}

export function show(place, answer, text, took, asked) {
  const tone = answer.ok ? "good" : answer.status < 500 ? "warn" : "bad";
  const what = answer.ok ? "done" : answer.status < 500 ? "not done" : "broken on our side";
  const said = place.querySelector("[data-said]");
  said.dataset.tone = tone;
  said.textContent = `${answer.status} ${answer.statusText}`.trim() + `, ${what}, ${took} ms`;
  const body = pretty(text, answer.headers.get("Content-Type") ?? "");
  place.querySelector("[data-asked]").textContent = asked;
  place.querySelector("[data-headers]").replaceChildren(...told(answer.headers));
  place.querySelector("[data-body]").textContent = body.slice(0, MOST);
  place.querySelector("[data-copy]").dataset.copy = body;
  place.querySelector("[data-cut]").hidden = body.length <= MOST;
  place.querySelector("[data-signed-out]").hidden = answer.status !== 401;
  place.querySelector("[data-answer]").hidden = false;
}
