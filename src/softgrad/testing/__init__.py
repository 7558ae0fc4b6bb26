"""The laws of the catalogue, for activations and losses of your own."""
