// What is typed into a field that is only sent with a button (data-own), the server does not know
// yet: no part that comes in anew takes it away.
const draft = document.getElementById("draft");
const { callbacks } = window.Idiomorph.defaults;
const { beforeAttributeUpdated } = callbacks; // of live.js

function isTyped(field) {
  if (!field.options) return field.value !== field.defaultValue;
  return [...field.options].some((one) => one.selected !== one.defaultSelected);
}

callbacks.beforeAttributeUpdated = (name, node, ...more) => {
  const field = ["value", "selected"].includes(name) && node.closest("[data-own]");
  return !(field && isTyped(field)) && beforeAttributeUpdated(name, node, ...more);
};

// Sent and taken: the next one begins empty.
draft.addEventListener("htmx:beforeOnLoad", ({ target, detail: { xhr } }) => {
  const isAnswered = xhr.status < 400 && !xhr.getResponseHeader("HX-Redirect");
  if (isAnswered && target.matches("form:not([data-saves]):has([data-own])")) target.reset();
});

// A button that does something with what is ticked waits until something is.
function ticked() {
  for (const form of draft.querySelectorAll("form[data-needs-tick]")) {
    form.querySelector("[type=submit]").disabled = !form.querySelector(":checked");
  }
}
draft.addEventListener("change", ticked);
document.addEventListener("htmx:afterSettle", ticked);
ticked();
