"""Registers the compiled kernels as fast paths of the pairs that they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.activations.softmax import Softmax
from softgrad.contracts.fast_paths import fast_paths
from softgrad.kernels.availability import availability
from softgrad.losses.cross_entropy import CrossEntropy

if TYPE_CHECKING:
    from types import ModuleType

_LABEL_DTYPES = (np.dtype(np.int64), np.dtype(np.int32))


def _with_kernel_labels(target: Any) -> Any:
    """Labels of a NumPy dtype that no kernel reads, as int64; every other target as it is."""
    kind = getattr(target.dtype, "kind", "")  # other frameworks' dtypes may have none
    if kind in ("i", "u") and target.dtype not in _LABEL_DTYPES:
        return target.astype(np.int64)
    return target


class _KernelPath:
    """What all kernels share: the compiled module, and how they name themselves."""

    def __init__(self, native: ModuleType, name: str) -> None:
        self._native = native
        self._name = name

    def describe(self, z: Any, /) -> str:
        """Name the kernel, the precision and the instruction set that serve logits such as z."""
        bits = 8 * z.dtype.itemsize
        return f"kernel {self._name} f{bits} {self._native.instruction_set()}"


class SoftmaxForward(_KernelPath):
    """Softmax along the last axis of a NumPy array."""

    def __init__(self, native: ModuleType) -> None:
        super().__init__(native, "softmax")
        self._softmax = native.softmax  # saves one look-up in calls of half a microsecond

    def __call__(self, activation: Any, z: Any, axis: Any, where: Any, out: Any, /) -> Any:
        """Return the output of shape z.shape, or None where only the general path serves.

        Args:
            activation: a `Softmax`; its temperature is read.
            z: logits, shape (..., classes).
            axis: served if it is the last one.
            where: a mask is not served.
            out: None, or where the output goes; may be z.
        """
        if where is not None or (axis != -1 and axis != getattr(z, "ndim", 0) - 1):
            return None
        return self._softmax(z, activation.temperature, out)


class SoftmaxCrossEntropy(_KernelPath):
    """Cross-entropy of softmax, value and gradient in one pass over each row."""

    def __init__(self, native: ModuleType) -> None:
        super().__init__(native, "softmax x cross_entropy")

    def __call__(
        self,
        activation: Any,
        loss: Any,
        z: Any,
        target: Any,
        row_weight: Any,
        out: Any,
        /,
    ) -> Any:
        """Return (values, gradient), or None where only the general path serves.

        Args:
            activation: a `Softmax`; its temperature is read.
            loss: a `CrossEntropy`, which has no options to read.
            z: logits, shape (..., classes).
            target: labels of any integer dtype, shape (...); or distributions like z.
            row_weight: None, or weights of shape (...) in z's dtype.
            out: None, or where the gradient goes; may be z.
        """
        return self._native.softmax_cross_entropy(
            z, _with_kernel_labels(target), activation.temperature, row_weight, out
        )


def install() -> bool:
    """Register every kernel that this process can run; True if there are any."""
    native = availability().native
    if native is None:
        return False
    fast_paths.forward[Softmax] = SoftmaxForward(native)
    fast_paths.value_and_gradient[Softmax, CrossEntropy] = SoftmaxCrossEntropy(native)
    return True
