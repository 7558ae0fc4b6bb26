"""What an editor and a shell show of softgrad is what a user calls, the class's own page first."""

from __future__ import annotations

import pydoc
from typing import Any

import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Activation, RowLoss

ENTRIES = [*ACTIVATIONS.values(), *LOSSES.values()]
CALLED_ON_ACTIVATIONS = {
    "complement",
    "curvature",
    "hvp",
    "jacobian",
    "jacobian_from_output",
    "jvp",
    "linearize",
    "log",
    "parameter_derivative",
    "partial",
    "vjp",
}
READ_ON_ACTIVATIONS = {"domain", "name", "rowwise", "symmetric", "hyper_parameters"}
CALLED_ON_LOSSES = {"fits", "gradient", "hessian"}
READ_ON_LOSSES = {"accepts", "lives_on", "name", "target_kind", "targets", "terms"}


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda kind: kind.__name__)
def test_dir_lists_what_users_call_and_no_hooks(kind: Any) -> None:
    entry = kind()
    shown = {name for name in dir(entry) if not name.startswith("__")}
    called = {name for name in shown if callable(getattr(kind, name, None))}
    assert not any(name.startswith("_") for name in shown)
    assert set(entry.hyper_parameters) <= shown
    if isinstance(entry, Activation):
        assert called == CALLED_ON_ACTIVATIONS
        assert shown >= READ_ON_ACTIVATIONS
    else:
        assert called == CALLED_ON_LOSSES
        assert shown >= READ_ON_LOSSES


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda kind: kind.__name__)
def test_help_of_an_object_starts_with_the_page_of_its_class(kind: Any) -> None:
    page = pydoc.render_doc(kind(), renderer=pydoc.plaintext)
    own = page.partition("Method resolution order")[0]
    told = " ".join(line.removeprefix(" |").strip() for line in own.splitlines())
    assert f"class {kind.__name__}" in own
    assert " ".join((kind.__doc__ or "").split()) in " ".join(told.split())
    for name in kind().hyper_parameters:
        assert f"{name}: " in own


def test_dir_of_the_package_is_what_it_promises() -> None:
    shown = {name for name in dir(sg) if not name.startswith("__")}
    rooms = shown - set(sg.__all__)
    assert set(sg.__all__) <= shown
    assert rooms <= {"boosting", "checking", "contracts", "errors", "nn", "operators", "testing"}
    assert not {"annotations", "import_module", "TYPE_CHECKING", "Any", "kernels"} & shown


def test_hooks_are_still_found_in_the_class() -> None:
    assert "forms" in dir(Activation)
    assert "row_value" in dir(RowLoss)
