"""JSON from files and processes that are not trusted: every way of being wrong is one error."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from softgrad.errors import StorageError

MOST_DEPTH = 64


def parse_json(text: str | bytes, where: str) -> Any:
    """What the text says.

    The depth is measured before it is read: a reader that goes down with its nesting can end the
    process. Names that occur twice in an object are refused, since readers differ in which counts.

    Args:
        text: JSON; bytes are UTF-8.
        where: what it is, for the message.

    Raises:
        StorageError: it is no JSON, or nested more than 64 deep.
    """
    try:
        told = text.decode("utf-8") if isinstance(text, bytes) else text
        if _depth(told) > MOST_DEPTH:
            raise StorageError(f"{where} is nested more than {MOST_DEPTH} deep")
        return json.loads(told, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"{where} is no JSON: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:40]!r} occurs twice in one object")
    return found


def _depth(text: str) -> int:
    """How deep brackets are nested outside of strings."""
    plain = text.replace("\\\\", "").replace('\\"', "")
    outside = "".join(plain.split('"')[::2])
    signs = np.frombuffer(outside.encode("utf-8", "replace"), np.uint8)
    opened = (signs == ord("[")) | (signs == ord("{"))
    closed = (signs == ord("]")) | (signs == ord("}"))
    steps = opened.astype(np.int8) - closed.astype(np.int8)
    return int(np.max(np.cumsum(steps, dtype=np.int64), initial=0))
