"""What a parameter's name says about what its author wants to be given."""

from __future__ import annotations

import re
from typing import Literal

#: x is the function's input, y its output, vector what comes from upstream (or a direction), cache
#: what the function returns beside its output, rate the step of a layer that updates itself, and
#: target what a loss compares with, which only its author knows.
Role = Literal["x", "y", "vector", "cache", "rate", "target"]

_WORDS: dict[Role, frozenset[str]] = {
    "rate": frozenset(("lr", "rate", "eta", "learning")),
    "cache": frozenset(("cache", "cached", "ctx", "context", "saved", "memory", "tape")),
    "target": frozenset(
        (
            "t", "true", "target", "targets", "label", "labels", "truth", "expected", "actual",
            "desired", "ytrue",
        )
    ),
    "vector": frozenset(
        (
            "g", "v", "gy", "gout", "grad", "grads", "gradient", "gradients", "gradoutput", "delta",
            "deltas", "upstream", "downstream", "cotangent", "cotangents", "adjoint", "error",
            "errors", "err", "tangent", "tangents", "direction", "vec", "vector", "xdot", "dot",
            "ct", "dl", "dloss", "diff",
        )
    ),
    "y": frozenset(
        (
            "a", "y", "s", "p", "out", "output", "outputs", "outgoing", "activated", "activation",
            "activations", "result", "res", "probs", "probabilities", "fx", "fwd", "sig",
        )
    ),
    "x": frozenset(
        (
            "x", "z", "u", "inp", "input", "inputs", "incoming", "logits", "net", "preact",
            "preactivation", "pre", "arg", "xs", "zs", "point",
        )
    ),
}  # fmt: skip
#: dA, dout, d_output, dvalues, dLdY: a letter d before what it is the gradient of.
_OF_SOMETHING = re.compile(r"^d_?(l_?d_?)?(a|y|h|o|s|p|z|x|l|out\w*|values?|act\w*|j\w*)(_?\d+)?$")
#: These are directions and nothing else: a product with one of them goes forward.
_FORWARD = frozenset(("v", "vec", "vector", "tangent", "tangents", "direction", "xdot", "dx"))


def role_of(name: str) -> Role | None:
    """What a parameter of this name is likely to be; None where it says nothing."""
    if _OF_SOMETHING.match(name.lower()):
        return "vector"
    words = set(_words(name))
    # "output_gradient" is a gradient and "learning_rate" a rate, whatever else they name.
    return next((role for role, known in _WORDS.items() if words & known), None)


def goes_forward(name: str) -> bool:
    """Whether a vector of this name is a direction of the input, as in J v."""
    return name.lower().replace("_", "") in _FORWARD


def is_plain(name: str) -> bool:
    """Whether the name is a word and not a letter or two, which people use for anything."""
    return len(name.replace("_", "")) > 2


def _words(name: str) -> list[str]:
    """The words in snake_case or camelCase, and all of them as one."""
    parts = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().split("_")
    parts = [part.rstrip("0123456789") for part in parts]
    return [*(part for part in parts if part), "".join(parts)]
