// What this person looked at last, kept in this browser alone and forgotten with signing out.
const MOST = 12;
const SHOWN = 5;
const WORTH = /^\/(components|runs|deployments|clients|teams|people|handbook|connections)\/[^/]+\/?$/;
const palette = document.getElementById("palette");
const KEY = `recent:${palette?.dataset.user ?? ""}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // no storage, or not ours
  }
}

function remember() {
  if (!palette || !WORTH.test(location.pathname) || document.querySelector("[data-refused]")) return;
  const icon = document.querySelector(".title-icon use")?.getAttribute("href") ?? "";
  const title = document.querySelector("h1")?.textContent.trim() ?? document.title;
  const kind = location.pathname.split("/")[1];
  const page = { url: location.pathname, title: title.slice(0, 80), icon, kind };
  const others = read().filter(({ url }) => url !== page.url);
  try {
    localStorage.setItem(KEY, JSON.stringify([page, ...others].slice(0, MOST)));
  } catch {
    // full or forbidden: nothing is remembered
  }
}

// A group of links in front of the others: not of the page that is open.
export function recent(from, list) {
  const pages = read().filter(({ url }) => url !== location.pathname).slice(0, SHOWN);
  if (!pages.length) return;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Recent");
  group.innerHTML = '<h2 aria-hidden="true">Recent</h2>';
  pages.forEach((page, n) => group.append(row(from, page, n)));
  const here = list.querySelector("#palette-here-1")?.closest("[role=group]");
  if (here) here.after(group);
  else list.prepend(group);
}

function row(from, page, n) {
  const link = from.querySelector("template").content.cloneNode(true).firstElementChild;
  link.id = `palette-recent-${n + 1}`;
  link.href = page.url;
  const [sprite] = (document.querySelector("svg use")?.getAttribute("href") ?? "").split("#");
  const name = page.icon.split("#")[1] ?? "clock";
  link.querySelector("use").setAttribute("href", `${sprite}#${name}`);
  link.querySelector("b").textContent = page.title;
  link.querySelector("span").textContent = page.kind;
  return link;
}

document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/sign-out")) return;
  const isTheirs = (name) => name === KEY || name.startsWith(`unsent:${palette?.dataset.user}:`);
  Object.keys(localStorage).filter(isTheirs).forEach((name) => localStorage.removeItem(name));
});
remember();
