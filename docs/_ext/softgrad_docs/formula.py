"""The formula that a docstring begins with, as TeX.

Docstrings write formulas as one types them: `p_i = exp(z_i / T) / sum_j exp(z_j / T), with ...`.
Read from the left, what is known (signs, numbers, letters, functions, hyper-parameters) is a
formula; it ends where prose starts, at the last comma or small word before the first strange word.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TOKEN = re.compile(
    r"\s+|[A-Za-z]{2,}(?:_[A-Za-z]{2,})+|[A-Za-z]+\*(?=\()|[A-Za-z]+|\d+(?:\.\d+)?|\.\.\.|<=|>=|!=|\|\||\{[^}]*\}|\]_\+|[^\sA-Za-z\d]"
)
_FUNCTIONS = ("exp", "log", "tanh", "cosh", "sinh", "cos", "arctan", "sum")
_NAMED = ("max", "min", "sign", "argmax", "softplus", "KL", "scale")
_GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "theta", "tau", "rho", "mu", "lambda")
_GREEK += ("Phi", "phi")
_SMALL_WORDS = ("for", "of", "else", "otherwise", "below", "with", "and", "up", "to", "from")
_SMALL_WORDS += ("there", "on")
_SIGNS = {"<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "||": r"\,\|\,", "...": r"\ldots "}
_SIGNS |= {".": r"\cdot ", "]_+": "]_+", "*": r"\cdot "}
_PLAIN = set("=+-/()[]|,^_!'<>")


def formula(documentation: str, names: Collection[str] = ()) -> str | None:
    """The TeX of the formula that opens a docstring, or None where it opens with words.

    `names` are hyper-parameters, which may be longer than a letter.
    """
    sentence = " ".join(documentation.partition("\n\n")[0].replace("`", "").split())
    tokens = _ending_where_prose_starts(_TOKEN.findall(_first_clause(sentence)), names)
    if not any(len(token) == 1 and token.isalpha() for token in tokens):
        return None
    return _tex(tokens, names)


def _first_clause(sentence: str) -> str:
    """Up to the colon, the semicolon or the full stop after which it is explained."""
    return re.split(r"[:;]|(?<!\.)\.(?= [A-Z]|$)", sentence)[0]


def _ending_where_prose_starts(tokens: list[str], names: Collection[str]) -> list[str]:
    depth = end = 0
    for place, token in enumerate(tokens):
        if not _is_known(token, names):
            return tokens[:end] if depth == 0 else []
        depth += token in "([" if token.strip() else 0
        depth -= token in (")", "]", "]_+")
        if depth == 0 and (token == "," or token in _SMALL_WORDS):
            end = place
    return tokens


def _is_known(token: str, names: Collection[str]) -> bool:
    if token.endswith("*") and len(token) == 2:  # a conjugate
        return True
    if not token[0].isalpha():
        number = token.replace(".", "", 1).isdigit()
        return number or token.isspace() or token[0] == "{" or token in _SIGNS or token in _PLAIN
    words = (*_FUNCTIONS, *_NAMED, *_GREEK, *_SMALL_WORDS, *names, "sqrt")
    return len(token) == 1 or token in words


def _tex(tokens: list[str], names: Collection[str]) -> str:
    written: list[str] = []
    place = 0
    while place < len(tokens):
        token, before = tokens[place], "".join(tokens[max(place - 1, 0) : place])
        if (before == "^" or before == "sqrt") and token == "(":
            end = _end_of_group(tokens, place)
            written.append("{" + _tex(tokens[place + 1 : end], names) + "}")
            place = end
        else:
            written.append(_one(token, names))
        place += 1
    return re.sub(r" } \\text{ ", " ", "".join(written)).strip().rstrip(",").strip()


def _end_of_group(tokens: list[str], start: int) -> int:
    depth = 0
    for place in range(start, len(tokens)):
        depth += (tokens[place] == "(") - (tokens[place] == ")")
        if depth == 0:
            break
    return place


def _one(token: str, names: Collection[str]) -> str:
    if token in _FUNCTIONS or token in _GREEK or token == "sqrt":
        return f"\\{token} "
    if token in _SMALL_WORDS:
        return rf"\text{{ {token} }}"
    if token in _NAMED or (token in names and len(token) > 1):
        return rf"\text{{{token}}}" if "_" in token else rf"\operatorname{{{token}}}"
    if token.startswith("{"):
        return "{" + _tex(_TOKEN.findall(token[1:-1]), names) + "}"
    return f"{token[0]}^*" if token[1:] == "*" else _SIGNS.get(token, token)
