// What stayed behind in this browser is saved when its draft is opened: on the revision that it was
// written on, so that nobody's later work goes. Where there is some, the server keeps both.
import { PLACE, seen } from "./unsent.js";

const [HERE] = /^\/drafts\/\d+\//.exec(location.pathname);

function sent(to, entries) {
  const body = new FormData();
  for (const [field, value] of entries) body.append(field, value);
  if (body.get("seen") === seen()) body.set("leaving", "yes");
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = { "HX-Request": "true", "X-CSRFToken": token };
  return fetch(to, { method: "POST", body, headers });
}

// Whether the page is another one now.
async function bring(name) {
  const [to, entries] = JSON.parse(localStorage.getItem(name));
  if (!to.startsWith(HERE)) return false;
  const answer = await sent(to, entries);
  if (answer.status >= 500 || answer.headers.get("HX-Redirect")) return false;
  const isBeside = answer.headers.get("HX-Trigger") === "kept";
  if (answer.ok || isBeside) localStorage.removeItem(name);
  if (answer.ok) return true;
  const [where, swapStyle] = isBeside ? ["#draft", "none"] : [".toasts", "beforeend"];
  window.htmx.swap(where, await answer.text(), { swapStyle });
  return false;
}

let isChanged = false;
for (const name of Object.keys(localStorage).filter((name) => name.startsWith(PLACE))) {
  isChanged = (await bring(name).catch(() => false)) || isChanged;
}
if (isChanged) location.reload();
