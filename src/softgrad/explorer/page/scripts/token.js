// The token of the printed address, without which the server runs no code. It is taken out of the
// address, so that a link that is passed on does not carry it.

import { remember, remembered } from "./storage.js";

const KEY = "softgrad-token";

export function rememberToken() {
  const search = new URLSearchParams(window.location.search);
  if (!search.has("token")) return;
  remember("sessionStorage", KEY, search.get("token"));
  search.delete("token");
  const rest = search.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", pathname + (rest ? `?${rest}` : "") + hash);
}

// The headers of a request that runs code.
export function tokenHeaders() {
  return { "X-Softgrad-Token": remembered("sessionStorage", KEY) ?? "" };
}
