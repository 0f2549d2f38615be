// What the contrast of words depends on: their own look, that of the words around them, and all that
// is painted behind them.
// Says each appearance within a part of the page (CSS) once; `select` marks the parts that have one.
(within) => {
  const plain = "rgba(0, 0, 0, 0) none 1";
  const behind = new Map([[null, ""]]);
  const parts = new Map();

  function painted(box) {
    if (!behind.has(box)) {
      const style = getComputedStyle(box);
      const own = `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`;
      const apart = /^(absolute|fixed|sticky)$/.test(style.position) ? box.getAttribute("class") : "";
      const seen = own === plain && !apart ? "" : `${own} ${apart};`;
      behind.set(box, painted(box.parentElement) + seen);
    }
    return behind.get(box);
  }

  function says(box) {
    if (/^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(box.tagName)) return true;
    return [...box.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  }

  for (const box of document.querySelectorAll(`${within} *`)) {
    if (!says(box) || !box.checkVisibility()) continue;
    const style = getComputedStyle(box);
    const words = `${style.color} ${style.font} ${style.textDecorationLine} ${style.textShadow}`;
    const around = box.tagName === "A" ? `in ${getComputedStyle(box.parentElement).color}` : "";
    const appearance = `${words} ${around} on ${painted(box)}`;
    if (!parts.has(appearance)) parts.set(appearance, []);
    parts.get(appearance).push(box);
  }
  return {
    all: [...parts.keys()],
    select(some) {
      document.querySelectorAll("[data-appearance]").forEach((box) => delete box.dataset.appearance);
      some.forEach((name) => parts.get(name).forEach((box) => (box.dataset.appearance = name)));
    },
  };
}
