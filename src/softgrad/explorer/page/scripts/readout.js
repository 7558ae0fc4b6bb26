// A sentence beside numbers. It is read aloud where somebody has asked for it by going to a cell,
// not where a drag changes what it says many times a second.

import { element } from "./elements.js";

export function readout(id = null) {
  const place = element("div", { class: "readout", role: "status", id });
  function write(text, live) {
    place.setAttribute("aria-live", live);
    if (place.textContent !== text) place.textContent = text;
  }
  return {
    place,
    say: (text) => write(text, "polite"),
    update: (text) => write(text, "off"),
  };
}
