// Numbers as texts. What JSON has no spelling for comes as "inf", "-inf" or "nan".

const NAMES = { inf: "∞", "-inf": "−∞", nan: "NaN" };

export function shown(value, decimals = 4) {
  if (typeof value === "string") return NAMES[value] ?? value;
  if (value === 0) return "0";
  const hidden = Math.abs(value) < 0.5 * 10 ** -decimals || Math.abs(value) >= 1e5;
  const text = hidden ? value.toExponential(Math.max(0, decimals - 2)) : value.toFixed(decimals);
  return text.replaceAll("-", "−");
}

// A short text for axes and fields, without zeros at its end.
export function brief(value, digits = 4) {
  return String(Number(Number(value).toPrecision(digits))).replace("-", "−");
}

export function asNumber(value) {
  if (typeof value !== "string") return value;
  return { inf: Infinity, "-inf": -Infinity }[value] ?? NaN;
}

// Below the line: z₀, p₁₂.
export function indexed(letter, index) {
  return letter + [...String(index)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
}

export function numbersOf(text) {
  return text.split(",").map(Number);
}

export function textOf(numbers) {
  return numbers.map((number) => Number(number.toPrecision(12))).join(",");
}
