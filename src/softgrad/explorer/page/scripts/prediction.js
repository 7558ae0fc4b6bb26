// Predict, then reveal: which cells are negative, and what a row sums to.

import { element } from "./elements.js";
import { asNumber, numbersOf, shown, textOf } from "./numbers.js";
import { get, set } from "./state.js";

export class Prediction {
  #told = null;
  #marked = new Set();
  #asked = ""; // the state that the question is about
  #revealed = false;

  constructor(matrix, changed) {
    this.matrix = matrix;
    this.changed = changed;
    this.sum = element("input", {
      type: "text",
      inputmode: "decimal",
      id: "predicted-sum",
      autocomplete: "off",
      size: 6,
    });
    this.verdict = element("p", { class: "value-line", role: "status", id: "verdict" });
    this.question = element(
      "p",
      { id: "question" },
      "Which cells are negative? Mark each with a click or Enter, say what row 0 sums to, and reveal.",
    );
    const again = () => this.#another();
    this.answer = element(
      "div",
      { class: "row predicting" },
      element("label", { class: "row", for: "predicted-sum" }, "Row 0 sums to"),
      this.sum,
      this.#button("Reveal", "main", () => this.#reveal()),
      this.#button("Another row of logits", "", again),
      this.verdict,
    );
  }

  get isHidden() {
    return get("predict") === "1" && !this.#revealed;
  }

  mark(i, j) {
    if (!this.isHidden) return;
    const name = `${i},${j}`;
    if (!this.#marked.delete(name)) this.#marked.add(name);
    this.#cover();
  }

  draw(told) {
    this.#told = told;
    const predicting = get("predict") === "1";
    const now = predicting ? `${get("z")} ${told.activation}` : "";
    if (now !== this.#asked) {
      this.#asked = now;
      this.#revealed = false;
      this.#marked.clear();
      this.sum.value = "";
      this.verdict.textContent = "";
      this.#each((cell) => this.#plain(cell));
    }
    this.question.hidden = this.answer.hidden = !predicting;
    if (this.isHidden) this.#cover();
    else if (predicting) this.#judge();
  }

  #cover() {
    this.#each((cell, i, j) => {
      const marked = this.#marked.has(`${i},${j}`);
      cell.textContent = marked ? "−" : "?";
      cell.classList.add("asked");
      cell.setAttribute("aria-selected", String(marked));
      cell.setAttribute("aria-label", marked ? "marked as negative" : "not marked");
      cell.style.setProperty("--tint", "var(--negative)");
      cell.style.setProperty("--strength", marked ? "60%" : "0%");
    });
    for (const cell of [...this.matrix.rowSums, ...this.matrix.columnSums]) cell.textContent = "?";
  }

  #reveal() {
    this.#revealed = true;
    this.#each((cell) => this.#plain(cell));
    const { jacobian, row_sums, column_sums } = this.#told;
    this.matrix.draw(jacobian, row_sums, column_sums);
    this.#judge();
    this.changed();
  }

  #judge() {
    let right = 0;
    this.#each((cell, i, j) => {
      const negative = asNumber(this.#told.jacobian[i][j]) < 0;
      const isRight = negative === this.#marked.has(`${i},${j}`);
      right += isRight ? 1 : 0;
      cell.classList.toggle("right", isRight);
      cell.classList.toggle("wrong", !isRight);
    });
    this.verdict.textContent = `${right} of ${this.#told.jacobian.length ** 2} cells right; ${this.#ofSum()}`;
  }

  #ofSum() {
    const truth = this.#told.row_sums[0];
    const said = Number(this.sum.value.replace(",", ".").replace("−", "-"));
    if (this.sum.value.trim() === "") return `row 0 sums to ${shown(truth)}.`;
    const near = Math.abs(said - truth) <= Math.max(1e-3, 0.01 * Math.abs(truth));
    return near ? `the sum of row 0 is right: ${shown(truth)}.` : `row 0 sums to ${shown(truth)}.`;
  }

  #another() {
    const draws = numbersOf(get("z")).map(() => Math.round(60 * (Math.random() - 0.5)) / 10);
    set({ z: textOf(draws) });
  }

  #plain(cell) {
    cell.classList.remove("asked", "right", "wrong");
    cell.removeAttribute("aria-selected");
    cell.removeAttribute("aria-label");
  }

  #each(visit) {
    this.matrix.cells.forEach((row, i) => row.forEach((cell, j) => visit(cell, i, j)));
  }

  #button(text, kind, onclick) {
    return element("button", { type: "button", class: `plain ${kind}`, onclick }, text);
  }
}
