"""Laws of `out=` for PyTorch's tensors: those of NumPy's arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import softgrad as sg
from laws.output_calls import READ, Z
from laws.variants import same
from softgrad.arrays.namespaces import as_operand
from softgrad.arrays.outputs import check_outputs
from softgrad.errors import InputTypeError, ParameterError, ShapeError


def test_what_holds_for_arrays_holds_for_tensors() -> None:
    layer = sg.OutputLayer("softmax", "squared_error")
    z, t = torch.tensor(Z), torch.tensor(READ["soft target"])
    memory = torch.zeros(2 * Z.size, dtype=z.dtype)
    first, second = (memory[i : i + Z.size].reshape(Z.shape) for i in (0, Z.size))
    layer.gradient_and_hessian_diagonal(z, t, out=(first, second))
    same(first.numpy(), layer.gradient(Z, READ["soft target"]))
    apart = memory[1 : 1 + Z.size].reshape(Z.shape)
    apart[...] = z
    assert sg.softmax(apart, out=apart) is apart
    same(apart.numpy(), sg.softmax(Z))
    refused: list[tuple[Callable[[], Any], type, str]] = [
        (lambda: sg.softmax(first, out=apart), ParameterError, "out shares memory with z"),
        (lambda: layer.gradient(z, first, out=apart), ParameterError, "with target"),
        (lambda: sg.softmax(z, out=Z.copy()), InputTypeError, "out is a ndarray; expected an"),
        (lambda: sg.softmax(z, out=[0.0]), InputTypeError, "out is a list; expected an array"),
        (lambda: sg.softmax(z, out=t[0].expand(Z.shape)), ParameterError, "out has strides"),
        (lambda: sg.softmax(z, out=t[0]), ShapeError, r"out has shape \(4,\); expected \(3, 4\)"),
        (lambda: sg.softmax(z, out=t.int()), InputTypeError, "out has dtype torch.int32"),
    ]
    for out in ((first, first), (first, apart), (apart, first)):
        refused += [
            (
                lambda out=out: layer.gradient_and_hessian_diagonal(z, t, out=out),
                ParameterError,
                r"out\[1\] shares memory with out\[0\]",
            )
        ]
    for call, kind, message in refused:
        with pytest.raises(kind, match=message):
            call()


def test_tensors_without_entries_have_no_places() -> None:
    def inside(z: Any) -> Any:
        return sg.softmax(z, out=torch.empty_like(z))

    same(torch.func.vmap(inside)(torch.tensor(Z)).numpy(), sg.softmax(Z))
    shape_only = torch.empty(Z.shape, device="meta")
    check_outputs(as_operand(shape_only, "z"), {"out": shape_only[:]}, {"z": shape_only})
