"""What `softgrad.testing.check_entry` asks of an entry, the catalogue keeps on every path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from laws.both_ways import by_definition
from laws.cases import ACTIVATION_VARIANTS, LOSS_VARIANTS, identify
from softgrad.testing import (
    activation_facts,
    dense_exact_laws,
    dense_laws,
    far_laws,
    loss_facts,
)
from softgrad.testing.limits import OF_ANY, Limits

OWN = [loss for loss in LOSS_VARIANTS if not loss.needs_potential]
ONE_EACH = [one for one in ACTIVATION_VARIANTS if one == type(one).examples()[0]]


@pytest.fixture(params=[nullcontext, by_definition], ids=["kernels", "definition"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    with request.param():
        yield


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
@pytest.mark.parametrize("law", [*activation_facts.LAWS, *far_laws.ACTIVATION_LAWS], ids=identify)
def test_every_activation_keeps_what_it_says(law: Callable[..., None], activation: Any) -> None:
    law(activation, Limits())


@pytest.mark.parametrize("loss", OWN, ids=identify)
@pytest.mark.parametrize("law", [*loss_facts.LAWS, *far_laws.LOSS_LAWS], ids=identify)
def test_every_loss_keeps_what_it_says(law: Callable[..., None], loss: Any) -> None:
    law(loss, Limits())


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize("activation", ONE_EACH, ids=identify)
def test_every_activation_is_right_between_the_points_of_other_laws(activation: Any) -> None:
    for law in (*dense_exact_laws.LAWS, *dense_laws.ACTIVATION_LAWS):
        if activation.derivative_is_exact:
            law(activation, OF_ANY)


@pytest.mark.parametrize("loss", [one for one in OWN if one == type(one)()], ids=identify)
def test_every_loss_is_right_between_the_points_of_other_laws(loss: Any) -> None:
    # A sum of pairs is rounded more often than the differences of its slopes know of.
    limits = OF_ANY.loosened(10.0) if loss.name == "pairwise_logistic" else OF_ANY
    for law in dense_laws.LOSS_LAWS:
        law(loss, limits)
