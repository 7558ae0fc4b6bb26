// The plane of three logits: the activation's regions, the loss's contours and where it falls.

import { resolved } from "./colours.js";
import { arrows, contour, levelsOf } from "./contours.js";
import { drawn, element } from "./elements.js";

const SIZE = 440;

export function planeMap(moved) {
  const canvas = element("canvas", { width: SIZE, height: SIZE, "aria-hidden": "true" });
  const lines = drawn("g", {});
  const handle = drawn("circle", { class: "handle", r: 8, cx: SIZE / 2, cy: SIZE / 2 });
  const svg = drawn(
    "svg",
    {
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      role: "img",
      id: "plane",
      "aria-label": "Plane of the logits: regions, contours of the loss, and its descent",
    },
    lines,
    handle,
  );
  const place = element("div", { class: "map" }, canvas, svg);
  let reach = 4;

  const across = (x) => (SIZE * (x + reach)) / (2 * reach);
  const up = (y) => SIZE - across(y);

  function follow(event) {
    if (event.type === "pointerdown") svg.setPointerCapture(event.pointerId);
    else if (!svg.hasPointerCapture(event.pointerId)) return;
    const box = svg.getBoundingClientRect();
    const share = (at, from, length) => Math.min(1, Math.max(0, (at - from) / length));
    const x = reach * (2 * share(event.clientX, box.left, box.width) - 1);
    const y = reach * (1 - 2 * share(event.clientY, box.top, box.height));
    moved(x, y);
  }
  svg.addEventListener("pointerdown", follow);
  svg.addEventListener("pointermove", follow);

  function paintRegions({ regions, fine }) {
    const pen = canvas.getContext("2d");
    const colours = [1, 2, 3].map((k) => resolved(place, `--region-${k}`));
    const step = SIZE / fine;
    [...regions].forEach((region, k) => {
      const [x, y] = [k % fine, Math.floor(k / fine)];
      pen.fillStyle = colours[region];
      pen.fillRect(Math.floor(x * step), Math.floor(SIZE - (y + 1) * step), step + 1, step + 1);
    });
  }

  return {
    place,
    draw(told) {
      reach = told.reach;
      paintRegions(told);
      const scale = (k) => -reach + (2 * reach * k) / (told.cells - 1);
      const levels = levelsOf(told.values, 9);
      const paths = levels.map((level) =>
        contour(told.values, told.cells, level, (x) => across(scale(x)), (y) => up(scale(y))),
      );
      lines.replaceChildren(
        drawn("path", { class: "contours", d: paths.join("") }),
        arrows(told.arrows.map(([x, y, dx, dy]) => [across(x), up(y), dx, -dy]), 22),
        ...[0, 1, 2].map(axisName),
      );
    },
    put([x, y]) {
      handle.setAttribute("cx", across(Math.min(reach, Math.max(-reach, x))));
      handle.setAttribute("cy", up(Math.min(reach, Math.max(-reach, y))));
    },
  };

  // Where each class leads, at the edge of the map.
  function axisName(k) {
    const angle = Math.PI * (0.5 + (2 * k) / 3);
    const [x, y] = [across(0.86 * reach * Math.cos(angle)), up(0.92 * reach * Math.sin(angle))];
    const middle = { "text-anchor": "middle", class: "corner" };
    return drawn("text", { x, y: y + 5, ...middle }, `more z${"₀₁₂"[k]}`);
  }
}
