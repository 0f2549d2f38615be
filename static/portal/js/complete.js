// The query line offers what may be meant where the caret stands: a combobox with a listbox.
const box = document.querySelector("[data-complete]");
const field = box?.querySelector("input");
const list = box?.querySelector("[role=listbox]");
const WAIT = 120;
let timer = 0;
let asked = 0;

const options = () => [...list.children];
const chosen = () => list.querySelector("[aria-selected=true]");

function close() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
}

// How far the word reaches by now: offers come late, and typing goes on meanwhile.
function grown(end) {
  const since = field.value.slice(end, field.selectionStart);
  return /\s/.test(since) ? end : end + since.length;
}

function take(option) {
  const { start, end, text } = option.dataset;
  field.setRangeText(text, Number(start), grown(Number(end)), "end");
  field.focus();
  close();
  if (text.endsWith(":")) look();
}

async function look() {
  const mine = ++asked;
  const url = new URL(box.dataset.complete, location.href);
  url.searchParams.set("q", field.value);
  url.searchParams.set("at", field.selectionStart);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || mine !== asked || document.activeElement !== field) return;
  const text = await answer.text();
  const before = chosen()?.dataset.text;
  list.innerHTML = text;
  list.hidden = list.childElementCount === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
  field.removeAttribute("aria-activedescendant");
  choose(options().find((option) => option.dataset.text === before));
}

function move(step) {
  const all = options();
  const here = all.indexOf(chosen());
  choose(all[(here + step + all.length + (here < 0 && step < 0 ? 1 : 0)) % all.length]);
}

function keyed(event) {
  if (list.hidden) {
    if (event.key === "ArrowDown") look();
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else if ((event.key === "Enter" || event.key === "Tab") && chosen()) {
    event.preventDefault();
    take(chosen());
  }
}

if (box) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  field.addEventListener("keydown", keyed);
  field.addEventListener("blur", () => setTimeout(close, 100));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}
