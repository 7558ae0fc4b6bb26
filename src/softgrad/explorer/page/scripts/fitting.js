// What goes with a new choice: a loss for an activation, a target for a loss.

import { numbersOf } from "./numbers.js";

// The target itself where the kind of loss takes it, else the nearest that it does.
export function fittingTarget(kind, classes, text) {
  const numbers = numbersOf(text);
  if (kind === "row") return numbers.length === 1 ? text : "1";
  if (kind === "bounds") return numbers.length === 2 ? text : "1,2";
  const isLabel = numbers.length === 1 && Number.isInteger(numbers[0]);
  if (isLabel && numbers[0] >= 0 && numbers[0] < classes) return text;
  if (kind !== "labels" && numbers.length === classes) return text;
  return String(labelOf(numbers, classes));
}

// The class that a target names or leans to, of so many that there are.
export function labelOf(numbers, classes) {
  const label = numbers.length === 1 ? numbers[0] : numbers.indexOf(Math.max(...numbers));
  return Number.isInteger(label) ? Math.max(0, Math.min(label, classes - 1)) : 0;
}

// The loss itself where it goes with the activation that was asked about, else one that does.
export function fittingLoss(losses, name) {
  const others = losses.filter((one) => !one.reason);
  return others.find((one) => one.name === name) ?? others[0];
}
