// What stands at the right of the header: learning, links, code, light and dark.

import { element } from "./elements.js";
import { copy } from "./notice.js";
import { get, listen, set } from "./state.js";
import { remember, remembered } from "./storage.js";

let code = "";

// The Python that gives the numbers of the view; "" takes the button away.
export function offerCode(text) {
  code = text;
  document.getElementById("copy-python").hidden = !text;
}

export function tools() {
  return [learning(), codeButton(), linkButton(), themeButton()];
}

function learning() {
  const box = element("input", {
    type: "checkbox",
    role: "switch",
    id: "predict",
    onchange: () => set({ predict: box.checked ? "1" : null }),
  });
  const sync = () => {
    box.checked = get("predict") === "1";
    label.hidden = !["", "layer"].includes(get("tab"));
  };
  const label = element("label", { class: "switch" }, box, "Predict first");
  listen(sync);
  sync();
  return label;
}

function codeButton() {
  return element(
    "button",
    {
      type: "button",
      class: "plain",
      id: "copy-python",
      hidden: true,
      onclick: () => copy(code, "Python copied: it gives the numbers of this view"),
    },
    "Copy Python",
  );
}

function linkButton() {
  const copyLink = () => copy(window.location.href, "Link copied: it shows the same");
  return element(
    "button",
    { type: "button", class: "plain", id: "copy-link", onclick: copyLink },
    "Copy link",
  );
}

function themeButton() {
  const root = document.documentElement;
  const stored = remembered("localStorage", "softgrad-theme");
  if (stored) root.dataset.theme = stored;
  const isDark = () =>
    root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
  const button = element("button", { type: "button", class: "plain", id: "theme" });
  const name = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember("localStorage", "softgrad-theme", root.dataset.theme);
    name();
    window.dispatchEvent(new Event("softgrad-theme"));
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    name();
    window.dispatchEvent(new Event("softgrad-theme"));
  });
  name();
  return button;
}
