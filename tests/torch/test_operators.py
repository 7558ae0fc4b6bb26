"""The operators that traced programs hold pass torch's own checks of operators."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import pytest
import torch
from torch import Tensor, func

import softgrad as sg
from battery.judgement import close
from softgrad.layer.rows import RowsWork
from softgrad.torch.operators import map_operator, rows_operator
from softgrad.torch.recipes import map_text, name_of, rows_text

importlib.import_module("softgrad.torch")  # by whose functions operators are differentiated

Z = torch.tensor([[0.53, -1.07, 0.11], [1.61, 0.27, -0.73]], dtype=torch.float64)
MASK = torch.tensor([[True, True, False], [True, True, True]])
Y = torch.tensor([1, 0])
SOFT = torch.softmax(Z, -1)
SETTINGS = (("label_smoothing", 0.1), ("ignore_label", None), ("margin", 0.0))
SOFTMAX = map_text(name_of(sg.softmax), "output", (-1,))
GELU = map_text(name_of(sg.gelu), "output", ())
FOCAL = rows_text(name_of(sg.softmax), name_of(sg.focal), (-1,), SETTINGS)
COINS = rows_text(name_of(sg.sigmoid), name_of(sg.cross_entropy), (), SETTINGS)


def calls() -> list[tuple[Any, tuple[Any, ...]]]:
    """Each operator with each work, of tensors of several kinds."""
    found: list[tuple[Any, tuple[Any, ...]]] = []
    for recipe, mask in ((SOFTMAX, MASK), (SOFTMAX, None), (GELU, None)):
        for work, (g, v) in enumerate(((None, None), (SOFT, None), (None, SOFT), (SOFT, SOFT))):
            found.append((map_operator, (recipe, work, Z, mask, g, v)))
    weight = torch.tensor([2.0, -0.5], dtype=torch.float64)
    for work in RowsWork:
        v = SOFT if work == RowsWork.HVP else None
        target = SOFT if work == RowsWork.TARGET_GRADIENT else Y
        found += [
            (rows_operator, (FOCAL, int(work), Z, target, None, weight, v)),
            (rows_operator, (COINS, int(work), Z, SOFT, None, None, v)),
        ]
    half = Z.bfloat16()
    return [
        *found,
        (map_operator, (SOFTMAX, 0, half, None, None, None)),
        (map_operator, (SOFTMAX, 1, Z.T.contiguous().T, None, Z, None)),
        (rows_operator, (FOCAL, 1, half, Y, None, None, None)),
    ]


@pytest.mark.parametrize("requires_grad", [False, True])
def test_opcheck_has_nothing_to_say(requires_grad: bool) -> None:
    for operator, arguments in calls():
        z = arguments[2].clone().requires_grad_(requires_grad)
        work = arguments[1]
        # What has no further derivative is checked without one.
        if requires_grad and (work >= 2 or z.dtype is torch.bfloat16):
            continue
        given = (*arguments[:2], z, *arguments[3:])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch's own
            said = torch.library.opcheck(operator, given)
        assert set(said.values()) == {"SUCCESS"}, (arguments[:2], said)


def test_an_operator_that_a_graph_calls_is_differentiated() -> None:
    """As in an exported program, where no function of softgrad's is around it."""

    def p(z: Tensor) -> Tensor:
        return map_operator(SOFTMAX, 0, z, None, None, None)

    def formula(z: Tensor) -> Tensor:
        return (z.softmax(-1) * SOFT).sum()

    z = Z.clone().requires_grad_()
    (slope,) = torch.autograd.grad((p(z) * SOFT).sum(), z, create_graph=True)
    (bend,) = torch.autograd.grad(slope.square().sum(), z)
    expected = func.grad(lambda z: func.grad(formula)(z).square().sum())(Z)
    assert close(slope.detach(), func.grad(formula)(Z))
    assert close(bend, expected)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(Z, SOFT)
        change = torch.autograd.forward_ad.unpack_dual(p(dual)).tangent
    assert change is not None
    assert close(
        change,
        func.jacrev(lambda z: z.softmax(-1))(Z)
        .flatten(2)
        .flatten(0, 1)
        .mv(SOFT.flatten())
        .reshape(Z.shape),
    )
