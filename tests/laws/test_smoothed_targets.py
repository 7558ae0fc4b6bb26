"""Smoothing of targets: after they are looked at, and of shares alone."""

from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import definition_of
from laws.refusals import PARTS, refused
from softgrad import OutputLayer
from softgrad.errors import ParameterError


def test_smoothing_comes_after_the_look() -> None:
    layer = OutputLayer("sigmoid", "cross_entropy", label_smoothing=0.9)
    for one in (layer, definition_of(layer)):
        refused(one, np.zeros((2, 2)), np.array([[0.0, 1.25], [0.0, 0.0]]))


def test_what_is_no_share_of_a_class_is_not_smoothed() -> None:
    z = np.linspace(-1.0, 1.0, 6).reshape(2, 3)
    of_values = {"kl_divergence_of_logs": np.log(np.full((2, 3), 1 / 3)), "multi_quantile": z[:, 0]}
    sums = sg.kl_divergence_of_logs + sg.squared_error, sg.squared_error + sg.multi_quantile
    for loss, t in zip([*of_values, *sums], [*of_values.values()] * 2, strict=True):
        layer = OutputLayer("identity", loss, label_smoothing=0.1)
        for one in (layer, definition_of(layer)):
            for part in PARTS:
                with pytest.raises(ParameterError, match=r"label_smoothing is 0\.1; .* no shares"):
                    getattr(one, part)(z, t)
