// Hessian and Gauss-Newton side by side: where they part, the activation's curvature is.

import { card, element } from "./elements.js";
import { Matrix } from "./matrix.js";
import { get } from "./state.js";

export function secondOrderCards() {
  const hessian = new Matrix({ label: "Hessian by the logits", size: "small" });
  const gaussNewton = new Matrix({ label: "Gauss-Newton matrix", size: "small" });
  const said = element("p", { id: "second-words" });
  const place = element(
    "div",
    { class: "pair" },
    card("Hessian: JᵀHJ + C", "Second derivatives of the loss by two logits.", hessian.place, said),
    card(
      "Gauss-Newton: JᵀHJ",
      "The same without C, the curvature of the activation: never negative for a convex loss.",
      gaussNewton.place,
    ),
  );
  return {
    place,
    draw(told) {
      // (Who predicts J must not read it off the Hessian, which it is for some losses.)
      place.hidden = !told.pair || get("predict") === "1";
      if (!told.pair) return;
      hessian.draw(told.pair.hessian);
      gaussNewton.draw(told.pair.gauss_newton);
      const apart = Math.max(
        ...told.pair.hessian.flat().map((x, k) => Math.abs(x - told.pair.gauss_newton.flat()[k])),
      );
      said.textContent = apart < 1e-12 ? "Here both are the same: C is 0." : "";
    },
  };
}
