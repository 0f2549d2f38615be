// Light, dark or the system's scheme. The server reads the cookie, so the next page never flashes.
const YEAR = 31_536_000;

function choose(scheme) {
  const isSystem = scheme === "system";
  document.cookie = `scheme=${scheme}; path=/; max-age=${isSystem ? 0 : YEAR}; samesite=lax`;
  if (isSystem) delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  mark();
}

function mark() {
  const now = document.documentElement.dataset.scheme ?? "system";
  for (const button of document.querySelectorAll("[data-scheme-to]")) {
    button.setAttribute("aria-pressed", String(button.dataset.schemeTo === now));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scheme-to]");
  if (button) choose(button.dataset.schemeTo);
});
mark();
