"""One file for each activation. `softgrad.catalogue` lists them."""
