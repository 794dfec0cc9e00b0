/* Graphs: the task in question is in view, and one stop of the Tab key leads to all boxes. */
(() => {
  "use strict";
  const { onPage } = plantracePage;
  const FADE = "2rem";
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function middle(box) {
    const { left, top, width, height } = box.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }

  /* The closest box in a direction; what is beside the way counts double. */
  function closest(boxes, from, [right, down]) {
    const [x, y] = middle(from);
    let found = null;
    let least = Infinity;
    for (const box of boxes) {
      const [boxX, boxY] = middle(box);
      const ahead = (boxX - x) * right + (boxY - y) * down;
      const aside = Math.abs((boxX - x) * down) + Math.abs((boxY - y) * right);
      if (ahead > 1 && ahead + 2 * aside < least) [found, least] = [box, ahead + 2 * aside];
    }
    return found;
  }

  function fade(area) {
    const rest = area.scrollWidth - area.clientWidth - area.scrollLeft;
    area.style.setProperty("--pt-before", area.scrollLeft > 1 ? FADE : "0px");
    area.style.setProperty("--pt-after", rest > 1 ? FADE : "0px");
  }

  function setUp(area) {
    const links = [...area.querySelectorAll("a.pt-node")];
    const shown = area.querySelector(".pt-current") ?? area.querySelector(".pt-critical.pt-node");
    if (shown) area.scrollLeft += middle(shown)[0] - middle(area)[0];
    area.addEventListener("scroll", () => fade(area), { passive: true });
    new ResizeObserver(() => fade(area)).observe(area);
    if (!links.length) return;

    function choose(link) {
      for (const other of links) other.setAttribute("tabindex", other === link ? "0" : "-1");
    }

    choose(links.find((link) => link === shown) ?? links[0]);
    area.removeAttribute("tabindex");
    area.addEventListener("focusin", (event) => choose(event.target.closest("a.pt-node")));
    area.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      const from = event.target.closest("a.pt-node");
      if (!step || !from || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      closest(links, from, step)?.focus();
    });
  }

  onPage(() => document.querySelectorAll(".pt-graph-scroll").forEach(setUp));
})();
