// Where to begin: links to states that show something, each a question.

import { element } from "./elements.js";

const EXAMPLES = [
  ["Softmax with squared error", "z=1,2,3&loss=squared_error"],
  ["Drop the off-diagonal cells", "z=1,2,3&drop=1"],
  ["Sigmoid: J is diagonal", "z=1,-2,0.5&activation=sigmoid"],
  ["Sparsemax: whole rows of 0", "z=1,1.4,0.2&activation=sparsemax&loss=fenchel_young"],
  ["Predict the signs", "z=0.5,-1,2&predict=1"],
];

export function examples() {
  const links = EXAMPLES.map(([text, state]) =>
    element("li", {}, element("a", { href: `#${state}` }, text)),
  );
  return element(
    "section",
    { class: "card examples", "aria-label": "Try" },
    element("h2", {}, "Try"),
    element("ul", {}, ...links),
  );
}
