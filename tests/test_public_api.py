"""What `softgrad` promises by name is there, documented, and nothing else is."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Activation, Loss

PROMISED_ACTIVATIONS = [
    "softmax",
    "log_softmax",
    "softmin",
    "taylor_softmax",
    "spherical_softmax",
    "softmax_plus_one",
    "sparsemax",
    "entmax",
    "gumbel_softmax",
    "hardmax",
    "l2_normalise",
    "identity",
    "sigmoid",
    "log_sigmoid",
    "tanh",
    "softplus",
    "relu",
    "leaky_relu",
    "elu",
    "celu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softsign",
    "squareplus",
    "hard_sigmoid",
    "hard_tanh",
    "exp",
    "arctan",
    "probit",
    "complementary_log_log",
]
PROMISED_LOSSES = [
    "cross_entropy",
    "focal",
    "generalised_cross_entropy",
    "poly",
    "taylor_cross_entropy",
    "symmetric_cross_entropy",
    "squared_error",
    "absolute_error",
    "kl_divergence",
    "reverse_kl_divergence",
    "jensen_shannon",
    "alpha_divergence",
    "spherical_score",
    "ranked_probability_score",
    "dice",
    "tversky",
    "huber",
    "pseudo_huber",
    "log_cosh",
    "quantile",
    "cosine",
    "poisson",
    "gaussian",
    "tweedie",
    "hinge",
    "squared_hinge",
    "weston_watkins",
    "fenchel_young",
    "z_loss",
]
ENTRIES = [*ACTIVATIONS.items(), *LOSSES.items()]


def test_every_promised_name_is_in_the_catalogue() -> None:
    assert set(PROMISED_ACTIVATIONS) <= set(ACTIVATIONS)
    assert set(PROMISED_LOSSES) <= set(LOSSES)


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_every_entry_is_a_class_and_a_ready_made_object(name: str, kind: Any) -> None:
    assert kind.name == name
    assert getattr(sg, kind.__name__) is kind
    ready = getattr(sg, name)
    assert type(ready) is kind
    assert isinstance(ready, Activation | Loss)
    assert {name, kind.__name__} <= set(sg.__all__)
    assert {name, kind.__name__} <= set(dir(sg))


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_every_entry_is_a_frozen_documented_dataclass(name: str, kind: Any) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__final__
    assert inspect.getdoc(kind)
    for one in fields(kind):
        assert one.name in inspect.getdoc(kind), f"{one.name} is not documented"
        with pytest.raises(AttributeError):
            setattr(kind(), one.name, 1.0)
    assert repr(kind()) == f"{kind.__name__}()"
    for variant in kind.examples():
        again = eval(repr(variant), {kind.__name__: kind})
        assert type(again) is kind
        if kind() == kind():  # one that draws noise equals itself alone
            assert variant == again
            assert hash(variant) == hash(again)


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_no_concrete_method_of_a_contract_is_overridden(name: str, kind: Any) -> None:
    final = {
        attribute
        for base in kind.__mro__[1:]
        for attribute, value in vars(base).items()
        if getattr(value, "__final__", False)
    }
    assert not final & set(vars(kind))


def test_every_public_name_is_documented() -> None:
    for name in sg.__all__:
        assert inspect.getdoc(getattr(sg, name)), name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'softmx'"):
        sg.softmx  # noqa: B018


def test_pairs_are_those_that_a_layer_can_be_made_of() -> None:
    found = set(sg.pairs())
    for a in ACTIVATIONS:
        for b in LOSSES:
            if (a, b) in found:
                assert sg.OutputLayer(a, b).explain()
            else:
                with pytest.raises(sg.SoftgradError):
                    sg.OutputLayer(a, b)
