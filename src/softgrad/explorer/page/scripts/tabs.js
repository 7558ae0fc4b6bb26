// The views in their order: a module with `title` and `mount(view)`, which gives back a function
// that draws after a change of the state, by the names that changed.

import * as layer from "./layer_tab.js";

export const TABS = { layer };
