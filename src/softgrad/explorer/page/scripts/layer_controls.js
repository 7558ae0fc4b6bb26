// Which layer: activation and loss with their hyper-parameters, and the target.

import { ask } from "./asking.js";
import { element } from "./elements.js";
import { listField, numberField } from "./fields.js";
import { get, parametersOf, query, set } from "./state.js";
import { targetField } from "./target_field.js";

function choose(kind, name) {
  const gone = Object.fromEntries(parametersOf(kind).map((parameter) => [parameter, null]));
  set({ ...gone, [kind]: name });
}

// The sliders of an entry's hyper-parameters, made anew where another entry is chosen.
function parameterFields(kind) {
  const place = element("div", {});
  let fields = [];
  return {
    place,
    draw(entry) {
      if (place.dataset.of !== entry.name) {
        place.dataset.of = entry.name;
        fields = entry.parameters.map((one) => [one, parameterField(kind, one)]);
        place.replaceChildren(
          ...fields.map(([one, field]) =>
            element(
              "div",
              { class: "field" },
              element("span", {}, one.name),
              element("div", { class: "with-slider" }, field.slider, field.number),
            ),
          ),
        );
      }
      for (const [one, field] of fields) {
        field.show(Number(get(`${kind}.${one.name}`) || one.default));
      }
    },
  };
}

// Where a range has no end the slider has one: five times the default, or 5.
function parameterField(kind, { name, low, high, open_low, step, default: usual }) {
  const reach = Math.max(5, 5 * Math.abs(usual));
  const least = low === "-inf" ? -reach : low;
  const most = high === "inf" || high > 50 ? least + reach : high;
  const by = step || (most - least) / 100;
  return numberField({
    label: `${name} of the ${kind}`,
    low: open_low ? least + by : least,
    high: most,
    step: by,
    changed: (value) => set({ [`${kind}.${name}`]: value === usual ? null : String(value) }),
  });
}

export function layerControls(...more) {
  const activation = listField("Activation", "activation", (name) => choose("activation", name));
  const loss = listField("Loss", "loss", (name) => choose("loss", name));
  const ofActivation = parameterFields("activation");
  const ofLoss = parameterFields("loss");
  const target = targetField();
  const place = element(
    "section",
    { class: "card", "aria-label": "The layer" },
    element("h2", {}, "The layer"),
    activation.place,
    ofActivation.place,
    loss.place,
    ofLoss.place,
    target.place,
    ...more,
  );

  function drawChoices(told) {
    const [chosen, chosenLoss] = [get("activation"), get("loss")];
    activation.draw(told.activations, chosen);
    loss.draw(told.losses, chosenLoss);
    ofActivation.draw(told.activations.find((one) => one.name === chosen));
    const kind = told.losses.find((one) => one.name === chosenLoss);
    if (!kind) return; // of a link with a name that there is none of, which the notice says
    ofLoss.draw(kind);
    target.draw(kind.target);
  }

  // What can be chosen hangs on the activation and the number of classes; a drag asks for nothing.
  let told = null;
  let asked = "";
  return {
    place,
    draw() {
      const classes = get("z").split(",").length;
      const ofEntries = ["activation", ...parametersOf("activation")].map(get);
      const wanted = [classes, ...ofEntries].join(" ");
      if (wanted !== asked) {
        asked = wanted;
        ask("/api/choices", query(), (answer) => {
          told = answer;
          drawChoices(told);
        });
      } else if (told) drawChoices(told);
    },
  };
}
