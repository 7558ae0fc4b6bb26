// The triangle of three probabilities: a loss over it, and where maps put p.

import { mixed, resolved } from "./colours.js";
import { arrows, levelsOf } from "./contours.js";
import { drawn, element } from "./elements.js";
import { asNumber } from "./numbers.js";

const [WIDTH, HEIGHT, EDGE] = [440, 400, 30];
const HIGH = ((WIDTH - 2 * EDGE) * Math.sqrt(3)) / 2;
// Class 0 on top, then counter-clockwise, as in the plane of the logits.
const CORNERS = [
  [WIDTH / 2, EDGE + 12],
  [EDGE, EDGE + 12 + HIGH],
  [WIDTH - EDGE, EDGE + 12 + HIGH],
];
// A circle, a square, a diamond and a cross: maps are told apart without colours, too.
export const SHAPES = [
  "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0Z",
  "M-6-6H6V6H-6Z",
  "M0-9L9 0L0 9L-9 0Z",
  "M-7-3H-3V-7H3V-3H7V3H3V7H-3V3H-7Z",
];
const BANDS = 12;

function at(p) {
  return [0, 1].map((axis) => p.reduce((sum, x, k) => sum + asNumber(x) * CORNERS[k][axis], 0));
}

export function triangleMap() {
  const canvas = element("canvas", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
  const field = drawn("g", {});
  const ways = drawn("g", {});
  const outline = drawn("path", {
    class: "outline",
    d: `M${CORNERS.map((corner) => corner.join(" ")).join("L")}Z`,
  });
  const svg = drawn(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      id: "triangle",
      "aria-label": "Triangle of the probabilities: the loss, and where each map puts p",
    },
    outline,
    field,
    ...CORNERS.map(cornerName),
    ways,
  );
  const place = element("div", { class: "map" }, canvas, svg);

  return {
    place,
    draw(told) {
      const pen = canvas.getContext("2d");
      pen.clearRect(0, 0, WIDTH, HEIGHT);
      field.replaceChildren();
      if (told.values) {
        paint(pen, told, resolved(place, "--series-1"), resolved(place, "--surface"));
      }
      if (told.arrows) {
        const list = told.arrows.map((row) => [...at(row.slice(0, 3)), ...at(row.slice(3))]);
        field.append(arrows(list, 18));
      }
    },
    put(maps, colours) {
      ways.replaceChildren(
        ...maps.map(({ way }, k) =>
          drawn("path", {
            class: "way",
            d: `M${way.map((p) => at(p).map((x) => x.toFixed(1)).join(" ")).join("L")}`,
            style: { stroke: colours[k] },
          }),
        ),
        ...maps.map(({ name, p }, k) => {
          const [x, y] = at(p);
          return drawn("path", {
            class: "mark",
            "data-map": name,
            d: SHAPES[k],
            transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
            style: { fill: colours[k] },
          });
        }),
      );
    },
  };
}

function cornerName([x, y], k) {
  const below = k > 0 ? 22 : -10;
  const text = { x, y: y + below, "text-anchor": "middle", class: "corner" };
  return drawn("text", text, `p${"₀₁₂"[k]} = 1`);
}

// Small triangles, the darker the larger the loss in their middle; upright ones come first.
function paint(pen, { p, values, side }, colour, ground) {
  const upright = (side * (side + 1)) / 2;
  const levels = levelsOf(values, BANDS);
  const colours = Array.from({ length: BANDS + 1 }, (_, band) =>
    mixed(colour, ground, (0.62 * band) / BANDS),
  );
  pen.lineWidth = 1; // over the seams between neighbours
  p.forEach((middle, k) => {
    const value = asNumber(values[k]);
    const band = levels.filter((level) => value >= level).length;
    const size = (k < upright ? 1 : -1) / (3 * side);
    pen.fillStyle = pen.strokeStyle = colours[band];
    pen.beginPath();
    for (let corner = 0; corner < 3; corner += 1) {
      const place = middle.map((x, c) => x + size * (c === corner ? 2 : -1));
      pen.lineTo(...at(place));
    }
    pen.closePath();
    pen.fill();
    pen.stroke();
  });
}
