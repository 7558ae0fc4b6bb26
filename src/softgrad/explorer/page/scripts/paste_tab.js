// Code that is pasted: what the checker says of its derivatives, with heat maps.

import { answerTo } from "./asking.js";
import { card, element } from "./elements.js";
import { codeField } from "./code_field.js";
import { EXAMPLES, example } from "./paste_examples.js";
import { drawAnswer } from "./paste_report.js";
import { get, has, set } from "./state.js";
import { tokenHeaders } from "./token.js";
import { offerCode } from "./tools.js";

export const title = "Check your own";

// A longer text makes an address that programs cut off, so that a link is without it.
const LONGEST_IN_LINK = 4000;

// What was typed and answered stays while another tab is looked at, and so does a check.
const kept = { code: null, answer: null, waiting: null };
let refresh = () => {};

export function mount(view) {
  offerCode("");
  const code = codeField("Python", "pasted-code", check);
  const results = element("div", { class: "column", id: "pasted-results" });
  const status = element("p", { role: "status", id: "pasted-status" });
  const fields = ["name", "derivative", "init"].map(textField);
  const go = element("button", { type: "submit", class: "plain main", id: "check" }, "Check");
  const onclick = () => kept.waiting?.abort();
  const stop = element("button", { type: "button", class: "plain", onclick }, "Stop");

  const naming = element(
    "details",
    { open: fields.some((field) => field.input.value) },
    element("summary", {}, "What is not recognised by its name"),
    ...fields.map((field) => field.place),
  );
  const form = element(
    "form",
    { onsubmit: (event) => (event.preventDefault(), check()) },
    examples(),
    code.place,
    naming,
    element("div", { class: "row" }, go, stop, status),
  );
  const place = card(
    "Paste a function and its derivative",
    "NumPy, PyTorch or JAX; a class with forward and backward, too. It runs on this computer, in a " +
      "process that starts no other, opens no connection and writes no file, for 30 seconds, 2 GB " +
      "and 1 MB of output at most.",
    form,
  );
  place.classList.add("code-card");
  view.append(element("div", { class: "wide column" }, place, results));
  code.area.addEventListener("change", keep);
  code.area.addEventListener("input", () => {
    if (kept.answer) status.textContent = "The code has changed since it was checked.";
  });

  function keep() {
    kept.code = code.area.value;
    set({ code: kept.code.length > LONGEST_IN_LINK ? null : kept.code });
  }

  function show() {
    [go.disabled, stop.hidden] = [Boolean(kept.waiting), !kept.waiting];
    results.replaceChildren();
    status.textContent = kept.waiting ? "Checking …" : "";
    if (!kept.answer) return;
    status.textContent = drawAnswer(results, kept.answer, code);
    if (kept.answer.refusal?.includes("Name the two")) naming.open = true;
  }

  async function check() {
    if (kept.waiting) return;
    keep();
    const [name, derivative, init] = fields.map((field) => field.input.value);
    [kept.answer, kept.waiting] = [null, new AbortController()];
    refresh();
    const answer = await verdictOn({ code: kept.code, name, derivative, init }, kept.waiting.signal);
    [kept.answer, kept.waiting] = [answer, null];
    refresh();
  }

  function replaceCode(text) {
    code.area.value = text;
    kept.answer = null;
    show();
  }

  function examples() {
    const select = element("select", { id: "example" }, element("option", { value: "" }, "…"));
    select.append(...Object.entries(EXAMPLES).map(([value, text]) => option(value, text)));
    select.addEventListener("change", async () => {
      if (!select.value) return;
      replaceCode(await example(select.value));
      set({ name: null, derivative: null, init: null });
      keep();
    });
    return element(
      "div",
      { class: "field" },
      element("label", { for: "example" }, "Load an example"),
      select,
    );
  }

  async function draw(names) {
    for (const field of fields) field.input.value = get(field.name);
    if (names && !names.includes("code")) return;
    const isNew = names || !kept.answer;
    const before = has("code") ? get("code") : kept.code;
    const text = before ?? (await example(Object.keys(EXAMPLES)[0]));
    if (code.area.value === text) return;
    if (isNew) replaceCode(text);
    else code.area.value = text;
  }
  refresh = show;
  show();
  draw();
  return draw;
}

const WORDS = {
  name: ["Function or class", "its name; empty for all that is recognised"],
  derivative: ["Derivative", "its name, if the first is a function's"],
  init: ["Arguments of the class's constructor", "10, 5 or units=5; empty to have them guessed"],
};

function textField(name) {
  const [label, hint] = WORDS[name];
  const id = `pasted-${name}`;
  const input = element("input", {
    type: "text",
    id,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    value: get(name),
    onchange: () => set({ [name]: input.value || null }),
  });
  const place = element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    input,
    element("small", {}, hint),
  );
  return { name, place, input };
}

function option(value, text) {
  return element("option", { value }, text);
}

function verdictOn(told, signal) {
  const headers = { "Content-Type": "application/json", ...tokenHeaders() };
  return answerTo("/api/check", { method: "POST", headers, body: JSON.stringify(told), signal });
}
