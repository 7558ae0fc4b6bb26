// Several rows at once: block diagonal, and what flattening them into one row makes of it.

import { ask } from "./asking.js";
import { card, element } from "./elements.js";
import { listField, numberField } from "./fields.js";
import { Matrix } from "./matrix.js";
import { asNumber, shown } from "./numbers.js";
import { readout } from "./readout.js";
import { get, query, set } from "./state.js";
import { offerCode } from "./tools.js";

export const title = "A batch";
const START = "1,2,3;0,1,0;2,0,-1";
const MOST = 4;

function rowsOf() {
  return (get("rows") || START).split(";").map((row) => row.split(",").map(Number));
}

function setRows(rows) {
  set({ rows: rows.map((row) => row.join(",")).join(";") });
}

export function mount(view) {
  const activation = listField("Activation", "activation", (name) => set({ activation: name }));
  const right = heatMap("Right: each row for itself", "Blocks on the diagonal; 0 between rows.");
  const wrong = heatMap(
    "Wrong: all rows flattened into one",
    "One softmax over everything: rows that have nothing to do with each other compete.",
  );
  const sliders = element("div", { id: "batch-rows" });
  const count = element("div", { class: "row" });
  const said = element("p", { id: "batch-words" });
  let fields = [];
  let choices = null;
  view.append(
    element(
      "section",
      { class: "card side", "aria-label": "The batch" },
      element("h2", {}, "The batch"),
      activation.place,
      sliders,
      count,
    ),
    element(
      "div",
      { class: "column" },
      element("div", { class: "pair" }, right.place, wrong.place),
      card("What is kept", "", said),
    ),
  );

  function build(rows) {
    fields = rows.map((row, b) =>
      row.map((_, k) =>
        numberField({
          label: `row ${b}, logit ${k}`,
          low: -6,
          high: 6,
          step: 0.1,
          changed: (value) => {
            const all = rowsOf();
            all[b][k] = value;
            setRows(all);
          },
        }),
      ),
    );
    sliders.replaceChildren(
      ...fields.map((row, b) =>
        element(
          "div",
          { class: "field" },
          element("span", {}, `row ${b}`),
          ...row.map((field) =>
            element("div", { class: "with-slider" }, field.slider, field.number),
          ),
        ),
      ),
    );
    const button = (text, onclick, disabled) =>
      element("button", { type: "button", class: "plain", onclick, disabled }, text);
    count.replaceChildren(
      button("One row less", () => setRows(rowsOf().slice(0, -1)), rows.length <= 2),
      button("One more", () => setRows([...rowsOf(), rows[0].map(() => 0)]), rows.length >= MOST),
    );
  }

  function drawChoices(told) {
    choices = told;
    activation.draw(told.activations, get("activation"));
  }

  function drawNumbers(told) {
    offerCode(told.code);
    right.draw(told.jacobian, told.words, told.output, told);
    wrong.draw(told.mixed, told.mixed_words, told.whole, told);
    const [rows, n] = [told.rows, told.classes];
    said.textContent = told.is_same
      ? "This activation takes each logit by itself: flattening changes nothing."
      : `Of the ${(rows * n) ** 2} cells only the ${rows * n * n} in the blocks can be anything ` +
        `but 0. softgrad keeps D + UVᵀ of each row: ${3 * rows * n} numbers, and never the rest.`;
  }

  function draw() {
    const rows = rowsOf();
    if (String(fields.map((row) => row.length)) !== String(rows.map((row) => row.length))) build(rows);
    rows.forEach((row, b) => row.forEach((value, k) => fields[b][k].show(value)));
    if (!choices) ask("/api/choices", query(), drawChoices);
    else drawChoices(choices);
    const all = new URLSearchParams(query());
    all.set("rows", rows.map((row) => row.join(",")).join(";"));
    ask("/api/batch", all.toString(), drawNumbers);
  }
  draw();
  return draw;
}

// One of the two heat maps, with the outputs above it and the sentence below.
function heatMap(title, text) {
  const said = readout();
  const outputs = element("table", { class: "list" });
  let words = null;
  let at = null;
  const matrix = new Matrix({
    label: title,
    size: "tiny",
    pick: (i, j) => {
      at = [i, j];
      if (words) said.say(words[i][j]);
    },
  });
  return {
    place: card(title, text, element("div", { class: "scroll" }, outputs), matrix.place, said.place),
    draw(jacobian, told, output, { is_probability }) {
      words = told;
      matrix.draw(jacobian);
      outputs.replaceChildren(
        element("tbody", {}, ...output.map((row, b) => line(row, b, is_probability))),
      );
      said.update(at ? (words[at[0]]?.[at[1]] ?? "") : "Hover a cell, or move with the arrow keys.");
    },
  };
}

function line(row, b, is_probability) {
  const sum = row.reduce((total, value) => total + asNumber(value), 0);
  const isRight = Math.abs(sum - 1) < 1e-9;
  const words = `sum ${shown(Number(sum.toFixed(12)))} ${isRight ? "✓" : "✗"}`;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, `row ${b}`),
    ...row.map((value) => element("td", {}, shown(value))),
    is_probability ? element("td", { class: isRight ? "good" : "bad" }, words) : null,
  );
}
