"""How operators, layers, activations, losses and reports look in a notebook: plain HTML."""

from softgrad.pictures.notebook.shown import html_of

__all__ = ["html_of"]
