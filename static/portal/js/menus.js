// Menus are <details>: one at a time, closed by Escape or a click elsewhere.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What a menu holds may be asked for when it opens: hx-trigger="opened".
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches("details[hx-get]") && target.open) window.htmx.trigger(target, "opened");
  },
  true,
);

// Where not all tabs fit side by side, the one that is open is in sight.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const bar = tab.parentElement;
  const over = tab.getBoundingClientRect().right - bar.getBoundingClientRect().right;
  if (over > 0) bar.scrollLeft += over + 16;
}

// A choice in a filter is the search: no button to press.
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-filters] select")) event.target.form.requestSubmit();
});

// Fields without an answer stay out of the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  for (const field of event.target.elements) if (!field.value) field.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-filters] :disabled")) {
    field.disabled = false;
  }
});
