// What a browser remembers for a page, where it lets it: in a frame of another page it may not.

export function remembered(storage, key) {
  try {
    return window[storage].getItem(key);
  } catch {
    return null;
  }
}

export function remember(storage, key, value) {
  try {
    window[storage].setItem(key, value);
  } catch {
    // It is then for this visit alone.
  }
}
