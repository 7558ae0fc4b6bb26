"""One file for each loss. `softgrad.catalogue` lists them."""
