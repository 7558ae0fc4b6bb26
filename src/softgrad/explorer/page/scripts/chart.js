// Curves in SVG, as wide as their place: axes, a key, and a cursor where there is one.

import { drawn, element, newId } from "./elements.js";
import { asNumber, brief } from "./numbers.js";

const ROOM = { left: 52, right: 12, top: 10, bottom: 40 };
export const DASHES = ["", "7 4", "2 4", "9 3 2 3", "1 3 6 3", "12 4"];

export function colourOf(k) {
  return `var(--series-${(k % 6) + 1})`;
}

// Steps of 1, 2 or 5 times a power of ten, about as many as fit.
export function ticks(low, high, most = 5) {
  const raw = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((one) => one * power >= raw) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first;
  return Array.from({ length: count + 1 }, (_, k) => (first + k) * step);
}

function extent(series, bounds) {
  const all = series.flatMap((one) => one.values.map(asNumber)).filter(Number.isFinite);
  let low = Math.min(0, ...all);
  let high = Math.max(0, ...all);
  if (bounds) [low, high] = [Math.max(low, bounds[0]), Math.min(high, bounds[1])];
  return low === high ? [low, low + 1] : [low, high];
}

// `place` gets the chart of { label, x: { values, name }, y: { name, bounds }, series: [{ name,
// values, dashes, colour }], cursor, key }.
export function chart(place, told) {
  const width = Math.max(260, place.clientWidth || 600);
  const height = Math.min(260, Math.max(180, 0.5 * width));
  const [low, high] = extent(told.series, told.y.bounds);
  const { values } = told.x;
  const [first, last] = [values[0], values[values.length - 1]];
  const right = width - ROOM.right;
  const bottom = height - ROOM.bottom;
  const across = (x) => ROOM.left + ((right - ROOM.left) * (x - first)) / (last - first);
  const up = (y) => bottom - ((bottom - ROOM.top) * (y - low)) / (high - low);

  const svg = drawn("svg", {
    class: "chart",
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": told.label,
  });
  for (const y of ticks(low, high, height < 200 ? 4 : 6)) {
    svg.append(
      drawn("line", { class: "grid", x1: ROOM.left, x2: right, y1: up(y), y2: up(y) }),
      drawn("text", { x: ROOM.left - 7, y: up(y) + 4, "text-anchor": "end" }, brief(y, 3)),
    );
  }
  for (const x of ticks(first, last, width < 420 ? 6 : 8)) {
    const text = { x: across(x), y: bottom + 17, "text-anchor": "middle" };
    svg.append(drawn("text", text, brief(x, 3)));
  }
  if (low < 0 && high > 0) {
    svg.append(drawn("line", { class: "axis", x1: ROOM.left, x2: right, y1: up(0), y2: up(0) }));
  }
  svg.append(
    drawn("line", { class: "axis", x1: ROOM.left, x2: right, y1: bottom, y2: bottom }),
    drawn("text", { x: right, y: height - 5, "text-anchor": "end" }, told.x.name),
    clipped(
      { x: ROOM.left, y: ROOM.top - 2, width: right - ROOM.left, height: bottom - ROOM.top + 4 },
      told.series.map((one, k) => curve(one, k, values, across, up)),
    ),
  );
  if (told.cursor !== undefined) {
    const x = across(told.cursor);
    svg.append(drawn("line", { class: "cursor", x1: x, x2: x, y1: ROOM.top, y2: bottom }));
  }
  place.replaceChildren(svg);
  if (told.key !== false) place.append(key(told.series));
}

// What lies beyond the bounds of the chart is not drawn.
function clipped(bounds, children) {
  const id = newId("bounds");
  const path = drawn("clipPath", { id }, drawn("rect", bounds));
  return drawn("g", { "clip-path": `url(#${id})` }, path, ...children);
}

function curve(one, k, xs, across, up) {
  let pen = "M";
  const path = one.values.map((value, index) => {
    const y = asNumber(value);
    if (!Number.isFinite(y)) {
      pen = "M";
      return "";
    }
    const step = `${pen}${across(xs[index]).toFixed(1)} ${up(y).toFixed(1)}`;
    pen = "L";
    return step;
  });
  return drawn("path", {
    class: "curve",
    d: path.join(""),
    style: { stroke: one.colour ?? colourOf(k) },
    "stroke-dasharray": one.dashes ?? DASHES[k % 6],
  });
}

export function key(series) {
  return element(
    "ul",
    { class: "key" },
    ...series.map((one, k) =>
      element(
        "li",
        {},
        drawn(
          "svg",
          { width: 26, height: 8, "aria-hidden": "true" },
          drawn("path", {
            d: "M0 4H26",
            "stroke-width": 2.5,
            style: { stroke: one.colour ?? colourOf(k) },
            "stroke-dasharray": one.dashes ?? DASHES[k % 6],
          }),
        ),
        one.name,
      ),
    ),
  );
}
