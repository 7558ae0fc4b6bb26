// The Jacobian, with a sentence about the cell that is hovered or focused.

import { card, element } from "./elements.js";
import { Matrix } from "./matrix.js";
import { Prediction } from "./prediction.js";
import { readout } from "./readout.js";

export function jacobianCard() {
  const words = readout("cell-words");
  let told = null;
  let at = [1, 0];

  const matrix = new Matrix({
    label: "Jacobian: outputs i by logits j",
    sums: true,
    pick: (i, j) => {
      at = [i, j];
      words.say(sentence());
    },
    press: (i, j) => prediction.mark(i, j),
  });
  const prediction = new Prediction(matrix, () => words.say(sentence()));
  const place = card(
    "Jacobian J: how output i changes with logit j",
    "Row i is an output, column j a logit. Hover a cell, or move with the arrow keys.",
    prediction.question,
    element("div", { class: "beside" }, matrix.place, words.place),
    prediction.answer,
  );

  function sentence() {
    if (!told) return "";
    const [i, j] = at.map((index) => Math.min(index, told.words.length - 1));
    return prediction.isHidden
      ? `output i = ${i}, logit j = ${j}: is the derivative negative?`
      : told.words[i][j];
  }

  return {
    place,
    draw(answer) {
      told = answer;
      matrix.draw(told.jacobian, told.row_sums, told.column_sums);
      prediction.draw(told);
      words.update(sentence());
    },
  };
}
