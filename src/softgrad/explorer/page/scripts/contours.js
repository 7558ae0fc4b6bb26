// Lines of equal value over a square grid (marching squares), and arrows.

import { drawn } from "./elements.js";
import { asNumber } from "./numbers.js";

// Even steps between the least value and all but the largest, which may be out of all proportion.
export function levelsOf(values, count) {
  const sorted = values.map(asNumber).filter(Number.isFinite).sort((a, b) => a - b);
  const low = sorted[0];
  const high = sorted[Math.floor(0.98 * (sorted.length - 1))];
  return Array.from({ length: count }, (_, k) => low + ((k + 0.5) / count) * (high - low));
}

// The path of one level; `values` row by row, `across` and `up` turn grid places into picture ones.
export function contour(values, side, level, across, up) {
  const path = [];
  const value = (x, y) => asNumber(values[y * side + x]);
  for (let y = 0; y + 1 < side; y += 1) {
    for (let x = 0; x + 1 < side; x += 1) {
      const corners = [
        [x, y],
        [x + 1, y],
        [x + 1, y + 1],
        [x, y + 1],
      ];
      const ends = [];
      corners.forEach(([x1, y1], k) => {
        const [x2, y2] = corners[(k + 1) % 4];
        const [a, b] = [value(x1, y1), value(x2, y2)];
        if (a < level === b < level || !Number.isFinite(b - a)) return;
        const share = (level - a) / (b - a);
        ends.push([x1 + share * (x2 - x1), y1 + share * (y2 - y1)]);
      });
      for (let k = 0; k + 1 < ends.length; k += 2) {
        const [p, q] = [ends[k], ends[k + 1]];
        path.push(`M${across(p[0]).toFixed(1)} ${up(p[1]).toFixed(1)}`);
        path.push(`L${across(q[0]).toFixed(1)} ${up(q[1]).toFixed(1)}`);
      }
    }
  }
  return path.join("");
}

// One path of all arrows [x, y, dx, dy] in picture places; the longest is `longest`. Where a loss is
// infinite there is none.
export function arrows(all, longest) {
  const list = all.filter((one) => one.every(Number.isFinite));
  const largest = Math.max(...list.map(([, , dx, dy]) => Math.hypot(dx, dy)));
  const path = list.map(([x, y, dx, dy]) => {
    const size = Math.hypot(dx, dy);
    if (!(size > 1e-4 * largest)) return "";
    const length = longest * (0.25 + 0.75 * Math.sqrt(size / largest));
    const [ux, uy] = [dx / size, dy / size];
    const [x2, y2] = [x + length * ux, y + length * uy];
    const wing = Math.min(4, 0.45 * length);
    const side = (turn) =>
      `M${x2.toFixed(1)} ${y2.toFixed(1)}l${(-wing * (ux + turn * 0.6 * uy)).toFixed(1)} ` +
      `${(-wing * (uy - turn * 0.6 * ux)).toFixed(1)}`;
    return `M${x.toFixed(1)} ${y.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}${side(1)}${side(-1)}`;
  });
  return drawn("path", { class: "arrows", d: path.join("") });
}
