// A field for code, in which Tab indents and which the keyboard can leave all the same.

import { element } from "./elements.js";

const INDENT = "    ";

// `submit` is called by Ctrl+Enter.
export function codeField(label, id, submit) {
  const hint = `${id}-hint`;
  const area = element("textarea", {
    id,
    class: "code",
    rows: 14,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    wrap: "off",
    "aria-describedby": hint,
    onkeydown: handle,
    onblur: () => (leaves = false),
  });
  // After Escape the next Tab goes to the next field, as it does everywhere else.
  let leaves = false;

  function handle(event) {
    if (event.key === "Escape") leaves = true;
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === "Tab" && !event.shiftKey && !leaves) {
      event.preventDefault();
      insert(INDENT);
    }
  }

  // As if it were typed, so that it can be undone.
  function insert(text) {
    const done = document.execCommand("insertText", false, text);
    if (!done) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  }

  // Selects a line, counted from 1.
  function showLine(number) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
    area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, number - 4);
  }

  const place = element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    area,
    element("small", { id: hint }, "Tab indents; Esc and then Tab goes on. Ctrl+Enter checks."),
  );
  return { place, area, showLine };
}
