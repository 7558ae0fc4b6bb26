"""Arguments of a class's constructor, as people type them."""

from __future__ import annotations

import ast
import json
from typing import Any, cast

from softgrad.errors import ParameterError


def constructor_arguments(text: str) -> list[Any] | dict[str, Any]:
    """`10, 5` in order, or `units=5` by name.

    Raises:
        ParameterError: these are no plain values, or some have names and some have none.
    """
    try:
        call = cast(ast.Call, ast.parse(f"f({text})", mode="eval").body)
        positional = [ast.literal_eval(one) for one in call.args]
        named = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
        json.dumps([positional, named])
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError, MemoryError):
        raise ParameterError(f"init {text}: expected numbers, texts and lists: 10, 5") from None
    if positional and named:
        raise ParameterError(f"init {text}: expected all in order, or all by name")
    return named or positional
