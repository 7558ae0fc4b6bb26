// The logits as sliders, with the output that each becomes as a bar beside it.

import { card, element, setStyle } from "./elements.js";
import { numberField } from "./fields.js";
import { labelOf } from "./fitting.js";
import { asNumber, brief, indexed, numbersOf, shown, textOf } from "./numbers.js";
import { get, set } from "./state.js";

const MOST = 8;
const REACH = 6;

export function logitsCard({ resizable = true } = {}) {
  const rows = element("div", { id: "logits" });
  const count = element("div", { class: "row" });
  const total = element("p", { class: "value-line", id: "output-sum" });
  const place = card(
    "Logits z and outputs",
    "Drag a logit, or focus it and use the arrow keys: every output of its row moves.",
    rows,
    element("div", { class: "row apart" }, count, total),
  );
  let lines = [];

  function change(k, value) {
    const z = numbersOf(get("z"));
    set({ z: textOf(z.map((old, other) => (other === k ? value : old))) });
  }

  function line(k) {
    const field = numberField({
      label: `logit ${k}`,
      low: -REACH,
      high: REACH,
      step: 0.05,
      changed: (value) => change(k, value),
    });
    const fill = element("i", {});
    const zero = element("b", { hidden: true });
    const name = element("span", { class: "name" });
    const value = element("span", { class: "value" });
    const row = element(
      "div",
      { class: "logit" },
      element("span", { class: "name" }, indexed("z", k)),
      field.slider,
      field.number,
      name,
      element("div", { class: "track" }, fill, zero),
      value,
    );
    return { row, field, fill, zero, name, value };
  }

  function button(text, change, disabled) {
    return element("button", { type: "button", class: "plain", onclick: change, disabled }, text);
  }

  function build(n) {
    lines = Array.from({ length: n }, (_, k) => line(k));
    rows.replaceChildren(...lines.map((one) => one.row));
    const z = () => numbersOf(get("z"));
    const resize = (numbers) => {
      const label = labelOf(numbersOf(get("target")), numbers.length);
      set({ z: textOf(numbers), target: String(label) });
    };
    if (!resizable) return;
    count.replaceChildren(
      button("One class less", () => resize(z().slice(0, -1)), n <= 2),
      button("One more", () => resize([...z(), 0]), n >= MOST),
    );
  }

  return {
    place,
    drawLogits() {
      const z = numbersOf(get("z"));
      if (lines.length !== z.length) build(z.length);
      z.forEach((value, k) => lines[k].field.show(value));
    },
    drawOutputs(told) {
      if (told.output.length !== lines.length) return;
      const letter = told.is_probability ? "p" : "a";
      const numbers = told.output.map(asNumber);
      const [low, high] = span(told.span, numbers);
      const width = high - low;
      numbers.forEach((number, k) => {
        const { field, fill, zero, name, value } = lines[k];
        const from = Math.max(low, Math.min(number, 0, high));
        const to = Math.min(high, Math.max(number, 0, low));
        setStyle(fill, {
          left: `${(100 * (from - low)) / width}%`,
          width: `${(100 * (to - from)) / width}%`,
          background: number < 0 ? "var(--negative)" : "var(--series-1)",
        });
        zero.hidden = low >= 0;
        setStyle(zero, { left: `${(100 * -low) / width}%` });
        name.textContent = indexed(letter, k);
        value.textContent = shown(told.output[k]);
        const words = `${brief(field.slider.value)}; output ${k} is ${value.textContent}`;
        field.slider.setAttribute("aria-valuetext", words);
      });
      const sum = numbers.reduce((a, b) => a + b, 0);
      total.textContent = told.is_probability ? `sum of p = ${shown(Number(sum.toFixed(12)))}` : "";
    },
  };
}

// Between which numbers the bars stand: the outputs' own ends, or what holds them all.
function span(ends, numbers) {
  if (ends) return ends;
  const finite = numbers.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite);
  return low === high ? [0, 1] : [low, high];
}
