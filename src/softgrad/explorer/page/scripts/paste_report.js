// What the checker found out: verdicts, the line to write, heat maps.

import { card, element } from "./elements.js";
import { Matrix, largestOf } from "./matrix.js";
import { copy } from "./notice.js";
import { shown } from "./numbers.js";
import { readout } from "./readout.js";

const MARKS = { correct: "✓", wrong: "✗", inconclusive: "?" };
const MOST_WITH_NUMBERS = 6;

// Fills `place`; gives back one line that says it all. `code` is the field that was checked.
export function drawAnswer(place, answer, code) {
  if (answer.error || answer.refusal) {
    place.replaceChildren(refusalCard(answer, code), ...printedCards(answer));
    return answer.error ? "" : "No verdict.";
  }
  const reports = answer.reports.map((one) => reportCard(one, code));
  place.replaceChildren(...reports, ...notRun(answer.notes, code), ...printedCards(answer));
  return summary(answer.reports);
}

function summary(reports) {
  const verdicts = reports.map((one) => one.report?.verdict ?? "not run");
  const [first] = reports;
  if (reports.length === 1) return verdictWords(first);
  const counts = ["wrong", "correct", "inconclusive", "not run"].map((verdict) => [
    verdicts.filter((one) => one === verdict).length,
    verdict,
  ]);
  const told = counts.filter(([count]) => count).map(([count, verdict]) => `${count} ${verdict}`);
  return `${reports.length} derivatives: ${told.join(", ")}`;
}

function verdictWords({ report }) {
  if (!report) return "not run";
  const limit = report.qualification ? `, ${report.qualification}` : "";
  return `${report.verdict}${report.diagnosis ? `: ${report.diagnosis}` : ""}${limit}`;
}

function refusalCard(answer, code) {
  const text = answer.error ?? answer.refusal;
  const said = element("p", { class: "refused" }, text);
  return card("No verdict", "", said, lineButton(lineIn(text), code));
}

function reportCard(one, code) {
  const { report } = one;
  if (!report) {
    const said = element("p", { class: "refused" }, one.refusal);
    return card(`${one.name}: not run`, "", said, lineButton(one.line, code));
  }
  const owner = one.name === one.function ? "" : `${one.name}: `;
  const verdict = `${MARKS[report.verdict]} ${verdictWords(one)}`;
  return card(
    `${owner}${one.function} and ${one.derivative}`,
    "",
    element("p", { class: `verdict ${report.verdict}` }, verdict),
    element("p", { class: "said" }, report.text),
    ...instead(report),
    report.verdict === "correct" ? null : lineButton(one.line, code),
    report.matrices ? heatMaps(report.matrices) : null,
  );
}

function instead({ code, note }) {
  if (!code) return [];
  const button = element(
    "button",
    { type: "button", class: "plain", onclick: () => copy(code, "Copied") },
    "Copy",
  );
  return [
    element("h3", {}, "Write instead"),
    element("div", { class: "instead" }, element("pre", { tabindex: "0" }, code), button),
    note ? element("p", {}, note) : null,
  ];
}

function heatMaps({ row, theirs, reference, difference }) {
  const largest = Math.max(largestOf(theirs), largestOf(reference));
  const words = (i, j) =>
    `d output i = ${i} / d input j = ${j}: claimed ${shown(theirs[i][j])}, ` +
    `true ${shown(reference[i][j])}, claimed − true = ${shown(difference[i][j])}`;
  const said = readout();
  said.update("Hover a cell, or move with the arrow keys.");
  const size = theirs[0].length > MOST_WITH_NUMBERS ? "tiny" : "small";
  const maps = { Claimed: theirs, True: reference, "Claimed − true": difference };
  const drawn = Object.entries(maps).map(([label, numbers]) => {
    const matrix = new Matrix({
      label,
      size,
      pick: (i, j) => said.say(words(i, j)),
    });
    matrix.draw(numbers, [], [], largest);
    return element("div", { class: "claimed-map" }, element("h3", {}, label), matrix.place);
  });
  return element(
    "div",
    {},
    element("div", { class: "three" }, ...drawn),
    element("p", {}, `Row ${row} of the batch, where the two are furthest apart.`),
    said.place,
  );
}

function notRun(notes, code) {
  if (!notes.length) return [];
  const lines = notes.map((note) => element("li", {}, note, " ", lineButton(lineIn(note), code)));
  const said = "The rest was checked without these lines.";
  const made = card("Not run", said, element("ul", {}, ...lines));
  if (notes.some((note) => note.includes("Operation not permitted"))) {
    const why = "Pasted code starts no process, opens no connection and writes no file.";
    made.append(element("p", {}, why));
  }
  return [made];
}

function printedCards({ printed }) {
  return printed ? [card("What it printed", "", element("pre", { tabindex: "0" }, printed))] : [];
}

function lineIn(text) {
  return Number(/\bline (\d+)/.exec(text)?.[1] ?? 0);
}

function lineButton(number, code) {
  if (!number) return null;
  const onclick = () => code.showLine(number);
  return element("button", { type: "button", class: "plain", onclick }, `Show line ${number}`);
}
