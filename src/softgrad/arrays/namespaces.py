"""Recognise an array's namespace and settle the dtype in which it is computed."""

from __future__ import annotations

import sys
from operator import index
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from softgrad.errors import InputTypeError, ShapeError

# The array API standard has no static type yet; these two aliases say what is meant.
Array: TypeAlias = Any
Namespace: TypeAlias = Any

_ALLOWED = "float64, float32, float16, bfloat16 or integers"


class Operand(NamedTuple):
    """An array in the dtype that it is computed in, and the dtype that its result will have."""

    xp: Namespace
    array: Array
    result_dtype: Any

    @property
    def dtype(self) -> Any:
        """The dtype that it is computed in."""
        return self.array.dtype

    @property
    def device(self) -> Any:
        """Where it is, or None where the namespace sees to it."""
        return device_of(self.xp, self.array)


class Arithmetic(NamedTuple):
    """A namespace and a dtype to compute in, and a device, where no operand says which."""

    xp: Namespace
    dtype: Any
    device: Any = None


Like: TypeAlias = Operand | Arithmetic


def namespace_of(array: Array) -> Namespace:
    """The array-API namespace of `array`; NumPy's own for NumPy arrays, lists and numbers."""
    if isinstance(array, np.ndarray | np.generic | list | tuple | float | int):
        return np
    # Imported here: most calls bring NumPy arrays, and the import costs more than such a call.
    from array_api_compat import array_namespace

    try:
        return array_namespace(array)
    except TypeError:
        return np  # something with __array__, or an error that as_operand words


def as_operand(value: Any, argument: str) -> Operand:
    """Turn `value` into a real array and choose its dtype.

    float64 and float32 are computed as they are; float16 and bfloat16 in float32 and rounded
    once at the end; integers become float64. Everything else is an `InputTypeError`.
    """
    xp = namespace_of(value)
    if xp is np:
        return _numpy_operand(unmasked(value, argument), argument)
    from softgrad.arrays.autodiff import without_autodiff

    value = without_autodiff(xp, value, argument)
    dtype = value.dtype
    if xp.isdtype(dtype, "integral"):
        return Operand(xp, xp.astype(value, xp.float64), xp.float64)
    if not xp.isdtype(dtype, "real floating"):
        raise InputTypeError(f"{argument} has dtype {dtype}; expected {_ALLOWED}")
    if xp.finfo(dtype).bits < 32:
        return Operand(xp, xp.astype(value, xp.float32), dtype)
    return Operand(xp, value, dtype)


def _numpy_operand(value: Any, argument: str) -> Operand:
    try:
        array: Array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"{argument} is not a rectangular array: {error}") from None
    dtype = array.dtype
    if dtype.kind == "f" and dtype.itemsize in (4, 8):
        native = dtype.newbyteorder("=")
        return Operand(np, array.astype(native, copy=False), native)
    if dtype.kind in "iu":
        return Operand(np, array.astype(np.float64), np.dtype(np.float64))
    if dtype.kind == "f" and dtype.itemsize == 2:
        return Operand(np, array.astype(np.float32), dtype.newbyteorder("="))
    if dtype.name == "bfloat16":
        return Operand(np, array.astype(np.float32), dtype)
    if array.size == 0 and isinstance(value, list | tuple):
        return Operand(np, array.astype(np.float64), np.dtype(np.float64))
    came = "is None" if value is None else f"has dtype {dtype}"
    raise InputTypeError(f"{argument} {came}; expected {_ALLOWED}")


def unmasked(value: Any, argument: str) -> Any:
    """`value`, refused where it is a NumPy masked array that hides an entry.

    Its numbers alone would count what it was told to leave out.
    """
    given: object = value
    if type(given) is np.ndarray or not isinstance(given, np.ndarray):
        return value  # most are: they do not wait for numpy.ma to be imported
    if isinstance(given, np.ma.MaskedArray) and bool(np.any(value.mask)):
        raise InputTypeError(
            f"{argument} is a masked array; expected plain numbers: give {argument}.filled(0), "
            "and the mask as where=~mask (for a weight a row, 0 leaves the row out)"
        )
    return value


