// What of a page a reader would not see: texts beyond the screen, texts that their picture cuts off, boxes that would have
// to be scrolled sideways, and texts of less than 11 px.
(() => {
  const named = (each) => `${each.tagName}: ${each.textContent.trim().slice(0, 60)}`;
  const box = (each) => each.getBoundingClientRect();
  const shown = [...document.querySelectorAll("body, body *")].filter((each) => each.checkVisibility());
  const texts = shown.filter((each) => {
    const told = [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return told && box(each).width > 0 && !["title", "desc"].includes(each.tagName);
  });
  const scale = (svg) => (svg?.viewBox.baseVal.width ? box(svg).width / svg.viewBox.baseVal.width : 1);
  const pixels = (each) => parseFloat(getComputedStyle(each).fontSize) * scale(each.closest("svg"));
  const beside = (each, left, right) => box(each).left < left - 1 || box(each).right > right + 1;
  const drawn = texts.filter((each) => each.closest("svg"));
  return {
    words: texts.length,
    screen: window.innerWidth,
    beyond: texts.filter((each) => beside(each, 0, window.innerWidth)).map(named),
    cut: drawn.filter((each) => beside(each, box(each.closest("svg")).left, box(each.closest("svg")).right)).map(named),
    scrolls: [document.documentElement, ...shown.filter((each) => !each.closest("svg") && each.clientWidth)]
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map(named),
    small: texts.filter((each) => pixels(each) < 11).map(named),
  };
})()
