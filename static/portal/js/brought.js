// What stayed behind in this browser is saved when its draft is opened: on the revision that it was
// written on, so that nobody's later work goes. Where there is some, the server keeps both. What is
// refused for good is not sent again: it is shown, until its author drops it.
import { PLACE, seen } from "./stowed.js";

const [HERE] = /^\/drafts\/\d+\//.exec(location.pathname);
const BESIDE = /^(seen|edit|parameters\..*)$/; // sent with it, and no words of the author
const SAID = ".toast p, .notice p, p.field-error"; // where a refusal says why
const notices = document.getElementById("draft-brought");

function sent(to, entries) {
  const body = new FormData();
  for (const [field, value] of entries) body.append(field, value);
  if (body.get("seen") === seen()) body.set("leaving", "yes");
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = { "HX-Request": "true", "X-CSRFToken": token };
  return fetch(to, { method: "POST", body, headers });
}

// Whether asking again would be answered the same: not what stands before Slipway, or is too much.
function isFinal({ status, headers }) {
  return status >= 400 && status < 500 && status !== 429 && headers.has("X-Request-Id");
}

function written(entries) {
  const said = entries.filter(([field, value]) => value && !BESIDE.test(field));
  if (said.length === 1) return said[0][1];
  return said.map(([field, value]) => `${field}: ${value}`).join("\n");
}

function show(name, entries, why) {
  const notice = notices.querySelector("template").content.cloneNode(true).firstElementChild;
  const text = written(entries);
  notice.querySelector("[data-why]").textContent = why;
  notice.querySelector("pre").textContent = text;
  notice.querySelector("[data-copy]").dataset.copy = text;
  notice.querySelector("[data-drop]").addEventListener("click", () => {
    localStorage.removeItem(name);
    notice.remove();
  });
  notices.append(notice);
}

// Under a name of its own: what is typed next in the same form does not take its place.
function refused(name, to, entries, page, status) {
  const words = new DOMParser().parseFromString(page, "text/html").querySelector(SAID);
  const why = words?.textContent.trim() || `Slipway refused it (${status}).`;
  let own = `${name}|${Date.now()}`;
  try {
    localStorage.setItem(own, JSON.stringify([to, entries, why]));
    localStorage.removeItem(name);
  } catch {
    own = name; // full: it stays as it is, and is asked once more next time
  }
  show(own, entries, why);
}

// Whether the page is another one now.
async function bring(name) {
  const [to, entries, why] = JSON.parse(localStorage.getItem(name));
  if (!to.startsWith(HERE)) return false;
  if (why) {
    show(name, entries, why);
    return false;
  }
  const answer = await sent(to, entries);
  if (answer.headers.get("HX-Redirect")) return false;
  const isBeside = answer.headers.get("HX-Trigger") === "kept";
  if (answer.ok || isBeside) localStorage.removeItem(name);
  if (isBeside) window.htmx.swap("#draft", await answer.text(), { swapStyle: "none" });
  else if (isFinal(answer)) refused(name, to, entries, await answer.text(), answer.status);
  return answer.ok;
}

let isChanged = false;
for (const name of Object.keys(localStorage).filter((name) => name.startsWith(PLACE))) {
  isChanged = (await bring(name).catch(() => false)) || isChanged;
}
if (isChanged) location.reload();
