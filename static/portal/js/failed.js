// What came to nothing without a word of the server says so: in the corner, or in an open dialog.
// Panels and drafts say it in their own place, and try again.
const PATIENCE = 3; // polls in a row, before the page is called old
const LOOK = "Load the page again and look before you try once more.";
const toasts = document.querySelector(".toasts");
const saysItself = (elt) => elt.matches("[data-panel], form[data-saves]");
let leaving = -Infinity; // requests die with the page that they were for
const missed = new Map(); // what is polled -> how often in a row no answer came
let old = null; // the message that this page is not current

function say(words) {
  const toast = document.getElementById("failed").content.cloneNode(true).firstElementChild;
  toast.querySelector("p").textContent = words;
  toasts.append(toast);
  return toast;
}

function broke(number, isRead) {
  const doubt = isRead ? "." : `, and nobody can say from here whether it was done. ${LOOK}`;
  return `Something broke on our side${doubt} If it stays broken, tell the platform team this number: ${number}`;
}

function away(status, isRead) {
  if (isRead) return `Slipway can’t be asked just now (${status}). Try again in a minute.`;
  return `Slipway can’t be asked just now (${status}), so nobody knows whether it was done. ${LOOK}`;
}

function words({ xhr, requestConfig }) {
  const isRead = requestConfig.verb === "get";
  // 503: nothing broke that a number could find, something is away
  const number = xhr.status !== 503 && xhr.getResponseHeader("X-Request-Id");
  if (number && xhr.status >= 500) return broke(number, isRead);
  if (number) {
    return `Slipway did not take this (${xhr.status}). ${LOOK} If it is not taken again, tell the platform team this number: ${number}`;
  }
  if (xhr.status) return away(xhr.status, isRead);
  if (isRead) return "No answer came. See whether you are connected, then try again.";
  return `No answer came, so nobody knows whether it was done. ${LOOK}`;
}

// Each part that is polled counts for itself: three that fail once are no page that is old.
function isOld(part) {
  missed.set(part, (missed.get(part) ?? 0) + 1);
  if (missed.get(part) !== PATIENCE || old?.isConnected) return;
  old = say("Slipway does not answer: this page shows how it was. It is asked again by itself.");
}

function answered(part) {
  missed.delete(part);
  const isWaiting = ([other, times]) => other.isConnected && times >= PATIENCE;
  if (![...missed].some(isWaiting)) old?.remove();
}

function failed({ detail }) {
  if (saysItself(detail.elt) || performance.now() - leaving < 2000) return;
  if (detail.elt.hasAttribute("data-live")) isOld(detail.elt);
  else say(words(detail));
}

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, failed);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status < 200 || detail.xhr.status >= 500) return;
  answered(detail.elt);
});

// A page of something in front of Slipway is no part of this one, whatever its status; nor is ours
// while it can't answer anybody: that one alone says when to come again.
document.addEventListener("htmx:beforeSwap", ({ detail: { xhr }, detail }) => {
  const isPart = xhr.getResponseHeader("X-Request-Id") && !xhr.getResponseHeader("Retry-After");
  if (xhr.status < 400 || isPart) return;
  detail.shouldSwap = false;
  detail.isError = true;
});

addEventListener("beforeunload", () => {
  leaving = performance.now();
});
