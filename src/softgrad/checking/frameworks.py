"""Arrays of the caller's framework, to NumPy and back.

The checker thinks in NumPy float64; a function under test is called with what its author calls it
with: NumPy arrays, PyTorch tensors, JAX arrays, lists or plain numbers. They hold float64 even if
the caller's x does not, unless the function takes that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.errors import InputTypeError

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Framework:
    """How arrays of one kind are made and read.

    Attributes:
        name: in words, for reports.
        make: from a NumPy array.
        takes_complex: whether a complex argument means anything there.
        precision: the distance from 1 to the next number that an argument can be.
        digits: the same for the numbers of the caller's own x: what its author works with.
    """

    name: str
    make: Callable[[Numbers], Any]
    takes_complex: bool
    precision: float = 2.0**-52
    digits: float = 2.0**-52

    def make_integers(self, x: Numbers) -> Any:
        """An array, or list, of whole numbers."""
        return self.make(x.astype(np.int64))

    def of_dtype(self, dtype: np.dtype[Any]) -> Framework:
        """The same with arguments of fewer digits."""
        made = self.make

        def make(x: Numbers) -> Any:
            return made(x.astype(dtype))

        return replace(self, make=make, takes_complex=False, precision=float(np.finfo(dtype).eps))


def _copy(x: Numbers) -> Any:
    return x.copy()


def _to_list(x: Numbers) -> Any:
    return x.tolist()


def _to_tensor(x: Numbers) -> Any:
    return import_module("torch").from_numpy(x.copy())


def _to_jax(x: Numbers) -> Any:
    return import_module("jax").numpy.asarray(x)


#: Frameworks that take derivatives themselves, by the package that an object comes from.
WITH_DERIVATIVES: dict[str, Framework] = {
    "torch": Framework("PyTorch", _to_tensor, False),
    "jax": Framework("JAX", _to_jax, False),
    "jaxlib": Framework("JAX", _to_jax, False),
}


def framework_of(x: Any) -> Framework:
    """The framework of an argument.

    Raises:
        InputTypeError: if it is no array, tensor, list or number.
    """
    module = type(x).__module__.partition(".")[0]
    if module in WITH_DERIVATIVES:
        return WITH_DERIVATIVES[module]
    if isinstance(x, list | tuple | float | int):
        return Framework("lists", _to_list, False)
    if isinstance(x, np.ndarray | np.generic):
        return Framework("NumPy", _copy, True)
    raise InputTypeError(
        "x must be a NumPy array, a PyTorch tensor, a JAX array, a list or a number, "
        f"not {type(x).__name__}"
    )


def at_work(framework: Framework) -> AbstractContextManager[Any]:
    """Where a framework's function is called some thousand times with a few numbers.

    Arrays of float64 stay so, which JAX has to be told; PyTorch uses one thread, since others cost
    more than they do for so few numbers, milliseconds each where the machine is busy.
    """
    if framework.name == "PyTorch":
        return _one_thread()
    if framework.name != "JAX":
        return nullcontext()
    jax = import_module("jax")
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    return import_module("jax.experimental").enable_x64()


@contextmanager
def _one_thread() -> Generator[None, None, None]:
    torch = import_module("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def to_numpy(x: Any, argument: str) -> Numbers:
    """A copy as float64, or complex128, or as it is where it has float32 or less digits.

    Raises:
        InputTypeError: if it holds no numbers.
    """
    plain = x
    if hasattr(x, "detach"):
        held = x.detach().cpu()
        plain = (held.float() if str(held.dtype) == "torch.bfloat16" else held).numpy()
    elif str(getattr(x, "dtype", "")) == "bfloat16":  # NumPy knows no such numbers
        plain = x.astype(np.float32)
    try:
        array = np.array(plain)
    except (TypeError, ValueError) as error:
        raise InputTypeError(f"{argument} is not an array of numbers: {error}") from error
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    if array.dtype.kind not in "fc":
        raise InputTypeError(f"{argument} must hold real numbers, not {array.dtype}")
    return array


def to_real(x: Any, argument: str) -> Numbers:
    """The same for what may not be complex.

    Raises:
        InputTypeError: if it holds no real numbers.
    """
    array = to_numpy(x, argument)
    if array.dtype.kind == "c":
        raise InputTypeError(f"{argument} must hold real numbers, not {array.dtype}")
    return array
