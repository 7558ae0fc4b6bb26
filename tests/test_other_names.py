"""What people type for a name of the catalogue is an error that names it."""

from __future__ import annotations

import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import UnknownNameError
from softgrad.other_names import OTHER_NAMES, meant_by

LOSS_NAMES = {
    "mse": "squared_error",
    "MSELoss": "squared_error",
    "L2": "squared_error",
    "brier": "squared_error",
    "mae": "absolute_error",
    "l1": "absolute_error",
    "L1Loss": "absolute_error",
    "ce": "cross_entropy",
    "CrossEntropyLoss": "cross_entropy",
    "nll": "cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "kl": "kl_divergence",
    "KLDivLoss": "kl_divergence",
    "pinball": "quantile",
    "SmoothL1Loss": "huber",
    "focal-loss": "focal",
}
COIN_NAMES = ("bce", "BCELoss", "bce_with_logits", "BCEWithLogitsLoss", "binary_crossentropy")
ACTIVATION_NAMES = {
    "swish": "silu",
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "linear": "identity",
    "ReLU": "relu",
    "LogSoftmax": "log_softmax",
    "hardtanh": "hard_tanh",
    "argmax": "hardmax",
}


@pytest.mark.parametrize(("typed", "meant"), LOSS_NAMES.items())
def test_a_loss_by_another_name_is_suggested(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"did you mean .*\b{meant}\b"):
        sg.OutputLayer("softmax", typed)


@pytest.mark.parametrize("typed", COIN_NAMES)
def test_binary_cross_entropy_is_cross_entropy_of_sigmoid(typed: str) -> None:
    with pytest.raises(UnknownNameError, match=r"cross_entropy \(with the activation sigmoid\)\?"):
        sg.OutputLayer("sigmoid", typed)


@pytest.mark.parametrize(("typed", "meant"), ACTIVATION_NAMES.items())
def test_an_activation_by_another_name_is_suggested(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"did you mean {meant}\?"):
        sg.OutputLayer(typed, "squared_error")


def test_an_attribute_by_another_name_is_suggested() -> None:
    with pytest.raises(AttributeError, match=r"did you mean squared_error\?"):
        _ = sg.mse


def test_no_other_name_hides_one_of_the_catalogue() -> None:
    known = [*ACTIVATIONS, *LOSSES]
    for name in known:
        assert name not in OTHER_NAMES or name in OTHER_NAMES[name]
    for name, meant in OTHER_NAMES.items():
        assert all(one.isidentifier() and one == one.lower() for one in (name, *meant))
        assert meant_by(name, known), name
