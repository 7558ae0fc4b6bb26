// Which layer: activation and loss with their hyper-parameters, and the target.

import { ask } from "./asking.js";
import { element } from "./elements.js";
import { listField, numberField } from "./fields.js";
import { fittingLoss, fittingTarget } from "./fitting.js";
import { tell } from "./notice.js";
import { get, parametersOf, query, set } from "./state.js";
import { targetField } from "./target_field.js";

function without(kind) {
  return Object.fromEntries(parametersOf(kind).map((parameter) => [parameter, null]));
}

function classes() {
  return get("z").split(",").length;
}

function chooseLoss({ name, target }) {
  set({
    ...without("loss"),
    loss: name,
    target: fittingTarget(target, classes(), get("target")),
  });
}

// Asks first, so that the activation comes with a loss that goes with it.
function chooseActivation(name) {
  const asked = new URLSearchParams({ activation: name, z: get("z") });
  ask("/api/choices", asked.toString(), ({ losses }) => {
    const before = losses.find((one) => one.name === get("loss"));
    set({ ...without("activation"), activation: name });
    if (!before.reason) return;
    const loss = fittingLoss(losses, get("loss"));
    chooseLoss(loss);
    tell(`${before.name} ${before.reason}: ${loss.name} is shown instead`, 6);
  });
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

// `domain` is the kind of outputs that there is a picture of, or nothing for any.
export function layerControls(domain = "") {
  let told = null;
  let asked = "";
  const activation = listField("Activation", "activation", chooseActivation);
  const loss = listField("Loss", "loss", (name) =>
    chooseLoss(told.losses.find((one) => one.name === name)),
  );
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
  );

  function shownActivations() {
    if (!domain) return told.activations;
    const reason = "gives no probabilities of classes";
    return told.activations.map((one) => (one.domain === domain ? one : { ...one, reason }));
  }

  function drawChoices() {
    const [chosen, chosenLoss] = [get("activation"), get("loss")];
    activation.draw(shownActivations(), chosen);
    loss.draw(told.losses, chosenLoss);
    ofActivation.draw(told.activations.find((one) => one.name === chosen));
    const kind = told.losses.find((one) => one.name === chosenLoss);
    if (!kind) return; // of a link with a name that there is none of, which the notice says
    ofLoss.draw(kind);
    target.draw(kind.target);
  }

  // What can be chosen hangs on the activation and the number of classes; a drag asks for nothing.
  return {
    place,
    draw() {
      const ofEntries = ["activation", ...parametersOf("activation")].map(get);
      const wanted = [classes(), ...ofEntries].join(" ");
      if (wanted !== asked) {
        asked = wanted;
        ask("/api/choices", query(), (answer) => {
          told = answer;
          drawChoices();
        });
      } else if (told) drawChoices();
    },
  };
}
