"""Row kernels compiled from softgrad/kernels/cpp.

Arrays are served if they are NumPy arrays (not of a subclass), C-contiguous, aligned, in native
byte order, of dtype float32 or float64, with at least one axis and a last axis that is not empty.
Anything else, and a temperature outside [1e-15, 1e15], gives None: the caller then takes the
general path. The interpreter lock is released for 8,192 entries and more.
"""

def softmax(logits: object, temperature: float, out: object) -> object | None:
    """Softmax along the last axis.

    Args:
        logits: shape (..., classes).
        temperature: T > 0, in double precision for both dtypes.
        out: None, or an array of the shape and dtype of `logits`, possibly `logits` itself.

    Returns:
        Shape (..., classes): `out` if given, else a new array; None if the call cannot be served.
    """

def softmax_cross_entropy(
    logits: object, target: object, temperature: float, row_weight: object, out: object
) -> tuple[object, object] | None:
    """Values of the cross-entropy of softmax and their gradients by the logits.

    Args:
        logits: shape (..., classes).
        target: labels of dtype int32 or int64 and shape (...), or distributions with the shape
            and dtype of `logits`.
        temperature: T > 0, in double precision for both dtypes.
        row_weight: None, or weights of shape (...) and the dtype of `logits`. A weight of 0
            leaves its row out: value and gradient are 0.
        out: None, or an array of the shape and dtype of `logits`, possibly `logits` itself; the
            gradient goes there.

    Returns:
        (values of shape (...), gradient of shape (..., classes)), values[r] = weight[r] * loss[r];
        None if the call cannot be served, a label out of range included.
    """

def instruction_set() -> str:
    """Return the name of the instruction set in use."""

def available_instruction_sets() -> list[str]:
    """Return those compiled that this processor has, slowest first."""

def use_instruction_set(name: str) -> bool:
    """Switch all kernels to that instruction set; False, and no change, if it is not available."""
