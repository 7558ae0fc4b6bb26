// Colours of the style sheets as a canvas takes them.

export function resolved(place, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

// `share` of one colour on another, both as rgb(...) of the page.
export function mixed(one, other, share) {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const [a, b] = [parts(one), parts(other)];
  return `rgb(${[0, 1, 2].map((k) => Math.round(share * a[k] + (1 - share) * b[k])).join(" ")})`;
}
