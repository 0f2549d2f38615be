// <form data-try="POST" data-path="/api/v1/teams/{name}/">: what is filled in is sent as whoever is
// signed in, and what came is shown beside it. What changes something is asked about first.
import { show } from "./try-answer.js";
import { NotYet, request, shown } from "./try-request.js";

// Yes or no of the person, to this very request.
function isSure(form, address, { method, body }) {
  const dialog = document.getElementById("sure");
  if (!dialog) return true;
  const sent = `${method} ${address}\n\n${shown(form, body)}`;
  dialog.querySelector("[data-sure]").textContent = sent.trim();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((say) => {
    dialog.addEventListener("close", () => say(dialog.returnValue === "send"), { once: true });
  });
}

async function send(form) {
  const place = document.querySelector(".trial-answer");
  const said = place.querySelector("[data-said]");
  const [address, options] = request(form);
  if (!(await isSure(form, address, options))) return;
  said.textContent = "Sent, waiting for the answer …";
  delete said.dataset.tone;
  const began = performance.now();
  try {
    const answer = await fetch(address, options);
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    show(place, answer, text, took, `${options.method} ${address}`);
  } catch {
    place.querySelector("[data-answer]").hidden = true;
    said.dataset.tone = "bad";
    said.textContent = "Nobody answered. Whether it was done is not known: look before you send it again.";
  }
}

const form = document.querySelector("form[data-try]");
const button = form.querySelector("[type=submit]");
form.addEventListener("input", ({ target }) => target.setCustomValidity(""));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  try {
    await send(form);
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    error.field.closest("details")?.setAttribute("open", "");
    error.field.setCustomValidity(error.message);
    error.field.reportValidity();
  } finally {
    button.disabled = false;
  }
});
button.disabled = false;
