// One line at the bottom, for what was done (which goes away) and what failed (which stays).

let timer = 0;

export function tell(text, seconds = 0) {
  const place = document.getElementById("notice");
  window.clearTimeout(timer);
  if (place.textContent !== text) place.textContent = text;
  if (seconds) timer = window.setTimeout(() => tell(""), 1000 * seconds);
}

export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    tell(said, 3);
  } catch {
    tell("The browser does not let this page write to the clipboard.", 5);
  }
}
