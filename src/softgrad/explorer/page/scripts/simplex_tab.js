// Three classes: where logits are put, and how a loss looks from both sides.

import { ask } from "./asking.js";
import { colourOf } from "./chart.js";
import { card, drawn, element } from "./elements.js";
import { labelOf } from "./fitting.js";
import { layerControls } from "./layer_controls.js";
import { logitsCard } from "./logits.js";
import { shown, numbersOf, textOf } from "./numbers.js";
import { planeMap } from "./plane_map.js";
import { get, query, set } from "./state.js";
import { offerCode } from "./tools.js";
import { SHAPES, triangleMap } from "./triangle_map.js";

export const title = "The simplex";

export function mount(view) {
  const controls = layerControls("simplex");
  const logits = logitsCard({ resizable: false });
  const plane = planeMap(move);
  const triangle = triangleMap();
  const said = element("p", { class: "refused" });
  const refusal = card("No picture of this", "", said);
  const maps = element("div", { class: "pair" });
  const regions = element("ul", { class: "key", "aria-label": "Regions" });
  const table = element("table", { class: "list", id: "maps" });
  view.append(
    element("div", { class: "side" }, controls.place),
    element(
      "div",
      { class: "column" },
      logits.place,
      refusal,
      maps,
      card(
        "Where softmax, entmax and sparsemax put p",
        "The sparse ones give exactly 0 to classes that are far behind.",
        element("div", { class: "scroll" }, table),
      ),
    ),
  );
  maps.append(
    card(
      "The logits",
      "Drag the point. Colours are the activation's regions, lines the loss, arrows its descent.",
      plane.place,
      regions,
    ),
    card(
      "The probabilities",
      "Lines show the way of p as the temperature falls; arrows, where a step on z moves p.",
      triangle.place,
    ),
  );
  refusal.hidden = true;

  function move(x, y) {
    const z = [0, 1, 2].map((k) => {
      const angle = Math.PI * (0.5 + (2 * k) / 3);
      return x * Math.cos(angle) + y * Math.sin(angle);
    });
    set({ z: textOf(z.map((value) => Math.round(100 * value) / 100)) });
  }

  function drawLandscape(told) {
    said.textContent = told.reason ?? "";
    refusal.hidden = !told.reason;
    maps.hidden = Boolean(told.reason);
    if (told.reason) return;
    plane.draw(told);
    triangle.draw(told.triangle);
    regions.replaceChildren(
      ...told.region_names.map((name, k) =>
        element(
          "li",
          {},
          element("span", { class: "swatch", style: { background: `var(--region-${k + 1})` } }),
          name,
        ),
      ),
    );
  }

  function drawPoints(told) {
    offerCode(told.code);
    const colours = told.maps.map((_, k) => colourOf(k));
    plane.put(told.place);
    triangle.put(told.maps, colours);
    const heads = ["", "p₀", "p₁", "p₂"].map((text) =>
      text ? element("th", { scope: "col" }, text) : element("td", {}),
    );
    table.replaceChildren(
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...told.maps.map((one, k) => line(one, k, colours[k]))),
    );
    const chosen = told.maps.find((one) => one.name === get("activation"));
    if (chosen) logits.drawOutputs({ output: chosen.p, is_probability: true, span: [0, 1] });
  }

  function line({ text, p }, k, colour) {
    const mark = drawn(
      "svg",
      { width: 20, height: 20, viewBox: "-10 -10 20 20", "aria-hidden": "true" },
      drawn("path", { d: SHAPES[k], style: { fill: colour } }),
    );
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, element("span", { class: "marked" }, mark, text)),
      ...p.map((value) => element("td", {}, shown(value))),
    );
  }

  // What the landscape depends on is not the logits, so that a drag asks for the points alone.
  function landscapeQuery() {
    const all = new URLSearchParams(query());
    all.set("z", "0,0,0");
    return all.toString();
  }

  let landscape = "";
  function draw(names = []) {
    const z = numbersOf(get("z"));
    if (z.length !== 3) {
      const label = labelOf(numbersOf(get("target")), 3);
      set({ z: textOf([...z, 0, 0].slice(0, 3)), target: String(label) });
    }
    controls.draw();
    logits.drawLogits();
    if (landscape !== landscapeQuery() || names.includes("theme")) {
      landscape = landscapeQuery();
      ask("/api/landscape", landscape, drawLandscape);
    }
    ask("/api/points", query(), drawPoints);
  }
  draw();
  return draw;
}
