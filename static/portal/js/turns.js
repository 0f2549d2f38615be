// Changes of a draft wait for their turn (hx-sync), and much may be clicked and changed until then.
const draft = document.getElementById("draft");

// What is sent is what was clicked, wherever the keyboard went meanwhile.
draft.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name) detail.formData.set(button.name, button.value);
});

// htmx gives a turn to a form that has gone with what it was about, and then forgets those behind
// it: they get theirs here.
function next() {
  const { xhr, queuedRequests } = draft["htmx-internal-data"] ?? {};
  if (xhr || !queuedRequests?.length) return;
  queuedRequests.shift()();
  next();
}

document.addEventListener("htmx:afterRequest", () => setTimeout(next));
