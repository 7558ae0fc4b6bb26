// The frame: tabs, tools, and which view is drawn.

import { element } from "./elements.js";
import { get, listen, set } from "./state.js";
import { TABS } from "./tabs.js";
import { rememberToken } from "./token.js";
import { tools } from "./tools.js";

const view = document.getElementById("view");
let shownTab = "";
let draw = () => {};

function chosenTab() {
  return Object.hasOwn(TABS, get("tab")) ? get("tab") : "layer";
}

function showTab() {
  const name = chosenTab();
  if (name === shownTab) return false;
  shownTab = name;
  view.replaceChildren();
  view.setAttribute("aria-labelledby", `tab-${name}`);
  for (const button of document.querySelectorAll("#tabs button")) {
    const chosen = button.id === `tab-${name}`;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    if (chosen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  document.title = `${TABS[name].title} · softgrad explorer`;
  draw = TABS[name].mount(view);
  return true;
}

function tabButton([name, tab]) {
  return element(
    "button",
    {
      id: `tab-${name}`,
      role: "tab",
      type: "button",
      "aria-controls": "view",
      onclick: () => set({ tab: name }),
      onkeydown: (event) => moveBetweenTabs(event, name),
    },
    tab.title,
  );
}

// Arrow keys go from tab to tab, as in every list of tabs.
function moveBetweenTabs(event, name) {
  const names = Object.keys(TABS);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = names[(names.indexOf(name) + step + names.length) % names.length];
  set({ tab: next });
  document.getElementById(`tab-${next}`).focus();
}

rememberToken();
document.getElementById("tabs").append(...Object.entries(TABS).map(tabButton));
document.getElementById("tools").append(...tools());
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // what is behind the # is the page's state
  view.focus();
});
listen((names) => {
  if (!showTab()) draw(names);
});
window.addEventListener("softgrad-theme", () => draw(["theme"])); // canvases hold colours
window.addEventListener("resize", () => draw(["size"])); // charts are as wide as their place
showTab();
