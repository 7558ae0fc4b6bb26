// The token of the printed address, without which the server runs no code. It is taken out of the
// address, so that a link that is passed on does not carry it.

const KEY = "softgrad-token";

export function rememberToken() {
  const search = new URLSearchParams(window.location.search);
  if (!search.has("token")) return;
  window.sessionStorage.setItem(KEY, search.get("token"));
  search.delete("token");
  const rest = search.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", pathname + (rest ? `?${rest}` : "") + hash);
}

// The headers of a request that runs code.
export function tokenHeaders() {
  return { "X-Softgrad-Token": window.sessionStorage.getItem(KEY) ?? "" };
}
