"""What the functions that autograd sees have in common."""

from __future__ import annotations

from typing import Any, Never

from torch import Tensor

from softgrad.errors import AutodiffError
from softgrad.torch.untyped import Function, set_forward_mode


class Keeping(Function):
    """A function that keeps all it is called with: texts and numbers, then tensors or None."""

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.called = tuple(one for one in inputs if isinstance(one, str | int))
        tensors = inputs[len(ctx.called) :]
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)
        ctx.set_materialize_grads(False)


def refuse(what: str, of: Any, instead: str) -> Never:
    """Raise the error of a derivative that is not offered.

    Raises:
        AutodiffError: always.
    """
    raise AutodiffError(f"{what} of {of!r} is not offered; {instead}")


def refuse_third(of: Any) -> Never:
    """Raise that of a third derivative."""
    refuse("a third derivative", of, "differentiate twice at most")


def plus(total: Tensor | None, part: Tensor) -> Tensor:
    """The sum of two changes."""
    if total is None:
        return part
    with for_another_forward_mode():
        return total + part


def for_another_forward_mode() -> Any:
    """In which ordinary operations of a `jvp` are more than constants to a forward mode around it.

    torch calls `jvp` with forward mode off, which the modes around this one do not need.
    """
    return set_forward_mode(True)


def in_front(size: int, tensor: Tensor | None, axis: int | None) -> Tensor | None:
    """With the batched axis first; one that is not batched is repeated, not copied."""
    if tensor is None:
        return None
    if axis is None:
        return tensor.expand(size, *tensor.shape)
    return tensor.movedim(axis, 0)
