// A histogram is brushed: drag over bars, or move with the arrow keys and take several with Shift;
// Enter looks at their time. Without script each bar is a link.
const bars = (box) => [...box.querySelectorAll(".histogram-bar")];

function mark(box, from, to) {
  const [first, last] = from <= to ? [from, to] : [to, from];
  bars(box).forEach((bar, n) => bar.toggleAttribute("data-taken", n >= first && n <= last));
}

function look(box) {
  const taken = bars(box).filter((bar) => bar.hasAttribute("data-taken"));
  if (taken.length === 0) return;
  const url = new URL(box.dataset.brush, location.href);
  for (const name of ["span", "before", "live"]) url.searchParams.delete(name);
  url.searchParams.set("since", taken[0].dataset.from);
  url.searchParams.set("until", taken.at(-1).dataset.to);
  const view = new URL(location.href).searchParams.get("view");
  if (view) url.searchParams.set("view", view);
  location.assign(url);
}

function keys(box) {
  let anchor = 0;
  bars(box).forEach((bar, n) => bar.setAttribute("tabindex", n === 0 ? "0" : "-1"));
  box.addEventListener("keydown", (event) => {
    const all = bars(box);
    const here = all.indexOf(event.target.closest(".histogram-bar"));
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -all.length, End: all.length };
    if (here < 0) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!all[here].hasAttribute("data-taken")) mark(box, here, here);
      look(box);
    } else if (event.key in steps) {
      event.preventDefault();
      const to = Math.max(0, Math.min(all.length - 1, here + steps[event.key]));
      if (!event.shiftKey) anchor = to;
      mark(box, anchor, to);
      all[here].setAttribute("tabindex", "-1");
      all[to].setAttribute("tabindex", "0");
      all[to].focus();
    }
  });
}

function pointer(box) {
  const at = (event) => bars(box).indexOf(event.target.closest?.(".histogram-bar"));
  let from = -1;
  const end = () => {
    if (from >= 0) look(box);
    from = -1;
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = at(event);
    if (from >= 0) mark(box, from, from);
    addEventListener("pointerup", end, { once: true });
  });
  box.addEventListener("pointermove", (event) => {
    const to = at(event);
    if (from >= 0 && to >= 0) mark(box, from, to);
  });
  box.addEventListener("dragstart", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    if (at(event) >= 0 && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
}

function begin(within) {
  for (const box of within.querySelectorAll?.("[data-brush]") ?? []) {
    keys(box);
    pointer(box);
  }
}

// Bars that somebody is about to choose stay as they are, though newer ones were to come.
document.addEventListener("htmx:beforeRequest", (event) => {
  const taken = event.detail.elt.querySelector(".histogram-bar:is(:focus-visible, [data-taken])");
  if (taken) event.preventDefault();
});

begin(document);
document.addEventListener("htmx:afterSwap", ({ detail }) => begin(detail.target));
