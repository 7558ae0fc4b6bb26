"""What cannot be had is refused in softgrad's words, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import func

import softgrad as sg
from softgrad.errors import AutodiffError, InputTypeError, ShapeError, SoftgradError, TargetError
from softgrad.torch import Loss

Z = torch.tensor([[0.5, -1.0, 0.0], [1.5, 0.25, -0.75]], dtype=torch.float64)
Y = torch.tensor([2, 0])
SOFT = torch.softmax(Z, -1)
LAYER = sg.OutputLayer("softmax", "cross_entropy")
META = torch.zeros(2, 3, dtype=torch.float64, device="meta")
LEARNT = Z.clone().requires_grad_()

WRONG: dict[str, tuple[Callable[[], Any], type, str]] = {
    "a target elsewhere": (lambda: LAYER.value(META, Y), InputTypeError, "target is on cpu"),
    "a mask elsewhere": (
        lambda: sg.softmax(Z, where=META.bool()),
        InputTypeError,
        "where is on meta and z on cpu",
    ),
    "a row's weight elsewhere": (
        lambda: LAYER.value(META, Y.to("meta"), sample_weight=torch.ones(2)),
        InputTypeError,
        "sample_weight is on cpu",
    ),
    "a class weight elsewhere": (
        lambda: LAYER.value(Z, Y, class_weight=torch.ones(3, device="meta")),
        InputTypeError,
        "class_weight is on meta",
    ),
    "a vector elsewhere": (lambda: LAYER.hvp(Z, Y, META), InputTypeError, "v is on meta"),
    "a module's weight elsewhere": (
        lambda: Loss("softmax", "cross_entropy", weight=torch.ones(3, device="cpu"))(
            META, Y.to("meta")
        ),
        InputTypeError,
        "weight is on cpu",
    ),
    "boolean logits": (lambda: sg.softmax(Z > 0), SoftgradError, "bool"),
    "complex logits": (lambda: sg.softmax(Z.to(torch.complex128)), SoftgradError, "complex"),
    "a label too high": (lambda: LAYER.value(Z, Y + 1), TargetError, "3"),
    "a label too high, learnt": (lambda: LAYER.value(LEARNT, Y + 1), TargetError, "3"),
    "a label too high, transformed": (
        lambda: func.grad(lambda z: LAYER.value(z, Y + 1).sum())(Z),
        TargetError,
        "3",
    ),
    "a negative label": (lambda: LAYER.value(LEARNT, Y - 1), TargetError, "-1"),
    "shares that are none": (lambda: LAYER.value(LEARNT, SOFT - 1.0), TargetError, "target"),
    "a target of another shape": (lambda: LAYER.value(LEARNT, SOFT[:, :2]), TargetError, "shape"),
    "a vector of another shape": (lambda: LAYER.hvp(LEARNT, Y, Z[0]), ShapeError, "v has shape"),
    "a mask of another shape": (
        lambda: sg.softmax(LEARNT, where=torch.ones(5, dtype=torch.bool)),
        ShapeError,
        "where",
    ),
    "a place for what is differentiated": (
        lambda: sg.softmax(LEARNT, out=torch.empty_like(Z)),
        AutodiffError,
        "out was given, and an argument requires grad",
    ),
    "a place that is differentiated": (
        lambda: LAYER.gradient(Z, Y, out=torch.empty_like(Z).requires_grad_()),
        AutodiffError,
        "leave out, or call under",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_refused_by_name(name: str) -> None:
    call, kind, message = WRONG[name]
    with pytest.raises(kind, match=message) as caught:
        call()
    assert isinstance(caught.value, SoftgradError)


def test_a_label_that_is_too_high_is_refused_when_compiled_code_runs() -> None:
    compiled = torch.compile(
        lambda z, y: LAYER.value(z, y).sum(), fullgraph=True, backend="aot_eager"
    )
    assert compiled(Z, Y).isfinite()
    with pytest.raises(TargetError, match="3"):
        compiled(Z, Y + 1)


#: Losses and activations of which nothing is beyond the second derivative.
FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "softmax": lambda z: sg.softmax(z).square().sum(),
    "log_softmax": lambda z: sg.log_softmax(z)[:, 0].sum(),
    "log": lambda z: sg.softmax.log(z)[:, 0].sum(),
    "loss": lambda z: LAYER.value(z, Y).sum(),
    "mean": lambda z: LAYER.value(z, Y, reduction="mean"),
    "prediction": lambda z: sg.squared_error(z, SOFT).sum(),
    "gradient": lambda z: (LAYER.gradient(z, Y) * SOFT).sum(),
}
each_function = pytest.mark.parametrize("name", FUNCTIONS)


@each_function
def test_third_derivatives_are_refused_by_every_transformation(name: str) -> None:
    f = FUNCTIONS[name]
    calls: list[Callable[[], Any]] = [
        lambda: func.jacrev(func.jacrev(func.jacrev(f)))(Z),
        lambda: func.jacfwd(func.jacrev(func.jacrev(f)))(Z),
        lambda: func.jacrev(func.jacfwd(func.jacrev(f)))(Z),
        lambda: func.jacfwd(func.jacfwd(func.jacrev(f)))(Z),
        lambda: func.jacrev(func.jacrev(func.jacfwd(f)))(Z),
        lambda: func.jacfwd(func.jacfwd(func.jacfwd(f)))(Z),
        lambda: func.vmap(func.grad(lambda z: func.hessian(f)(z).sum()))(Z[None]),
    ]
    for call in calls:
        with pytest.raises(AutodiffError, match=r"is not offered; "):
            call()
    if name == "gradient":  # (which is a derivative already)
        return
    z = Z.clone().requires_grad_()
    (slope,) = torch.autograd.grad(f(z), z, create_graph=True)
    (bend,) = torch.autograd.grad((slope**2).sum(), z, create_graph=True)
    with pytest.raises(AutodiffError, match=r"third derivative.*differentiate twice at most"):
        bend.sum().backward()


@pytest.mark.parametrize("mode", ["eager", "func", "compiled"])
def test_a_second_derivative_by_the_target_is_refused(mode: str) -> None:
    def slope(t: torch.Tensor) -> torch.Tensor:
        return func.grad(lambda z: LAYER.value(z, t).sum())(Z).square().sum()

    if mode == "eager":
        t = SOFT.clone().requires_grad_()
        value = LAYER.value(LEARNT, t).sum()
        (first,) = torch.autograd.grad(value, LEARNT, create_graph=True)
        with pytest.raises(AutodiffError, match="target"):
            first.sum().backward()
        return
    call = func.grad(slope)
    if mode == "compiled":
        call = torch.compile(call, backend="aot_eager")
    with pytest.raises(Exception, match="second derivative by the target"):
        call(SOFT)


def test_forward_over_forward_is_refused_where_the_jacobian_is_not_symmetric() -> None:
    def twice(call: Any) -> Any:
        def change(z: torch.Tensor) -> torch.Tensor:
            return func.jvp(call, (z,), (SOFT,))[1]

        return func.jvp(change, (Z,), (SOFT,))[1]

    for call in (sg.log_softmax, sg.TaylorSoftmax(), sg.softmax.log, sg.sigmoid.complement):
        with pytest.raises(AutodiffError, match="take reverse over forward"):
            twice(call)
    assert twice(sg.softmax).abs().max() > 0


def test_labels_have_no_derivative() -> None:
    with pytest.raises((RuntimeError, AutodiffError)):
        func.grad(lambda y: LAYER.value(Z, y).sum())(Y)


@pytest.mark.parametrize("call", ["jacobian", "hessian", "gauss_newton", "logsumexp", "linearize"])
def test_operators_of_tensors_that_require_grad_are_refused(call: str) -> None:
    calls: dict[str, Callable[[], Any]] = {
        "jacobian": lambda: sg.softmax.jacobian(LEARNT).to_dense(),
        "hessian": lambda: LAYER.hessian(LEARNT, Y).to_dense(),
        "gauss_newton": lambda: LAYER.gauss_newton(LEARNT, Y).to_dense(),
        "logsumexp": lambda: sg.logsumexp(LEARNT),
        "linearize": lambda: sg.softmax.linearize(LEARNT),
    }
    with pytest.raises(AutodiffError, match=r"requires grad.*detach"):
        calls[call]()
