"""What `softgrad.testing.check_entry` asks of an entry, the catalogue keeps on every path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from laws.both_ways import by_definition
from laws.cases import ACTIVATION_VARIANTS, LOSS_VARIANTS, identify
from softgrad.testing import activation_facts, far_laws, loss_facts
from softgrad.testing.limits import Limits

OWN = [loss for loss in LOSS_VARIANTS if not loss.needs_potential]


@pytest.fixture(params=[nullcontext, by_definition], ids=["kernels", "definition"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    with request.param():
        yield


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
@pytest.mark.parametrize("law", (*activation_facts.LAWS, *far_laws.ACTIVATION_LAWS), ids=identify)
def test_every_activation_keeps_what_it_says(law: Callable[..., None], activation: Any) -> None:
    law(activation, Limits())


@pytest.mark.parametrize("loss", OWN, ids=identify)
@pytest.mark.parametrize("law", (*loss_facts.LAWS, *far_laws.LOSS_LAWS), ids=identify)
def test_every_loss_keeps_what_it_says(law: Callable[..., None], loss: Any) -> None:
    law(loss, Limits())
