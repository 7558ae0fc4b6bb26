"""When two arrays count as the same, and what is said where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array


def expect(holds: bool, message: str) -> None:
    """Fail with the message unless it holds."""
    if not holds:
        raise AssertionError(message)


def near(got: Any, wanted: Any, allowed: Any, *, where: str) -> None:
    """Fail where an entry is further from what is wanted than allowed; NaN and infinities agree."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    expect(got.shape == wanted.shape, f"got shape {got.shape}, expected {wanted.shape}; {where}")
    with np.errstate(all="ignore"):
        gap = np.abs(got.astype(np.float64) - wanted)
        same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
        bad = ~(same | (gap <= allowed))
    if not np.any(bad):
        return
    size = np.where(bad, np.where(np.isnan(gap), np.inf, gap), -1.0)
    index = np.unravel_index(np.argmax(size), size.shape)
    limit = np.broadcast_to(np.asarray(allowed, dtype=np.float64), size.shape)[index]
    raise AssertionError(
        f"got {got[index]:.17g}, expected {wanted[index]:.17g} ({gap[index]:.2g} off, "
        f"{limit:.2g} allowed){entry(index)}; {where}"
    )


def entry(index: Any) -> str:
    """Where in an array, in words; nothing of a lone number."""
    place = tuple(map(int, index))
    return f" at entry {place[0] if len(place) == 1 else place}" if place else ""


def rounding(dense: Array, ulps: float) -> Array:
    """So many roundings of the largest entry of each row or matrix of a batch."""
    axes = tuple(range(1, dense.ndim))
    finite = np.where(np.isfinite(dense), np.abs(dense), 0.0)
    size = np.max(finite, axis=axes, keepdims=True, initial=0.0)
    limits = np.finfo(dense.dtype)
    return ulps * float(limits.eps) * (size + float(limits.tiny))
