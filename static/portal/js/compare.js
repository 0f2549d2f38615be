// The diff of two files by diff2html: side by side, or unified where that was asked for or there is
// no room. Without script, or with nothing that differs, what the server wrote stays.
const NARROW = window.matchMedia("(max-width: 52rem)");

function drawn(text, view) {
  const box = document.createElement("div");
  box.innerHTML = window.Diff2Html.html(text, {
    outputFormat: view === "side" ? "side-by-side" : "line-by-line",
    drawFileList: false,
    matching: "lines",
    diffStyle: "word",
  });
  const found = box.querySelector(".d2h-files-diff, .d2h-file-diff");
  const sides = found ? found.querySelectorAll(".d2h-file-side-diff, .d2h-code-wrapper") : [];
  for (const side of sides) {
    if (!side.querySelector(".d2h-code-wrapper")) name(side, view, side === sides[sides.length - 1]);
  }
  return found;
}

// What scrolls is reached by Tab, and says what it is.
function name(side, view, isLast) {
  side.tabIndex = 0;
  side.setAttribute("role", "region");
  side.setAttribute("aria-label", view === "side" ? (isLast ? "The file after" : "The file before") : "The file, differences");
}

// Both sides show the same part of long lines.
function together(found) {
  const sides = [...found.querySelectorAll(".d2h-file-side-diff .d2h-code-wrapper")];
  for (const side of sides) {
    side.addEventListener("scroll", () => {
      for (const other of sides) if (other !== side) other.scrollLeft = side.scrollLeft;
    });
  }
}

function show(box) {
  const text = box.querySelector("pre[hidden]")?.textContent ?? "";
  const diff = box.querySelector(".diff");
  if (!text || !diff || !window.Diff2Html) return;
  const found = drawn(text, NARROW.matches ? "unified" : box.dataset.diff);
  if (!found) return;
  box.querySelector("[data-drawn]")?.remove();
  found.dataset.drawn = "";
  diff.hidden = true;
  diff.after(found);
  together(found);
}

const all = () => document.querySelectorAll("[data-diff]").forEach(show);
all();
NARROW.addEventListener("change", all);
