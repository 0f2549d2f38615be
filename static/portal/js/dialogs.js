// Links with data-dialog open their form in a dialog; without script they are pages of their own.
const dialog = document.getElementById("dialog");
let asked = null; // the link whose form is on its way

async function open(link) {
  if (asked === link) return;
  asked = link;
  dialog.replaceChildren();
  const where = { target: "#dialog", swap: "innerHTML", source: link };
  await window.htmx.ajax("GET", link.href, where).catch(() => {}); // failed.js says so
  if (asked === link) asked = null;
  if (dialog.open || !dialog.childElementCount) return; // refused: the message in the corner says why
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

// What is chosen names the button that does it.
document.addEventListener("change", ({ target }) => {
  const choice = target.closest("[data-names]");
  if (choice) target.form.querySelector("[data-named]").textContent = choice.dataset.names;
});

// A refusal keeps the dialog open: go to the first field that says what to do.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === dialog) dialog.querySelector("[aria-invalid=true]")?.focus();
});

// It is done (see portal/htmx.py): the page below was never left.
document.addEventListener("done", () => dialog.close());

// What went well fades by itself; what was refused stays until it is closed, and stands there once
// however often a page that asks by itself is refused. Beside an open dialog nothing can be read or
// closed: there it stands in the dialog.
function fade(toast) {
  const inside = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (inside && toast.dataset.tone !== "good") {
    for (const other of inside.querySelectorAll(".toast")) other.remove();
    toast.setAttribute("role", "alert");
    inside.prepend(toast);
    return;
  }
  for (const other of toasts.querySelectorAll(".toast")) {
    if (other !== toast && other.textContent === toast.textContent) other.remove();
  }
  if (toast.dataset.tone === "good") setTimeout(() => toast.remove(), 6000);
}

document.addEventListener(
  "close",
  ({ target }) => target.querySelectorAll(".toast").forEach((toast) => toast.remove()),
  true,
);

const toasts = document.querySelector(".toasts");
toasts.querySelectorAll(".toast").forEach(fade);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.matches?.(".toast")) fade(node);
  }
}).observe(toasts, { childList: true });
