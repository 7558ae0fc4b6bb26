"""Kernels compiled from softgrad/kernels/cpp.

Arrays are served if they are NumPy arrays (not of a subclass) in native byte order, of dtype
float64, float32, float16 or bfloat16, of any strides and alignment. What cannot be served gives
None: the caller then takes the general path. The interpreter lock is released for 8,192 entries
and more, and large calls run on several threads.
"""

def activation_number(name: str) -> int:
    """Return the number of an activation of the catalogue; -1 if it has no stages."""

def loss_number(name: str) -> int:
    """Return the number of a loss of the catalogue; -1 if it has no stages."""

def map(
    work: int,
    activation: int,
    by_entry: bool,
    parameters: tuple[float, ...],
    z: object,
    axis: object,
    where: object,
    out: object,
    g: object,
    v: object,
) -> object | None:
    """An activation's output, or a product with one of its derivatives.

    Args:
        work: 0 output, 1 Jacobian transposed times g, 2 Jacobian times v, 3 curvature along g
            times v.
        activation: its number.
        by_entry: whether it acts entry by entry, so that no axis matters.
        parameters: its hyper-parameters, in the order of its fields.
        z: logits.
        axis: the class axis: an integer, a tuple of one, or () for rows of one entry.
        where: None, or a bool mask of z's shape, True = keep.
        out: None, or an array of z's shape and dtype, possibly z itself.
        g: a cotangent in z's shape and dtype, where the work needs one.
        v: a tangent, likewise.

    Returns:
        `out` if given, else a new array in z's memory order; None if it cannot be served.
    """

def loss(
    activation: int,
    activation_parameters: tuple[float, ...],
    loss: int,
    loss_parameters: tuple[float, ...],
    wanted: int,
    z: object,
    target: object,
    axis: object,
    where: object,
    out: object,
    out_hessian: object,
    sample_weight: object,
    class_weight: object,
    ignored_label: object,
    target_limits: tuple[float, ...] | None,
    smoothing: float,
    heads_weight: float,
    tails_weight: float,
    v: object,
) -> tuple[object, object, object] | None:
    """A loss of an activation's output, with derivatives by the logits.

    Args:
        activation: its number.
        activation_parameters: its hyper-parameters, in the order of its fields.
        loss: its number.
        loss_parameters: likewise.
        wanted: the sum of 1 (values), 2 (gradient), 4 (diagonal of the Hessian), 8 (values of
            16-bit logits in float32), 16 (their sum in the place of the values, a number), 32
            (everything divided by the sum of the weights) and 64 (with v: the Gauss-Newton matrix
            in the place of the Hessian).
        z: logits.
        target: labels of any integer dtype, one a row; or one floating number an entry that is
            exact in the dtype in which z is computed.
        axis: as for `map`.
        where: as for `map`.
        out: None, or where the gradient goes; may be z.
        out_hessian: None, or where the diagonal goes.
        sample_weight: None, or one number >= 0 a row, float64 for float64 logits, else float32.
            A weight of 0 leaves its row out.
        class_weight: None, or one float64 number a class, for labels.
        ignored_label: None, or the label of rows that count nothing.
        target_limits: None, or the least target, the largest, and the largest where a row has
            one entry. Targets are looked at as they are loaded; before anything is written where
            the result goes over z.
        smoothing: label smoothing, 0 <= e < 1.
        heads_weight: what heads of each coin count.
        tails_weight: what its tails count.
        v: None, or of z's shape and dtype: with 2 wanted, the Hessian times v stands in the
            place of the gradient.

    Returns:
        (values, gradient, diagonal), each None if it was not wanted; None if the call cannot be
        served, a label or a target out of range included; `out` may then be partly written, but
        not where it is z.
    """

def threads() -> int:
    """Return how many threads a large call may use."""

def set_threads(count: int) -> None:
    """Set that number; 0 goes back to the default."""

def threads_of_last_run() -> int:
    """Return how many threads the last call of this Python thread was offered to."""

def instruction_set() -> str:
    """Return the name of the instruction set in use."""

def available_instruction_sets() -> list[str]:
    """Return those compiled that this processor has, slowest first."""

def use_instruction_set(name: str) -> bool:
    """Switch all kernels to that instruction set; False, and no change, if it is not available."""
