// A matrix as a grid: rows i, columns j, colours by sign and size, sums at its ends.

import { element, setStyle } from "./elements.js";
import { asNumber, shown } from "./numbers.js";

// How strong the strongest colour is: text on it stays readable.
const STRONGEST = 78;

// The largest size of a number in a matrix, 1 where there is none but 0.
export function largestOf(rows) {
  const sizes = rows.flat().map((value) => Math.abs(asNumber(value))).filter(Number.isFinite);
  return Math.max(...sizes, 0) || 1;
}

export class Matrix {
  // `options`: label (for those who hear it), row and column (letters of the headers), size
  // ("small", "tiny"), sums (whether rows and columns have sums), pick(i, j) of a cell that is
  // hovered or focused, press(i, j, cell) of one that is clicked or entered.
  constructor(options) {
    this.options = { row: "i", column: "j", size: "", sums: false, ...options };
    this.cells = [];
    this.table = element("table", {
      class: `matrix ${this.options.size}`,
      role: this.options.pick ? "grid" : null,
      "aria-label": this.options.label,
    });
    // Where no cell takes the focus, what scrolls must, so that keys can scroll it.
    const words = { role: "group", "aria-label": this.options.label, tabindex: "0" };
    const scroll = { class: "scroll", ...(this.options.pick ? {} : words) };
    this.place = element("div", scroll, this.table);
    this.focused = [0, 0];
  }

  // `rows` of numbers; sums by row and by column where there are; `largest` has the full colour.
  draw(rows, rowSums = [], columnSums = [], largest = largestOf(rows)) {
    if (this.cells.length !== rows.length || this.cells[0]?.length !== rows[0].length) {
      this.#build(rows.length, rows[0].length);
    }
    rows.forEach((row, i) => {
      row.forEach((value, j) => this.#paint(this.cells[i][j], value, largest));
    });
    rowSums.forEach((sum, i) => this.#write(this.rowSums[i], shown(sum)));
    columnSums.forEach((sum, j) => this.#write(this.columnSums[j], shown(sum)));
  }

  #paint(cell, value, largest) {
    const number = asNumber(value);
    const strength = Number.isFinite(number) ? Math.min(1, Math.abs(number) / largest) : 1;
    setStyle(cell, {
      "--tint": number < 0 ? "var(--negative)" : "var(--positive)",
      "--strength": `${Math.round(STRONGEST * Math.sqrt(strength))}%`,
    });
    if (this.options.size !== "tiny") this.#write(cell, shown(value));
  }

  #write(cell, text) {
    if (cell.textContent !== text) cell.textContent = text;
  }

  #build(rows, columns) {
    const { row, column, sums } = this.options;
    const isTiny = this.options.size === "tiny";
    const heads = Array.from({ length: columns }, (_, j) =>
      element("th", { scope: "col" }, isTiny ? String(j) : `${column} = ${j}`),
    );
    if (sums) heads.push(element("th", { scope: "col" }, "row sum"));
    this.cells = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => this.#cell(i, j)),
    );
    this.rowSums = this.cells.map(() => element("td", { class: "sum" }));
    this.columnSums = heads.slice(0, columns).map(() => element("td", { class: "sum" }));
    const body = this.cells.map((line, i) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, isTiny ? String(i) : `${row} = ${i}`),
        ...line,
        sums ? this.rowSums[i] : null,
      ),
    );
    if (sums) {
      body.push(element("tr", {}, element("th", { scope: "row" }, "sum"), ...this.columnSums));
    }
    const corner = element("td", { class: "sum" });
    this.table.replaceChildren(
      element("thead", {}, element("tr", {}, corner, ...heads)),
      element("tbody", {}, ...body),
    );
    this.focused = [0, 0];
    if (this.options.pick) this.cells[0][0].tabIndex = 0;
  }

  #cell(i, j) {
    const { pick, press } = this.options;
    if (!pick) return element("td", {});
    const cell = element("td", {
      class: "cell",
      role: "gridcell",
      tabindex: "-1",
      "data-cell": `${i},${j}`,
      onmouseenter: () => pick(i, j),
      onfocus: () => {
        this.cells[this.focused[0]][this.focused[1]].tabIndex = -1;
        cell.tabIndex = 0;
        this.focused = [i, j];
        pick(i, j);
      },
      onclick: () => press?.(i, j, cell),
      onkeydown: (event) => this.#move(event, i, j, cell),
    });
    return cell;
  }

  #move(event, i, j, cell) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      this.cells[i + step[0]]?.[j + step[1]]?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.options.press?.(i, j, cell);
    }
  }
}
