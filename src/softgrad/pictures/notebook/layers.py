"""An output layer: its parts, its settings, and the path that computes it."""

from __future__ import annotations

from softgrad.layer import OutputLayer
from softgrad.pictures.notebook.entries import activation_facts, loss_facts, named, shortened
from softgrad.pictures.notebook.markup import element, facts, text


def layer_html(layer: OutputLayer) -> str:
    """A table for the activation, one for each term of the loss, and one for the layer itself."""
    activation = layer.activation
    parts = [facts(f"activation {named(activation)}", activation_facts(activation))]
    for weight, term in layer.loss.terms:
        factor = "" if weight == 1.0 else text("span", f"{weight:g} × ")
        parts.append(facts(f"loss {factor}{named(term)}", loss_facts(term)))
    told = {name: repr(value) for name, value in layer.settings.items()}
    told |= {"path": layer.explain()}
    own = {name: text("span", shortened(said)) for name, said in told.items()}
    parts.append(facts(text("strong", type(layer).__name__), own))
    return element("div", "".join(parts))
