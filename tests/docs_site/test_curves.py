"""The curves of a page are those of one function: each is the derivative of the one before."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from softgrad_docs import curves
from softgrad_docs.plots import drawing

from softgrad.catalogue import ACTIVATIONS, LOSSES

CASES = [
    *((curves.of_activation, kind) for kind in ACTIVATIONS.values()),
    *((curves.of_loss, kind) for kind in LOSSES.values()),
]
# Its derivative is softmax's.
SURROGATES = ("hardmax",)


@pytest.mark.parametrize(("draw", "kind"), CASES, ids=[kind.name for _, kind in CASES])
def test_each_curve_is_the_slope_of_the_one_before(draw: Callable[[Any], Any], kind: Any):
    found = draw(kind)
    if kind.name not in SURROGATES:
        assert_is_slope(found.x, found.values, found.slopes)
    assert_is_slope(found.x, found.slopes, found.bends)


def assert_is_slope(x: Any, values: Any, slopes: Any) -> None:
    """At nearly all points: kinks and poles are few."""
    seen = np.gradient(values, x, axis=0)
    wrong = np.abs(seen - slopes) > 1e-3 * np.maximum(1.0, np.abs(slopes))
    assert np.mean(wrong[1:-1]) < 0.12


def test_a_drawing_takes_its_colours_from_the_page_and_leaves_the_page_alone():
    drawn = drawing(curves.of_activation(ACTIVATIONS["relu"]), "relu")
    assert 'aria-label="relu: value, first and second derivative"' in drawn
    assert "var(--plot-first)" in drawn
    assert "<style" not in drawn
    assert "#" not in drawn.replace("url(#", "").replace('href="#', "")
