// Where the textbook's formula overflows or loses its digits, against 50 digits.

import { ask } from "./asking.js";
import { chart } from "./chart.js";
import { card, element } from "./elements.js";
import { choiceField } from "./fields.js";
import { logitsCard } from "./logits.js";
import { brief, indexed, shown } from "./numbers.js";
import { get, query, set } from "./state.js";
import { targetField } from "./target_field.js";
import { offerCode } from "./tools.js";

export const title = "Digits";
const CHOICES = {
  precision: ["Precision", "float32", ["float16", "float32", "float64"]],
  formula: ["Formula", "naive", ["naive", "shifted"]],
  times: ["Logits times", "1", ["1", "10", "100", "1000"]],
};

export function mount(view) {
  const fields = Object.entries(CHOICES).map(([name, [label, usual, values]]) => {
    const pairs = values.map((value) => [value, value]);
    const change = (value) => set({ [name]: value === usual ? null : value });
    const field = choiceField(label, pairs, change);
    return { name, label, usual, ...field };
  });
  const logits = logitsCard();
  const target = targetField();
  const formula = element("p", { class: "field" });
  const said = element("p", { class: "value-line", role: "status", id: "digits-words" });
  const table = element("table", { class: "list", id: "digits" });
  const curve = element("div", { id: "digits-curve" });
  view.append(
    element(
      "section",
      { class: "card side", "aria-label": "How it is computed" },
      element("h2", {}, "How it is computed"),
      ...fields.map(({ label, place }) =>
        element("div", { class: "field" }, element("span", {}, label), place),
      ),
      formula,
      target.place,
    ),
    element(
      "div",
      { class: "column" },
      logits.place,
      card(
        "Softmax with cross-entropy",
        "What the formula gives in this precision, beside the same to 50 digits, and softgrad.",
        said,
        element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Digits" }, table),
      ),
      card(
        "Right digits of the loss",
        "Three classes, the true one leads by a margin: who keeps the digits of a confident answer? (0 is right where the loss is too small for the precision.)",
        curve,
      ),
    ),
  );

  function drawNumbers(told) {
    offerCode(told.code);
    const p = told.rows.slice(0, told.z.length).map((row) => row.written);
    logits.drawOutputs({ output: p, is_probability: true, span: [0, 1] });
    said.textContent = sentence(told);
    const heads = ["", "formula", "digits", "exact", "softgrad", "digits"];
    table.replaceChildren(
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((text) => element(text ? "th" : "td", {}, text))),
      ),
      element("tbody", {}, ...told.rows.map((row) => line(row, told.possible))),
    );
    chart(curve, {
      label: "Right digits of the loss against the margin, for three ways to compute it",
      x: { values: told.curve.margins, name: "margin of the true class" },
      y: {},
      series: [
        { name: "naive", values: told.curve.naive, colour: "var(--series-2)", dashes: "2 4" },
        { name: "shifted", values: told.curve.shifted, colour: "var(--series-4)", dashes: "7 4" },
        { name: "softgrad", values: told.curve.softgrad, colour: "var(--series-1)", dashes: "" },
      ],
    });
  }

  function draw() {
    for (const { name, usual, show } of fields) show(get(name) || usual);
    formula.textContent =
      get("formula") === "shifted"
        ? "p = exp(z − max z) / ∑ exp(z − max z), L = −log p, gradient p − y"
        : "p = exp(z) / ∑ exp(z), L = −log p, gradient p − y";
    logits.drawLogits();
    target.draw("labels");
    ask("/api/digits", query(), drawNumbers);
  }
  draw();
  return draw;
}

// What happens to the exponentials, and to the digits.
function sentence({ z, exponentials, total, largest, rows }) {
  const over = exponentials.findIndex((value) => value === "inf");
  if (over >= 0) {
    return `exp(z) of ${indexed("z", over)} = ${brief(z[over])} is beyond the largest number, ${brief(largest)}: ∞ / ∞ is NaN.`;
  }
  if (total === "inf") return `The sum of the exponentials is beyond ${brief(largest)}.`;
  if (total === 0) return "All exponentials are rounded to 0: 0 / 0 is NaN.";
  const worst = rows.reduce((a, b) => (b.written_digits < a.written_digits ? b : a));
  if (worst.written_digits > 0.8 * worst.own_digits) return "Nothing overflows, and nothing cancels here.";
  return `${nameOf(worst.name)} keeps ${worst.written_digits} digits by the formula; softgrad keeps ${worst.own_digits}.`;
}

function nameOf(name) {
  if (name === "loss") return "The loss";
  return name.startsWith("p_") ? indexed("p", name.slice(2)) : name.replace("g", "G");
}

function line(row, possible) {
  const grade = (digits) => (digits > 0.8 * possible ? "good" : digits < 0.5 * possible ? "bad" : "");
  const number = (value) => (typeof value === "string" ? shown(value) : plain(value));
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, nameOf(row.name)),
    element("td", { class: typeof row.written === "string" ? "bad" : "" }, number(row.written)),
    element("td", { class: grade(row.written_digits) }, row.written_digits.toFixed(1)),
    element("td", {}, row.exact.replaceAll("-", "−")),
    element("td", {}, number(row.own)),
    element("td", { class: grade(row.own_digits) }, row.own_digits.toFixed(1)),
  );
}

// Nine digits, which tell numbers of float32 apart.
function plain(value) {
  return String(Number(value.toPrecision(9))).replaceAll("-", "−");
}
