// Elements in one call: element("button", { class: "plain", onclick: f }, "text", child).

const SVG = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") setStyle(made, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function drawn(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// Through the object model, which the page's policy allows; written as text it would be refused.
export function setStyle(made, properties) {
  for (const [name, value] of Object.entries(properties)) made.style.setProperty(name, value);
}

export function card(title, said, ...children) {
  const heading = element("h2", {}, title);
  const text = said ? element("p", {}, said) : null;
  return element("section", { class: "card", "aria-label": title }, heading, text, ...children);
}

let last = 0;

export function newId(what) {
  last += 1;
  return `${what}-${last}`;
}
