"""Which attribute, or key, holds the gradient of which."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What stands before or behind a parameter's name in that of its gradient.
_MARKS = (
    *("d", "grad", "gradient", "gradients", "grads", "delta", "nabla", "g", "deriv", "derivative"),
    *("of", "wrt", "the", "dl", "dloss", "dj", "dc", "de", "partial", "pd", "diff"),
)
_LOSSES = ("l", "j", "c", "e")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[A-Z]")
#: One array under several names.
_SHORT = {"weights": "w", "weight": "w", "kernel": "w", "bias": "b", "biases": "b"}


def gradient_of(parameter: str, names: Iterable[str]) -> str | None:
    """The name among these that says "the gradient of" this parameter; None where none does.

    `dW`, `grad_W`, `W_grad`, `weights_gradient`, `dweights`, `nabla_w`, `dL_dW`; with another
    spelling of the same array (weights for W, bias for b) where none has its own.
    """
    known = list(names)
    own = _plain(parameter)
    for wanted in (own, _SHORT.get(own, own)):
        for name in known:
            if name != parameter and _rest(name, wanted):
                return name
    return next((n for n in known if n != parameter and _rest(n, own, shortened=True)), None)


def _plain(name: str) -> str:
    return "".join(word.lower() for word in _WORD.findall(name))


def _rest(name: str, parameter: str, *, shortened: bool = False) -> bool:
    """Whether the name is the parameter's and marks, at least one."""
    words = [word.lower() for word in _WORD.findall(name)]
    # `dL_dW`: the letter after a d is what is differentiated.
    of_what = [k > 0 and words[k - 1] == "d" and word in _LOSSES for k, word in enumerate(words)]
    rest = [w for w, is_loss in zip(words, of_what, strict=True) if w not in _MARKS and not is_loss]
    said = "".join(rest)
    marked = len(rest) < len(words)
    if said[:1] == "d" and not marked:  # `dweights`, `db1`
        said, marked = said[1:], True
    elif said[:2] in ("dl", "dj") and said[2:3] == "d":  # `dldw`
        said, marked = said[3:], True
    if shortened:
        said, parameter = _SHORT.get(said, said), _SHORT.get(parameter, parameter)
    return marked and said == parameter
