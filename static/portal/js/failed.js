// What came to nothing without a word of the server says so: in the corner, or in an open dialog.
// Panels and drafts say it in their own place, and try again.
const PATIENCE = 3; // polls in a row, before the page is called old
const toasts = document.querySelector(".toasts");
const saysItself = (elt) => elt.matches("[data-panel], form[data-saves]");
let leaving = -Infinity; // requests die with the page that they were for
let missed = 0;
let old = null; // the message that this page is not current

function say(words) {
  const toast = document.getElementById("failed").content.cloneNode(true).firstElementChild;
  toast.querySelector("p").textContent = words;
  toasts.append(toast);
  return toast;
}

function words({ xhr, requestConfig }) {
  const number = xhr.getResponseHeader("X-Request-Id");
  if (number) {
    return `Something broke on our side, and nothing was half done. If it stays broken, tell the platform team this number: ${number}`;
  }
  if (xhr.status) return `Slipway can’t be asked just now (${xhr.status}). Try again in a minute.`;
  if (requestConfig.verb === "get") return "No answer came. See whether you are connected, then try again.";
  return "No answer came, so nobody knows whether it was done. Load the page again and look before you try once more.";
}

function isOld() {
  missed += 1;
  if (missed === PATIENCE) {
    old = say("Slipway does not answer: this page shows how it was. It is asked again by itself.");
  }
}

function failed({ detail }) {
  if (saysItself(detail.elt) || performance.now() - leaving < 2000) return;
  if (detail.elt.hasAttribute("data-live")) isOld();
  else say(words(detail));
}

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, failed);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status < 200 || detail.xhr.status >= 500) return;
  missed = 0;
  old?.remove();
});

// A page of something in front of Slipway is no part of this one, whatever its status.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400 || detail.xhr.getResponseHeader("X-Request-Id")) return;
  detail.shouldSwap = false;
  detail.isError = true;
});

addEventListener("beforeunload", () => {
  leaving = performance.now();
});