def as_given(value: Any, argument: str) -> Array:
    """`value` as an array of its own namespace and dtype; nothing is hidden, or differentiated."""
    xp = namespace_of(value)
    if xp is np:
        return np.asarray(unmasked(value, argument))
    from softgrad.arrays.autodiff import without_autodiff

    given: Array = without_autodiff(xp, value, argument)
    return given


def device_of(xp: Namespace, array: Array) -> Any:
    """Where a new array has to lie to meet `array`; None where the namespace sees to it.

    NumPy has one device, and JAX brings what is not committed to one to where it is used.
    """
    name: str = xp.__name__
    return None if name == "numpy" or name.startswith("jax") else array.device


def brought_to(like: Like, array: Array) -> Array:
    """`array` in the namespace of `like`, and beside it where it comes from another one."""
    xp = like.xp
    return array if namespace_of(array) is xp else xp.asarray(array, device=like.device)


def as_integer(value: Any, argument: str, expected: str = "an integer") -> int:
    """`value` as an int: Python's and NumPy's integers, but neither booleans nor 1.0."""
    if not isinstance(value, bool | np.bool_):
        try:
            return index(value)
        except TypeError:
            pass
    raise InputTypeError(f"{argument} is {value!r}; expected {expected}")


def is_known(condition: Array) -> bool:
    """Whether a boolean array of no axes is known to be True.

    While a function is traced values are not known: checks of values then let everything pass,
    and checks of shapes and dtypes hold as ever.
    """
    return not is_traced(condition) and bool(condition)


def is_traced(array: Array) -> bool:
    """Whether an array has shape and dtype, but no values that Python may look at.

    So it is under jax.jit and its kin; of a PyTorch tensor on the device "meta", under
    torch.compile, torch.export and make_fx, and under torch.func's transformations. There code
    takes one path, whatever the values will be.
    """
    if isinstance(array, np.ndarray | np.bool_):
        return False
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None and isinstance(array, torch.Tensor):
        return _is_traced_by_torch(torch, array)
    return jax is not None and isinstance(array, jax.core.Tracer)


def _is_traced_by_torch(torch: Any, tensor: Any) -> bool:
    if torch.compiler.is_compiling() or tensor.device.type == "meta":
        return True
    functions = torch._C
    if functions._functorch.is_functorch_wrapped_tensor(tensor):
        return True
    modes = functions._TorchDispatchModeKey
    if any(
        functions._get_dispatch_mode(mode) is not None
        for mode in (modes.FAKE, modes.PROXY, modes.FUNCTIONAL)
    ):
        return True
    # Kept after its mode has ended, a fake tensor still has no numbers.
    return isinstance(tensor, torch._subclasses.fake_tensor.FakeTensor)


def as_like(value: Any, like: Like, argument: str) -> Array:
    """`value` as an array of the same namespace and compute dtype as `like`."""
    operand = as_operand(value, argument)
    array = brought_to(like, operand.array)
    if array.dtype != like.dtype:
        array = like.xp.astype(array, like.dtype)
    return array


def as_mask(value: Any, like: Like, shape: tuple[int, ...]) -> Array:
    """The mask `where` as a boolean array broadcast to `shape`."""
    xp = like.xp
    try:
        mask = xp.asarray(brought_to(like, unmasked(value, "where")))
    except (TypeError, ValueError) as error:
        raise InputTypeError(f"where is no array of bool (True = keep): {error}") from None
    if not xp.isdtype(mask.dtype, "bool"):
        raise InputTypeError(f"where has dtype {mask.dtype}; expected bool (True = keep)")
    try:
        return xp.broadcast_to(mask, shape)
    except (ValueError, RuntimeError):
        raise ShapeError(
            f"where has shape {tuple(mask.shape)}, which does not broadcast to {shape}"
        ) from None


def finish(result: Array, operand: Operand, out: Array | None) -> Array:
    """Round `result` once to the dtype that was promised, and write it to `out` where given.

    `softgrad.arrays.outputs` says what can be given.
    """
    if out is None:
        if result.dtype == operand.result_dtype:
            return result
        return operand.xp.astype(result, operand.result_dtype)
    try:
        out[...] = result
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputTypeError(f"out cannot be written in place: {error}") from None
    return out
