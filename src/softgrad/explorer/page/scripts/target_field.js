// The target: a label, or a number for each class; of some losses one value, or two bounds.

import { element } from "./elements.js";
import { choiceField, numberField } from "./fields.js";
import { fittingTarget, labelOf } from "./fitting.js";
import { indexed, numbersOf, textOf } from "./numbers.js";
import { get, set } from "./state.js";

export function targetField() {
  const mode = choiceField("Kind of target", [["label", "a label"], ["entries", "each class"]], change);
  const body = element("div", {});
  const place = element("div", { class: "field" }, element("span", {}, "Target"), mode.place, body);
  let kind = "classes";
  let fields = [];

  function classes() {
    return numbersOf(get("z")).length;
  }

  function change(value) {
    const label = labelOf(numbersOf(get("target")), classes());
    set({ target: value === "label" ? String(label) : textOf(spread(label)) });
  }

  // A label as a distribution that is not quite sure.
  function spread(label) {
    const n = classes();
    return Array.from({ length: n }, (_, k) => (k === label ? 0.8 : 0.2 / (n - 1)));
  }

  function drawSliders(numbers) {
    if (fields.length !== numbers.length) {
      fields = numbers.map((_, k) =>
        numberField({
          label: `target ${k}`,
          low: 0,
          high: kind === "row" || kind === "bounds" ? 5 : 1,
          step: 0.01,
          changed: (value) => {
            const all = numbersOf(get("target"));
            set({ target: textOf(all.map((old, other) => (other === k ? value : old))) });
          },
        }),
      );
      body.replaceChildren(
        ...fields.map((field, k) =>
          element(
            "div",
            { class: "with-slider named" },
            element("span", {}, indexed("t", k)),
            field.slider,
            field.number,
          ),
        ),
      );
    }
    numbers.forEach((number, k) => fields[k].show(number));
  }

  function drawLabels(label) {
    fields = [];
    const n = classes();
    if (body.dataset.labels !== String(n) || !body.querySelector(".choice")) {
      body.dataset.labels = n;
      const choices = Array.from({ length: n }, (_, k) => [String(k), String(k)]);
      body.labels = choiceField("True class", choices, (value) => set({ target: value }));
      body.replaceChildren(body.labels.place);
    }
    body.labels.show(String(label));
  }

  return {
    place,
    draw(targetKind) {
      kind = targetKind;
      const text = fittingTarget(kind, classes(), get("target"));
      if (text !== get("target")) {
        set({ target: text });
        return;
      }
      const numbers = numbersOf(text);
      const fixed = kind === "row" || kind === "bounds" || classes() === 1;
      const isLabel = !fixed && numbers.length === 1;
      mode.place.hidden = fixed || kind === "labels";
      mode.show(isLabel ? "label" : "entries");
      if (isLabel) drawLabels(numbers[0]);
      else drawSliders(numbers);
    },
  };
}
