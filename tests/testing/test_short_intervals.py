"""`check_entry` finds what is wrong on one short interval alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from own_entries import Bent, Fair
from softgrad.testing import (
    dense_laws,
)
from softgrad.testing.entry import findings
from softgrad.testing.limits import OF_ANY
from softgrad.testing.report import tried
from testing.altering import altered, without_exact

INTERVALS = [(1.0, 2.0), (0.0, 0.1), (-0.02, -0.01), (22.7, np.inf), (-30.0, -14.0)]


@pytest.mark.parametrize("method", ["value", "first", "second"])
@pytest.mark.parametrize("interval", INTERVALS)
def test_what_is_wrong_on_one_short_interval_is_found(
    interval: tuple[float, float], method: str
) -> None:
    right = getattr(Bent, method)

    def wrong(self: Any, xp: Any, z: Any) -> Any:
        inside = (z > interval[0]) & (z < interval[1])
        return xp.where(inside, 1.01, 1.0) * right(self, xp, z)

    makers = [altered] if method == "value" else [altered, without_exact]
    for make in makers:
        broken = make(Bent, **{method: wrong})
        found = [one for one in findings(broken, OF_ANY) if one.fault]
        assert any(one.function.startswith("dense") for one in found)


@pytest.mark.parametrize("method", ["entry_gradient", "entry_hessian"])
@pytest.mark.parametrize("interval", INTERVALS)
def test_what_is_wrong_of_a_loss_on_one_short_interval_is_found(
    interval: tuple[float, float], method: str
) -> None:
    right = getattr(Fair, method)

    def wrong(self: Any, r: Any, t: Any) -> Any:
        inside = (r.p > interval[0]) & (r.p < interval[1])
        return r.xp.where(inside, 1.01, 1.0) * right(self, r, t)

    broken = without_exact(Fair, **{method: wrong})
    assert any(tried(law, "", broken, OF_ANY).fault for law in dense_laws.LOSS_LAWS)
