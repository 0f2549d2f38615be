// <form data-key="make" data-options="…">: the browser asks a security key, and its answer is sent
// along in the field `answer`. "sign" asks one that is known.
const WORDS = {
  NotAllowedError: "No key answered in time, or it was refused. Try again.",
  InvalidStateError: "This key is yours already.",
  SecurityError: "Keys work at the address of this Slipway alone, over HTTPS.",
};

function say(form, words) {
  const place = form.querySelector("[data-key-said]");
  place.hidden = !words;
  place.querySelector("p").textContent = words;
}

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  const found =
    form.dataset.key === "make"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  return JSON.stringify(found.toJSON());
}

// Pressed earlier, an empty answer would be sent: the button waits for this script.
for (const button of document.querySelectorAll("form[data-key] [type=submit]")) button.disabled = false;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.key || form.elements.answer.value) return;
  event.preventDefault();
  say(form, "");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    form.elements.answer.value = await ask(form);
    form.submit();
  } catch (error) {
    say(form, WORDS[error.name] ?? "This browser can't ask a key: use another way in.");
  } finally {
    button.disabled = false;
  }
});
