"""What is done to a function of logits by tracing it, cheaply or by a compiler."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, func, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd import grad
from torch.fx.experimental.proxy_tensor import make_fx

from battery.cases import Case
from battery.transformations import Pairs, Transformation, at_points, leaf, listed, points

TRACED: dict[str, Transformation] = {}
COMPILED: dict[str, Transformation] = {}


@listed(TRACED, "make_fx")
def _make_fx(case: Case) -> Pairs:
    slope = func.grad(case.function)
    traced = make_fx(lambda z: slope(z))(2 * case.z)
    assert any("softgrad" in str(node.target) for node in traced.graph.nodes)
    return [(traced(case.z), case.gradient)]


@listed(TRACED, "make_fx, symbolic shapes, func.hessian")
def _make_fx_of_hessian(case: Case) -> Pairs:
    bend = func.hessian(case.function)
    traced = make_fx(lambda z: bend(z), tracing_mode="symbolic", _allow_non_fake_inputs=True)(
        2 * case.z
    )
    return [(traced(case.z), case.hessian)]


@listed(TRACED, "meta tensors")
def _meta(case: Case) -> Pairs:
    z = case.z.to("meta").requires_grad_()
    value = case.function(z)
    (slope,) = grad(value, z, create_graph=True)
    (bend,) = grad(slope.sum(), z, allow_unused=True)
    bend = slope if bend is None else bend
    for found, like in ((value, case.value), (slope, case.z), (bend, case.z)):
        assert found.device.type == "meta"
        assert (found.shape, found.dtype) == (like.shape, like.dtype)
    return []


@listed(TRACED, "FakeTensorMode")
def _fake(case: Case) -> Pairs:
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        z = mode.from_tensor(case.z).requires_grad_()
        (slope,) = grad(case.function(z), z)
        assert type(slope) is type(z)
        assert (slope.shape, slope.dtype) == (case.z.shape, case.z.dtype)
    return []


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """A compiler's own warnings are not ours, and a graph is made for this case alone."""
    torch.compiler.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _compiled(function: Any, backend: str = "aot_eager", **settings: Any) -> Any:
    return torch.compile(function, fullgraph=True, backend=backend, **settings)


def _value_and_slope(case: Case, **settings: Any) -> Pairs:
    with _quiet():
        function, z = _compiled(case.function, **settings), leaf(case)
        value = function(z)
        (slope,) = grad(value, z)
        yield value.detach(), case.value
        yield slope, case.gradient
        with torch.no_grad():
            yield function(case.z), case.value


@listed(COMPILED, "torch.compile, aot_eager")
def _aot_eager(case: Case) -> Pairs:
    return _value_and_slope(case)


@listed(COMPILED, "torch.compile, Inductor")
def _inductor(case: Case) -> Pairs:
    return _value_and_slope(case, backend="inductor")


@listed(COMPILED, "torch.compile, dynamic shapes")
def _dynamic(case: Case) -> Pairs:
    return _value_and_slope(case, dynamic=True)


@listed(COMPILED, "compile(func.grad)")
def _compiled_grad(case: Case) -> Pairs:
    with _quiet():
        yield _compiled(func.grad(case.function))(case.z), case.gradient


@listed(COMPILED, "compile(func.jvp)")
def _compiled_jvp(case: Case) -> Pairs:
    def change(z: Tensor, v: Tensor) -> Tensor:
        return func.jvp(case.function, (z,), (v,))[1]

    with _quiet():
        yield _compiled(change)(case.z, case.v), (case.gradient * case.v).sum()


@listed(COMPILED, "compile(func.hessian)")
def _compiled_hessian(case: Case) -> Pairs:
    with _quiet():
        yield _compiled(func.hessian(case.function))(case.z), case.hessian


@listed(COMPILED, "compile(vmap(func.grad))")
def _compiled_vmap(case: Case) -> Pairs:
    with _quiet():
        found = _compiled(func.vmap(func.grad(case.function)))(points(case))
        yield found, at_points(func.grad(case.formula), case)


class _Program(nn.Module):
    """What is made of each row of logits, as a program."""

    def __init__(self, rows: Callable[..., Tensor]) -> None:
        super().__init__()
        self.rows = rows

    def forward(self, z: Tensor, *inputs: Tensor) -> Tensor:
        """Of rows of any number."""
        return self.rows(z, *inputs)


def _exported(case: Case, strict: bool) -> Pairs:
    inputs = (case.z, *case.inputs)
    batch = torch.export.Dim("batch", min=1)
    with _quiet():
        program = torch.export.export(
            _Program(case.rows),
            tuple(torch.cat([one, one]) for one in inputs),
            dynamic_shapes=(
                {0: batch},
                *((tuple({0: batch} for _ in case.inputs),) * bool(case.inputs)),
            ),
            strict=strict,
        )
        file = io.BytesIO()
        torch.export.save(program, file)
        file.seek(0)
        loaded: Any = torch.export.load(file).module()
        yield loaded(*inputs), case.rows_by_formula
        # (An exported program is differentiated as the model that it was is.)
        z = leaf(case)
        loaded(z, *case.inputs).sum().backward()
        assert z.grad is not None
        yield z.grad, func.grad(lambda x: case.row_formula(x).sum())(case.z)


@listed(COMPILED, "torch.export, saved and loaded, strict")
def _strict(case: Case) -> Pairs:
    return _exported(case, True)


@listed(COMPILED, "torch.export, saved and loaded, not strict")
def _not_strict(case: Case) -> Pairs:
    return _exported(case, False)
