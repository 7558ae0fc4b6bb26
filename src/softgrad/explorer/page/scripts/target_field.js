// The target: a label, or a number for each class; of some losses one value, or two bounds.

import { element } from "./elements.js";
import { choiceField, numberField } from "./fields.js";
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
    const now = numbersOf(get("target"));
    if (value === "label") set({ target: String(now.indexOf(Math.max(...now))) });
    else set({ target: textOf(spread(now)) });
  }

  // A label as a distribution that is not quite sure.
  function spread(now) {
    const n = classes();
    if (now.length === n && n > 1) return now;
    const label = Number.isInteger(now[0]) && now[0] < n ? now[0] : 0;
    return Array.from({ length: n }, (_, k) => (k === label ? 0.8 : 0.2 / (n - 1)));
  }

  function wanted() {
    if (kind === "row") return 1;
    return kind === "bounds" ? 2 : classes();
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
      const numbers = numbersOf(get("target"));
      const fixed = kind === "row" || kind === "bounds" || classes() === 1;
      mode.place.hidden = fixed || kind === "labels";
      const isLabel = !fixed && (numbers.length === 1 || kind === "labels");
      mode.show(isLabel ? "label" : "entries");
      if (isLabel && numbers.length === 1 && numbers[0] < classes()) drawLabels(numbers[0]);
      else if (isLabel) set({ target: "0" });
      else if (numbers.length === wanted()) drawSliders(numbers);
      else if (fixed) set({ target: kind === "bounds" ? "1,2" : "1" });
      else set({ target: textOf(spread(numbers)) });
    },
  };
}
