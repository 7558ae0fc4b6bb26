"""Functions that give their value and their derivative at once: `return loss, grad`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from softgrad.checking.pairing.names import is_derivative
from softgrad.checking.pairing.words import any_of, words

#: `dx`, `dscores`.
_OF = any_of("x z y a w p s h out pred preds yhat scores logits input inputs output loss")
_VALUES = any_of("loss cost value error objective j l f nll total data")


def gives_both(function: Callable[..., Any]) -> bool:
    """Whether every `return` is a value and a derivative, by their names in the source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    returned = [one.value for one in ast.walk(tree) if isinstance(one, ast.Return)]
    pairs = [one.elts for one in returned if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    made = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and _is_set(one)}
    if not pairs or len(pairs) != len(returned):
        return False
    said = _says_both(getattr(function, "__name__", ""))
    return all(said or (_is_derivative(one) and _name(one) in made) for _, one in pairs)


def _says_both(name: str) -> bool:
    """`loss_and_gradient`, `value_and_grad`."""
    return is_derivative(name) and bool(_VALUES.intersection(words(name)))


def _is_set(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_derivative(node: ast.expr) -> bool:
    name = _name(node)
    return is_derivative(name) or (name[:1] == "d" and name[1:].lower() in _OF)
