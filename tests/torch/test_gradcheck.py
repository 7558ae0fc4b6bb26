"""PyTorch's own checks of derivatives by differences, slow mode, reverse and forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from battery.cases import Case, all_pairs, map_case, pair_case, with_labels
from laws.cases import identify
from softgrad.catalogue import ACTIVATIONS

# Its derivatives are those of softmax, which no difference of its outputs is.
ACTIVATIONS_TESTED = [
    one for kind in ACTIVATIONS.values() if (one := kind.examples()[0]).derivative_is_exact
]
PAIRS_TESTED = [pair for pair in all_pairs() if pair[0].derivative_is_exact]


def small(case: Case) -> Tensor:
    """The case's first two rows."""
    return case.z[:2].clone().requires_grad_()


def checked(call: Callable[[Tensor], Tensor], z: Tensor, **settings: bool) -> None:
    """First and second derivatives, of each output by each input."""
    assert gradcheck(call, z, check_forward_ad=True, **settings)
    assert gradgradcheck(call, z, **{"check_fwd_over_rev": True, **settings})


@pytest.mark.parametrize("activation", ACTIVATIONS_TESTED, ids=identify)
def test_an_activation_s_derivatives_are_differences(activation: Any) -> None:
    z = small(map_case(activation))[:, :3].detach().requires_grad_()
    checked(activation, z, check_batched_grad=True)


@pytest.mark.parametrize("form", ["log", "complement"])
def test_its_logarithm_s_and_complement_s_are(form: str) -> None:
    for activation in ACTIVATIONS_TESTED:
        if activation.domain.kind in ("simplex", "sub-simplex", "coins"):
            z = small(map_case(activation, form))[:1, :3].detach().requires_grad_()
            checked(getattr(activation, form), z, check_batched_grad=True)


@pytest.mark.parametrize("first", range(12))
def test_a_loss_s_first_derivatives_are_differences(first: int) -> None:
    """Every pair once, by turns of labels and of numbers."""
    for pair in PAIRS_TESTED[first::12]:
        call, z = loss_of_a_row(pair, first % 2 == 1)
        assert gradcheck(call, z, check_forward_ad=True, check_undefined_grad=False)


@pytest.mark.parametrize("first", range(12))
def test_a_loss_s_second_derivatives_are_differences(first: int) -> None:
    for at, pair in enumerate(PAIRS_TESTED[first::12]):
        call, z = loss_of_a_row(pair, first % 2 == 0)
        # One mode over the other, by turns.
        modes = {"check_fwd_over_rev": at % 2 == 0, "check_rev_over_rev": at % 2 == 1}
        assert gradgradcheck(call, z, check_undefined_grad=False, **modes)


def loss_of_a_row(pair: Any, labels: bool) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """The loss as a function of one row of three logits."""
    case = pair_case(*pair, which=0 if with_labels(pair[1], labels) else -1, columns=3)
    t = case.inputs[0][:1]
    return lambda z: case.rows(z, t), case.z[:1].clone().requires_grad_()
