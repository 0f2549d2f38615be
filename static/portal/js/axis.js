// A time is chosen on an axis (data-brush): by dragging over its bars, or by arrow keys with Shift;
// Enter looks closer, + and - zoom, Escape chooses nothing. The address says what is shown.
function begun(panel) {
  const bars = [...panel.querySelectorAll("[data-begins]")];
  const said = panel.querySelector(".axis-said");
  let from = -1;
  let to = -1;
  let isDragging = false;

  function show() {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    bars.forEach((bar, number) => bar.toggleAttribute("data-on", first >= 0 && number >= first && number <= last));
    if (first < 0) said.textContent = "";
    else if (first === last) said.textContent = bars[first].dataset.words;
    else said.textContent = `${bars[first].dataset.words.split(": ")[0]} to ${bars[last].dataset.words.split(": ")[0]}: Enter looks closer`;
  }

  function go() {
    if (from < 0) return;
    const address = new URL(location.href);
    for (const name of ["days", "before", "upto", "seen"]) address.searchParams.delete(name);
    address.searchParams.set("since", bars[Math.min(from, to)].dataset.begins);
    address.searchParams.set("until", bars[Math.max(from, to)].dataset.ends);
    location.assign(address);
  }

  function at(event) {
    const box = panel.querySelector("svg").getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)));
  }

  panel.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a, details")) return;
    isDragging = true;
    from = to = at(event);
    panel.setPointerCapture(event.pointerId);
    show();
  });
  panel.addEventListener("pointermove", (event) => {
    if (isDragging) to = at(event);
    else if (event.pointerType === "mouse" && document.activeElement !== panel) from = to = at(event);
    else return;
    show();
  });
  panel.addEventListener("pointerup", () => {
    if (!isDragging) return;
    isDragging = false;
    go();
  });
  panel.addEventListener("pointercancel", () => { isDragging = false; });
  panel.addEventListener("pointerleave", () => {
    if (isDragging || document.activeElement === panel) return;
    from = to = -1;
    show();
  });
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const next = to < 0 ? bars.length - 1 : Math.min(bars.length - 1, Math.max(0, to + step));
      to = next;
      if (!event.shiftKey || from < 0) from = next;
      show();
    } else if (event.key === "Enter") go();
    else if (event.key === "Escape") { from = to = -1; show(); }
    else {
      const way = { "+": "closer", "-": "wider" }[event.key];
      const link = way && document.querySelector(`[data-axis=${way}]`);
      if (!link) return;
      link.click();
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

for (const panel of document.querySelectorAll("[data-brush]")) begun(panel);
