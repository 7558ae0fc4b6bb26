"""The sign of a number."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace


def sign(xp: Namespace, x: Array) -> Array:
    """-1, 0 or 1, and NaN where x is.

    PyTorch's own gives 0 for NaN, and its array-API namespace puts NaN in through a boolean index,
    which compilers do not fuse and torch.func.vmap refuses.
    """
    if not xp.__name__.endswith("torch"):
        return xp.sign(x)
    compared = xp.astype(x > 0, x.dtype) - xp.astype(x < 0, x.dtype)
    return xp.where(x == x, compared, x)
