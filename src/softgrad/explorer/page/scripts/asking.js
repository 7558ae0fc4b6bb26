// Questions to the server, one at a time for each thing drawn. While one is under way only the
// newest of those that follow is kept, so that a drag never draws what is out of date.

import { tell } from "./notice.js";

const lines = new Map();

// `draw` gets the answer; what the server refuses is told in the notice, and nothing is drawn.
export function ask(path, query, draw) {
  const line = lines.get(path) ?? { busy: false, next: null, refused: false };
  lines.set(path, line);
  line.next = { query, draw };
  if (!line.busy) follow(path, line);
}

async function follow(path, line) {
  line.busy = true;
  while (line.next) {
    const { query, draw } = line.next;
    line.next = null;
    const answer = await answerTo(`${path}?${query}`);
    if (answer.error) tell(answer.error);
    else if (line.refused) tell("");
    line.refused = Boolean(answer.error);
    if (!answer.error) draw(answer);
  }
  line.busy = false;
}

// The answer to one question, or { error } with what is to be told; `options` are those of fetch.
export async function answerTo(address, options = {}) {
  try {
    const response = await fetch(address, options);
    if (response.status === 500) return { error: "The server failed at this; its terminal says why." };
    return await response.json();
  } catch {
    if (options.signal?.aborted) return { error: "Stopped." };
    return { error: "The server does not answer; is `softgrad explore` still running?" };
  }
}
