// What the page shows is the text behind the # of its address: a link to it shows the same.

const DEFAULTS = {
  tab: "layer",
  z: "1,2,3",
  activation: "softmax",
  loss: "cross_entropy",
  target: "2",
};

const listeners = new Set();
let values = read();

function read() {
  return new URLSearchParams(window.location.hash.slice(1));
}

export function get(name) {
  return values.get(name) ?? DEFAULTS[name] ?? "";
}

export function has(name) {
  return values.has(name);
}

// Change several at once; null takes a name away.
export function set(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === DEFAULTS[name]) values.delete(name);
    else values.set(name, value);
  }
  const text = values.toString().replaceAll("%2C", ",").replaceAll("%3B", ";");
  const { pathname } = window.location;
  const address = text ? `${pathname}#${text}` : pathname;
  if ("tab" in changes) window.history.pushState(null, "", address); // the way back is by tabs
  else window.history.replaceState(null, "", address);
  tell(Object.keys(changes));
}

export function listen(listener) {
  listeners.add(listener);
}

// All of it, defaults too, as the server reads it: but for code, which is sent to be run alone.
export function query() {
  const all = new URLSearchParams(DEFAULTS);
  for (const [name, value] of values) all.set(name, value);
  all.delete("code");
  return all.toString();
}

// Names such as activation.temperature, of an entry that is no longer chosen.
export function parametersOf(kind) {
  return [...values.keys()].filter((name) => name.startsWith(`${kind}.`));
}

function tell(names) {
  for (const listener of listeners) listener(names);
}

window.addEventListener("hashchange", () => {
  values = read();
  tell(["tab", ...values.keys()]);
});
