// Links with data-dialog open their form in a dialog; without script they are pages of their own.
const dialog = document.getElementById("dialog");

async function open(link) {
  dialog.replaceChildren();
  await window.htmx.ajax("GET", link.href, { target: "#dialog", swap: "innerHTML", source: link });
  if (!dialog.childElementCount) return; // refused: the message in the corner says why
  dialog.showModal();
  dialog.querySelector("[autofocus], textarea, input:not([type=hidden]), select")?.focus();
}

function close(button) {
  if (button.dataset.close === "toast") button.closest(".toast").remove();
  else button.closest("dialog").close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    open(link);
  }
  const closer = event.target.closest("button[data-close]");
  if (closer) close(closer);
  if (event.target.matches("dialog[open]")) event.target.close(); // beside it, on the veil
});

// A refusal keeps the dialog open: go to the first field that says what to do.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === dialog) dialog.querySelector("[aria-invalid=true]")?.focus();
});

// It is done (see portal/htmx.py): the page below was never left.
document.addEventListener("done", () => dialog.close());

// What went well fades by itself; what was refused stays until it is closed, and stands there once
// however often a page that asks by itself is refused.
function fade(toast) {
  for (const other of toasts.querySelectorAll(".toast")) {
    if (other !== toast && other.textContent === toast.textContent) other.remove();
  }
  if (toast.dataset.tone === "good") setTimeout(() => toast.remove(), 6000);
}

const toasts = document.querySelector(".toasts");
toasts.querySelectorAll(".toast").forEach(fade);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.matches?.(".toast")) fade(node);
  }
}).observe(toasts, { childList: true });
