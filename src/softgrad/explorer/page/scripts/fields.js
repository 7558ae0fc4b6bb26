// Fields: a choice from a list, a number with its slider, a choice between a few, a switch.

import { element, newId } from "./elements.js";
import { brief } from "./numbers.js";

// `entries` of { name, reason }: those with a reason cannot be chosen, and say why.
export function listField(label, id, changed) {
  const select = element("select", { id, onchange: () => changed(select.value) });
  const formula = element("small", {});
  const place = element("div", { class: "field" }, element("label", { for: id }, label));
  place.append(select, formula);
  return {
    place,
    draw(entries, chosen) {
      const text = JSON.stringify([entries, chosen]);
      if (text === place.dataset.drawn) return;
      place.dataset.drawn = text;
      const [fitting, others] = [entries.filter((e) => !e.reason), entries.filter((e) => e.reason)];
      select.replaceChildren(...fitting.map(optionOf));
      if (others.length) {
        const words = { label: "Not here" };
        select.append(element("optgroup", words, ...others.map(optionOf)));
      }
      select.value = chosen;
      formula.textContent = entries.find((entry) => entry.name === chosen)?.formula ?? "";
    },
  };
}

function optionOf({ name, reason }) {
  const text = reason ? `${name}: ${reason}` : name;
  return element("option", { value: name, disabled: Boolean(reason), title: reason }, text);
}

// A slider and the number itself, which may lie beyond the slider's ends.
export function numberField({ label, low, high, step, changed }) {
  const common = { "aria-label": label, step };
  const slider = element("input", {
    ...common,
    type: "range",
    min: low,
    max: high,
    oninput: () => {
      number.value = slider.value;
      changed(Number(slider.value));
    },
  });
  const number = element("input", {
    "aria-label": `${label}, as a number`,
    type: "number",
    step: "any",
    onchange: () => {
      if (number.value === "" || !Number.isFinite(number.valueAsNumber)) return;
      slider.value = number.value;
      changed(number.valueAsNumber);
    },
  });
  return {
    slider,
    number,
    show(value) {
      if (document.activeElement !== number) number.value = brief(value, 6).replace("−", "-");
      if (Number(slider.value) !== value) slider.value = value;
    },
  };
}

// One of a few, as a row of buttons. `choices` of [value, text].
export function choiceField(label, choices, changed) {
  const name = newId("choice");
  const inputs = choices.map(([value]) =>
    element("input", { type: "radio", name, value, onchange: () => changed(value) }),
  );
  const labels = choices.map(([, text], k) =>
    element("label", {}, inputs[k], element("span", {}, text)),
  );
  return {
    place: element("div", { class: "choice", role: "radiogroup", "aria-label": label }, ...labels),
    show(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

export function switchField(label, id, changed) {
  const box = element("input", {
    type: "checkbox",
    role: "switch",
    id,
    onchange: () => changed(box.checked),
  });
  return { place: element("label", { class: "switch" }, box, label), box };
}
