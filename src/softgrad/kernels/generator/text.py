"""Pieces of C++ text: names that hide nothing, brackets that are needed."""

from __future__ import annotations

# Keywords, and what the generated functions call or are given.
_TAKEN = frozenset({
    "and", "auto", "bool", "const", "double", "else", "float", "if", "int", "long", "new", "not",
    "or", "return", "short", "signed", "this",
    "c", "p", "parameters", "r", "t", "z",
    "absolute", "any", "infinity", "lanes", "largest", "logarithm", "logistic", "multiply_add",
    "polynomial", "power", "quotient", "select", "sine", "smallest", "splat", "two_product",
    "two_sum", "where",
})  # fmt: skip


def safe(name: str) -> str:
    """A variable's name that hides nothing in C++."""
    return f"{name}_" if name in _TAKEN else name


def is_wrapped(text: str) -> bool:
    """Whether one pair of brackets holds all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for position, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return position == len(text) - 1
    return False


def unwrapped(text: str) -> str:
    """The text without brackets that hold all of it."""
    return text[1:-1] if is_wrapped(text) else text
