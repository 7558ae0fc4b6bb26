"""The output layer: an activation, a loss, and the chain rule between them."""

from softgrad.layer.output_layer import OutputLayer

__all__ = ["OutputLayer"]
