// One row of logits: its Jacobian cell by cell, the chain rule, Hessian and Gauss-Newton.

import { ask } from "./asking.js";
import { chainCard } from "./chain_rule.js";
import { element } from "./elements.js";
import { examples } from "./examples.js";
import { jacobianCard } from "./jacobian_card.js";
import { layerControls } from "./layer_controls.js";
import { logitsCard } from "./logits.js";
import { secondOrderCards } from "./second_order.js";
import { query } from "./state.js";
import { offerCode } from "./tools.js";

export const title = "What are i and j?";

export function mount(view) {
  const controls = layerControls();
  const logits = logitsCard();
  const jacobian = jacobianCard();
  const chain = chainCard();
  const second = secondOrderCards();
  view.append(
    element("div", { class: "column side" }, controls.place, examples()),
    element("div", { class: "column" }, logits.place, jacobian.place, chain.place, second.place),
  );

  function drawNumbers(told) {
    offerCode(told.code);
    logits.drawOutputs(told);
    jacobian.draw(told);
    chain.draw(told);
    second.draw(told);
  }

  function draw() {
    controls.draw();
    logits.drawLogits();
    ask("/api/layer", query(), drawNumbers);
  }
  draw();
  return draw;
}
