"""Where kernels are registered: copies of layers, other kernels, and classes that are not ours."""

import copy
import pickle
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import by_definition
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.fast_paths import ByClass, Work, fast_paths
from softgrad.contracts.separable import SeparableLoss

Z = np.random.default_rng(0).normal(size=(40, 6))
T = np.full(Z.shape, 0.125)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copied_layer_has_its_kernel(again):
    layer = sg.OutputLayer("softmax", sg.Focal(gamma=1.5), reduction="mean", label_smoothing=0.1)
    labels = Z.argmax(-1)
    want = layer.value_and_gradient(Z, labels)
    copied = again(layer)
    assert copied.explain().endswith("nothing was computed yet")
    got = copied.value_and_gradient(Z, labels)
    assert copied.explain().startswith("kernel softmax x focal")
    for a, b in zip(got, want, strict=True):
        np.testing.assert_array_equal(a, b)
    with by_definition():  # a process without kernels
        bare = again(layer)
    bare.value(Z, labels)
    assert bare.explain().startswith("chain rule")


class Recorder:
    """A kernel that counts its calls and serves none, or says that everything is 7."""

    def __init__(self, answer=None):
        self.calls, self.answer = 0, answer

    def run(self, *arguments, **wanted):
        self.calls += 1
        return self.answer

    def describe(self, *, copied):
        return f"kernel of a test{', on copies' * copied}"


def test_a_registered_kernel_is_asked_and_may_decline(monkeypatch):
    declining, serving = Recorder(), Recorder((np.float64(7), None, None))
    want = sg.OutputLayer("softmax", "squared_error").value(Z, T)
    monkeypatch.setattr(fast_paths, "pair", lambda *_: declining)
    layer = sg.OutputLayer("softmax", "squared_error")
    np.testing.assert_allclose(layer.value(Z, T), want, rtol=1e-13)
    assert layer.explain().startswith("chain rule")
    assert declining.calls == 2  # as the arguments are, and made regular
    monkeypatch.setattr(fast_paths, "pair", lambda *_: serving)
    layer = sg.OutputLayer("softmax", "squared_error")
    assert layer.value(Z, T) == 7
    assert layer.explain() == "kernel of a test"


def test_a_map_is_looked_for_once_a_class(monkeypatch):
    asked = []
    monkeypatch.setattr(fast_paths, "maps", ByClass(asked.append))
    for _ in range(2):
        sg.softmax(Z)
        sg.Softmax(temperature=2.0).vjp(Z, Z)
        sg.tanh(Z)
    assert asked == [sg.Softmax, sg.Tanh]


@dataclass(frozen=True, kw_only=True, repr=False)
class Tanh(ElementWise):
    """A user's own activation, of a name that the catalogue has: it doubles."""

    name: ClassVar[str] = "tanh"
    domain = sg.Tanh.domain

    def value(self, xp, z):
        return 2.0 * z

    def first(self, xp, z):
        return 2.0 + 0.0 * z

    def second(self, xp, z):
        return 0.0 * z

    def exact(self, z):
        return [2 * x for x in z]


@dataclass(frozen=True, kw_only=True, repr=False)
class SquaredError(SeparableLoss):
    """A user's own loss, of a name that the catalogue has: it is the sum of the predictions."""

    name: ClassVar[str] = "squared_error"
    accepts = sg.SquaredError.accepts
    lives_on = sg.SquaredError.lives_on
    targets = sg.SquaredError.targets

    def entry_value(self, r, t):
        return r.p

    def entry_gradient(self, r, t):
        return 1.0 + 0.0 * t

    def entry_hessian(self, r, t):
        return 0.0 * t

    def exact(self, r, t, side="class"):
        return sum(r)


def test_a_class_of_the_same_name_is_not_taken_for_ours():
    assert fast_paths.maps[Tanh] is None
    np.testing.assert_array_equal(Tanh()(Z), 2 * Z)
    np.testing.assert_array_equal(Tanh().vjp(Z, T), 2 * T)
    layer = sg.OutputLayer(Tanh(), sg.SquaredError())
    np.testing.assert_allclose(layer.value(Z, T), np.sum((2 * Z - T) ** 2, axis=-1))
    assert layer.explain().startswith("chain rule")
    layer = sg.OutputLayer(sg.Tanh(), SquaredError())
    np.testing.assert_allclose(layer.value(Z, T), np.sum(np.tanh(Z), axis=-1))
    assert layer.explain().startswith("chain rule")


def test_every_kind_of_work_is_a_kernels():
    kernel = fast_paths.maps[sg.Softmax]
    for work in Work:
        assert kernel(work, sg.softmax, Z, -1, None, None, Z, Z).shape == Z.shape
        assert kernel(work, sg.softmax, Z.tolist(), -1, None, None, Z, Z) is None
