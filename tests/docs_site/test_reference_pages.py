"""The reference has every public name, and a page for each activation and loss."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from softgrad_docs import catalogue_pages, entry_page
from softgrad_docs.public_names import INTERNAL, rooms
from softgrad_docs.room_page import room_page

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.cli.entries import entries

DOCUMENTED = re.compile(r"^\.\. (?:auto(?:class|function)|py:\w+):: (\w+)", re.MULTILINE)


def listed_names() -> Iterator[tuple[str, str]]:
    """Module and name of all that a package's `__all__` lists, internal packages apart."""
    for found in pkgutil.iter_modules(sg.__path__, "softgrad."):
        if found.ispkg and found.name.removeprefix("softgrad.") not in INTERNAL:
            module = importlib.import_module(found.name)
            yield from ((found.name, name) for name in getattr(module, "__all__", ()))


def test_every_listed_name_of_a_public_package_is_documented():
    documented = {
        (room.module, name) for room in rooms() for name in DOCUMENTED.findall(room_page(room))
    }
    missing = [pair for pair in listed_names() if pair not in documented]
    assert missing == []
    assert ("softgrad.nn", "Network") in documented
    assert ("softgrad.errors", "TargetError") in documented
    assert ("softgrad.contracts.domains", "SIMPLEX") in documented


def test_no_page_has_an_address_in_memory_which_changes_with_every_build():
    assert not [room.module for room in rooms() if " at 0x" in room_page(room)]


def test_every_name_of_softgrad_is_on_its_page_or_on_that_of_an_entry(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(entry_page, "_drawing", lambda entry: "")
    (own,) = (room for room in rooms() if room.module == "softgrad")
    documented = set(DOCUMENTED.findall(room_page(own)))
    for kind in ("activation", "loss"):
        for entry in entries(kind):
            documented |= set(DOCUMENTED.findall(entry_page.entry_page(entry)))
    assert sorted(set(sg.__all__) - documented) == []


def test_a_page_has_formula_domain_kinks_parameters_and_pairs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(entry_page, "_drawing", lambda entry: "<svg/>")
    (huber,) = (entry for entry in entries("loss") if entry.name == "huber")
    page = entry_page.entry_page(huber)
    assert ".. math::" in page
    assert "<svg/>" in page
    assert ":Is defined on: real values (-inf, inf);" in page
    assert ":Kinks: The second jumps from 1 to 0 at \\|d\\| = delta" in page
    assert "> 0, where the quadratic part ends." in page
    assert ":doc:`softmax </reference/activations/softmax>`" in page
    assert ":doc:`l2_normalise </reference/activations/l2_normalise>`" in page


def test_an_entry_whose_docstring_names_no_kink_has_none():
    silent = [e for kind in ("activation", "loss") for e in entries(kind) if not _has_kinks(e)]
    assert {"identity", "cross_entropy", "focal"} <= {entry.name for entry in silent}
    assert not {"relu", "sparsemax", "hardmax", "hinge"} & {entry.name for entry in silent}


def _has_kinks(entry: entry_page.Entry) -> bool:
    return entry_page.kinks(entry) != "None."


def test_the_tables_have_every_entry_and_every_pair():
    for kind, table in (("activation", ACTIVATIONS), ("loss", LOSSES)):
        page = catalogue_pages.table_of(kind)
        assert all(f"/{name}>`" in page for name in table)
    page = catalogue_pages.table_of_pairs()
    assert page.count('class="fits"') == len(list(sg.pairs()))
    assert 'class="fits" title="softmax x cross_entropy: composes"' in page
