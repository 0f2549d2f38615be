// Lines that come in (data-tail) stand at the top of a list for whoever is there. Who reads further
// down, opens a line or marks text keeps what is in front of them; a button says how many wait.
const EVERY = 2000;
const MOST = 500;
const TOP = 160;

const boxOf = (list) => list.closest("[data-tail-box]");
const heldOf = (list) =>
  (boxOf(list) ?? list.closest(".explorer-main")).querySelector("[data-tail-held]");

function isRead(list) {
  const box = boxOf(list);
  const marked = getSelection();
  return (
    (box ? box.scrollTop > 4 : scrollY > TOP) ||
    list.querySelector("details[open]") !== null ||
    list.contains(document.activeElement) ||
    (!marked.isCollapsed && list.contains(marked.anchorNode))
  );
}

function put(list, rows) {
  list.prepend(...rows);
  for (const row of rows) window.htmx.process(row);
  while (list.childElementCount > MOST) list.lastElementChild.remove();
  list.parentElement.querySelector(".log-none")?.remove();
}

function tell(list) {
  const button = heldOf(list);
  const number = list.held.length;
  button.hidden = number === 0;
  button.textContent = `${number >= MOST ? `${MOST} or more` : number} new`;
}

function release(list) {
  put(list, list.held);
  list.held = [];
  tell(list);
}

async function ask(list) {
  const url = new URL(list.dataset.tail, location.href);
  url.searchParams.set("after", list.dataset.after);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return answer.status < 500; // refused: it will be refused again
  list.dataset.after = answer.headers.get("X-After") ?? list.dataset.after;
  if (answer.status === 204) return false;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  const known = new Set([...list.children].map((row) => row.dataset.row));
  const rows = [...page.content.children].filter((row) => !known.has(row.dataset.row));
  list.held = [...rows, ...list.held].slice(0, MOST);
  if (isRead(list)) tell(list);
  else release(list);
  return false;
}

function follow(list) {
  list.held = [];
  heldOf(list).addEventListener("click", () => {
    release(list);
    (boxOf(list) ?? document.scrollingElement).scrollTo({ top: 0 });
  });
  const again = async () => {
    if (!list.isConnected) return;
    let isOver = false;
    try {
      if (!document.hidden) isOver = await ask(list);
    } catch {
      // no answer now: the next time
    }
    if (!isOver) setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
}

function find(root) {
  for (const list of root.querySelectorAll("[data-tail]")) if (!list.held) follow(list);
}

find(document);
document.addEventListener("htmx:afterSwap", ({ detail }) => find(detail.target));
