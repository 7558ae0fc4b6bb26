"""Laws of masks: a masked entry is as good as absent."""

from __future__ import annotations

from typing import Any

import numpy as np

from laws.cases import targets
from laws.variants import each_placed_pair, each_variant, moderate, same
from softgrad import OutputLayer


@each_variant
def test_whatever_is_masked_cannot_be_seen(activation: Any) -> None:
    z = moderate(activation)
    keep = np.array([True, False, True, True])
    expected = activation(z, where=keep)
    for garbage in (np.nan, np.inf, -np.inf, 1e300):
        spoiled = z.copy()
        spoiled[:, 1] = garbage
        assert np.array_equal(activation(spoiled, where=keep), expected)
        jacobian = activation.jacobian(spoiled, where=keep).to_dense()
        assert np.array_equal(jacobian, activation.jacobian(z, where=keep).to_dense())


@each_placed_pair
def test_a_mask_of_a_pair_is_the_same_as_leaving_entries_out(pair: Any) -> None:
    if pair[0].name == "gumbel_softmax":  # fewer entries draw other noise
        return
    z = moderate(pair[0])
    layer = OutputLayer(*pair)
    keep = np.array([True, True, False, True])
    for target in targets(*pair, z):
        t = target.given
        if t.shape == z.shape:
            short = t[:, keep]
        else:
            if t.dtype.kind == "i":
                t = np.where(t == 2, 0, t)
            short = np.where(t > 2, t - 1, t) if t.dtype.kind == "i" else t
        value, gradient = layer.value_and_gradient(z, t, where=keep)
        less_value, less_gradient = layer.value_and_gradient(z[:, keep], short)
        same(value, less_value, 16)
        same(gradient[:, keep], less_gradient, 16)
        assert not np.any(gradient[:, ~keep])
        dense = layer.hessian(z, t, where=keep).to_dense()
        less = layer.hessian(z[:, keep], short).to_dense()
        same(dense[:, keep][:, :, keep], less, 256)
        assert not np.any(dense[:, ~keep])
