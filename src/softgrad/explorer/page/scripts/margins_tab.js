// Losses against the margin by which the true class leads, with slopes and curvatures.

import { ask } from "./asking.js";
import { chart, colourOf, DASHES, key } from "./chart.js";
import { card, element } from "./elements.js";
import { numberField } from "./fields.js";
import { shown } from "./numbers.js";
import { get, query, set } from "./state.js";
import { offerCode } from "./tools.js";

export const title = "Losses by margin";
const START = ["cross_entropy", "focal", "squared_error", "hinge"];
const MOST = 6;
const PARTS = [
  ["value", "Loss", [-3, 8]],
  ["slope", "Slope by the margin", [-3, 3]],
  ["curvature", "Curvature by the margin", [-2, 3]],
];

function chosen() {
  return get("losses") ? get("losses").split(",") : START;
}

export function mount(view) {
  const boxes = element("div", { class: "boxes", role: "group", "aria-label": "Losses" });
  const margin = numberField({
    label: "margin",
    low: -6,
    high: 6,
    step: 0.05,
    changed: (value) => set({ margin: String(value) }),
  });
  const charts = PARTS.map(([, name]) => element("div", { "data-chart": name }));
  const legend = element("div", {});
  const table = element("table", { class: "list", id: "at-margin" });
  view.append(
    element(
      "section",
      { class: "card side later", "aria-label": "Losses to compare" },
      element("h2", {}, "Losses"),
      element("p", {}, `Up to ${MOST} of them.`),
      boxes,
    ),
    element(
      "div",
      { class: "column" },
      card(
        "The true class of two leads by m = z₀ − z₁",
        "A negative margin is a wrong answer. Drag the margin to read the numbers there.",
        element("div", { class: "with-slider" }, margin.slider, margin.number),
        element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "At the margin" }, table),
      ),
      card(PARTS[0][1], "", charts[0], legend),
      element("div", { class: "pair" }, ...[1, 2].map((k) => card(PARTS[k][1], "", charts[k]))),
    ),
  );

  function drawBoxes(names) {
    if (!boxes.firstChild) boxes.append(...names.map(box));
    const now = chosen();
    for (const input of boxes.querySelectorAll("input")) {
      input.checked = now.includes(input.value);
      input.disabled = !input.checked && now.length >= MOST;
    }
  }

  function box(name) {
    const input = element("input", {
      type: "checkbox",
      value: name,
      onchange: () => {
        const rest = chosen().filter((one) => one !== name);
        const losses = input.checked ? [...rest, name] : rest;
        if (losses.length) set({ losses: losses.join(",") });
        else input.checked = true;
      },
    });
    return element("label", {}, input, name);
  }

  function line(one, k) {
    const swatch = { class: "swatch", style: { background: colourOf(k) } };
    const name = element("span", { class: "marked" }, element("span", swatch), one.name);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, one.with),
      ...PARTS.map(([part]) => element("td", {}, shown(one.at[part]))),
    );
  }

  function drawNumbers(told) {
    offerCode(told.code);
    drawBoxes(told.choices);
    PARTS.forEach(([part, name, bounds], k) => {
      chart(charts[k], {
        label: `${name} against the margin, of ${told.losses.map((one) => one.name).join(", ")}`,
        x: { values: told.margins, name: "margin m" },
        y: { bounds },
        series: told.losses.map((one) => ({ name: one.name, values: one.curves[part] })),
        cursor: told.at,
        key: false,
      });
    });
    legend.replaceChildren(
      key(told.losses.map(({ name }, k) => ({ name, dashes: DASHES[k % DASHES.length] }))),
    );
    const heads = ["loss", "activation", "value", "slope", "curvature"];
    table.replaceChildren(
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text))),
      ),
      element("tbody", {}, ...told.losses.map(line)),
    );
  }

  function draw() {
    margin.show(Number(get("margin") || 0));
    const all = new URLSearchParams(query());
    all.set("losses", chosen().join(","));
    ask("/api/margins", all.toString(), drawNumbers);
  }
  draw();
  return draw;
}
