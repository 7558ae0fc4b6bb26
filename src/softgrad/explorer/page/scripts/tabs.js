// The views in their order: a module with `title` and `mount(view)`, which gives back a function
// that draws after a change of the state, by the names that changed.

import * as batch from "./batch_tab.js";
import * as digits from "./digits_tab.js";
import * as layer from "./layer_tab.js";
import * as margins from "./margins_tab.js";
import * as paste from "./paste_tab.js";
import * as simplex from "./simplex_tab.js";

export const TABS = { layer, paste, simplex, batch, margins, digits };
