"""A class from outside the package has a name from when it is registered until it is taken back."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from own_entries import Bent, Fair
from softgrad.boosting import objective
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import ElementWise
from softgrad.errors import (
    DefinitionError,
    InputTypeError,
    RegistrationError,
    StorageError,
    UnknownNameError,
)
from softgrad.nn import Dense, Network
from softgrad.registration import unregister


@pytest.fixture(autouse=True)
def _names() -> Iterator[None]:
    sg.register(Bent)
    sg.register(Fair)
    yield
    for table in (ACTIVATIONS, LOSSES):
        for name in [name for name in table if table.is_outside(name)]:
            unregister(name)


def named(kind: type, name: str, module: str = "elsewhere") -> Any:
    """A class as `kind`, of another name or from another place."""
    content = {"name": name, "__module__": module}
    return dataclass(frozen=True)(type(kind.__name__, (kind,), content))


def test_its_name_is_an_object_with_default_hyper_parameters() -> None:
    by_name = sg.OutputLayer("bent", "fair")
    assert by_name == sg.OutputLayer(Bent(), Fair())
    z, t = np.array([[1.0, -2.0]]), np.array([[0.5, 0.5]])
    assert np.array_equal(by_name.gradient(z, t), sg.OutputLayer(Bent(), Fair()).gradient(z, t))


def test_pairs_and_messages_know_it_and_the_package_is_as_it_was() -> None:
    found = set(sg.pairs())
    assert {("bent", "fair"), ("softmax", "fair"), ("bent", "squared_error")} <= found
    assert ("bent", "cross_entropy") not in found
    with pytest.raises(UnknownNameError, match="did you mean fair"):
        sg.OutputLayer("softmax", "fare")
    assert "fair" not in sg.__all__
    assert {"fair", "bent"} <= {*LOSSES, *ACTIVATIONS}
    with pytest.raises(AttributeError):
        _ = sg.fair


def test_register_gives_the_class_back_so_that_it_is_a_decorator() -> None:
    assert sg.register(Fair) is Fair


def test_a_definition_that_is_run_again_takes_the_old_ones_place() -> None:
    again = named(Fair, "fair", Fair.__module__)
    assert sg.register(again) is LOSSES["fair"] is again


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (named(Fair, "focal"), "softgrad's own Focal"),
        (named(Fair, "softmax"), "softgrad's own Softmax"),
        (named(Fair, "fair"), "own_entries.Fair"),
        (named(Fair, "bent"), "own_entries.Bent"),
    ],
)
def test_a_name_that_is_taken_is_refused(kind: Any, taken: str) -> None:
    before = sg.OutputLayer("softmax", "focal").loss, LOSSES["fair"], ACTIVATIONS["bent"]
    message = re.escape(f"is taken by {taken}; give elsewhere.Fair another")
    with pytest.raises(RegistrationError, match=message):
        sg.register(kind)
    after = sg.OutputLayer("softmax", "focal").loss, LOSSES["fair"], ACTIVATIONS["bent"]
    assert before == after


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        (named(Fair, "mse"), "squared_error"),
        (named(Bent, "swish"), "silu"),
        (named(Fair, "nll"), "negative_log_likelihood or cross_entropy"),
    ],
)
def test_what_others_call_an_entry_is_no_name_of_another(kind: Any, meant: str) -> None:
    message = f"{kind.name}' is what other libraries call softgrad's own {meant}; give elsewhere"
    with pytest.raises(RegistrationError, match=message):
        sg.register(kind)
    assert kind.name not in {*ACTIVATIONS, *LOSSES}


class Family(ElementWise, ABC):
    pass


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (Fair(), r"got Fair\(.*\); expected a subclass of Activation or RowLoss: register\(Fair\)"),
        (int, "expected a subclass of Activation or RowLoss"),
        ("fair", "expected a subclass of Activation or RowLoss"),
        (Family, "Family is abstract: it lacks first, second, value"),
    ],
)
def test_what_is_no_class_of_an_entry_is_refused(thing: Any, message: str) -> None:
    with pytest.raises(InputTypeError, match=message):
        sg.register(thing)


def test_a_class_that_needs_arguments_has_no_object_to_name() -> None:
    content = {"name": "needy", "__annotations__": {"scale": float}}
    kind = dataclass(frozen=True, kw_only=True)(type("Needy", (Bent,), content))
    with pytest.raises(RegistrationError, match="Needy cannot be made without scale"):
        sg.register(kind)


def test_a_decorator_below_that_of_the_dataclass_is_told_its_place() -> None:
    with pytest.raises(DefinitionError, match=r"no dataclass yet; .* above that"):
        sg.register(type("Early", (Bent,), {"name": "early"}))
    assert "early" not in ACTIVATIONS


def test_only_registered_names_are_taken_back() -> None:
    with pytest.raises(UnknownNameError, match="no registered class is called 'softmax'"):
        unregister("softmax")


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
def test_boosting_takes_it_by_name(library: str) -> None:
    scores, y = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.0, 2.5])
    made = objective("identity", "fair", library=library, curvature="exact")
    slopes, bends = made.derivatives(scores, y)
    d = scores - y
    np.testing.assert_allclose(slopes, d / (1.0 + abs(d)), rtol=1e-15)
    np.testing.assert_allclose(bends, (1.0 + abs(d)) ** -2, rtol=1e-15)


def network() -> Network:
    return Network([Dense(4), Bent(), Dense(2)], (Bent(), Fair(c=2.0) + 0.5 * Fair()), inputs=3)


def test_a_network_of_it_is_saved_and_loaded(tmp_path: Path) -> None:
    one = network()
    same = Network.load(one.save(tmp_path / "own"))
    assert same.output == one.output
    assert repr(same) == repr(one)
    x = np.ones((1, 3))
    np.testing.assert_array_equal(same.predict(x), one.predict(x))


def test_saving_what_has_no_name_says_how_it_gets_one(tmp_path: Path) -> None:
    unregister("fair")
    with pytest.raises(StorageError, match=r"write @softgrad.register above the class Fair, or"):
        network().save(tmp_path / "own")
    # A class of another place has its name, and is not what a file would give back.
    sg.register(named(Fair, "fair"))
    with pytest.raises(StorageError, match=r"write @softgrad.register above the class Fair"):
        network().save(tmp_path / "own")


def test_loading_what_is_not_registered_says_what_to_import(tmp_path: Path) -> None:
    path = network().save(tmp_path / "own")
    unregister("bent")
    message = r"'bent', saved of a class 'own_entries.Bent', and here that name nobody has regis"
    with pytest.raises(StorageError, match=message):
        Network.load(path)


def test_loading_a_name_that_is_now_of_the_other_kind_says_whose_it_is(tmp_path: Path) -> None:
    path = network().save(tmp_path / "own")
    unregister("bent")
    sg.register(named(Fair, "bent"))
    with pytest.raises(StorageError, match=r"that name is that of a loss, elsewhere\.Fair\. "):
        Network.load(path)
    unregister("bent")
    sg.register(Bent)
    unregister("fair")
    sg.register(named(Bent, "fair"))
    with pytest.raises(StorageError, match=r"that name is that of an activation, elsewhere\.Bent"):
        Network.load(path)


def test_a_file_never_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = network().save(tmp_path / "own")
    wicked = path.read_bytes().replace(b"own_entries.Bent", b"wicked_code.Bent")
    (tmp_path / "wicked").write_bytes(wicked)
    (tmp_path / "wicked_code.py").write_text("raise SystemExit('executed')")
    monkeypatch.syspath_prepend(tmp_path)
    Network.load(tmp_path / "wicked")  # the registered one: what the file says is for messages
    unregister("bent")
    with pytest.raises(StorageError, match=r"wicked_code\.Bent"):
        Network.load(tmp_path / "wicked")


def test_a_name_that_has_become_softgrads_own_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    path = network().save(tmp_path / "own")
    tanh = path.read_bytes().replace(b'\\"name\\": \\"bent\\"', b'\\"name\\": \\"tanh\\"')
    assert tanh != path.read_bytes()
    (tmp_path / "later").write_bytes(tanh)
    with pytest.raises(StorageError, match="here that name is softgrad's own"):
        Network.load(tmp_path / "later")
