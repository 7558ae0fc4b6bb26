from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

import softgrad as sg
from softgrad import catalogue
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Domain, ElementWise
from softgrad.contracts.domains import REAL


def test_every_name_of_the_catalogue_is_listed(command):
    out = command("list").out
    assert all(name in out for name in (*ACTIVATIONS, *LOSSES))
    assert f"{len(ACTIVATIONS)} activations" in out
    assert f"{len(LOSSES)} losses" in out


def test_the_json_is_the_catalogue(as_json):
    found = as_json("list")
    assert [entry["name"] for entry in found["activations"]] == list(ACTIVATIONS)
    assert [entry["name"] for entry in found["losses"]] == list(LOSSES)
    pairs = [(a, b) for a, partners in found["pairs"].items() for b in partners]
    assert pairs == list(sg.pairs())


def test_the_matrix_has_a_dot_for_each_pair(command):
    assert command("list", "pairs").out.count("●") == len(list(sg.pairs())) + 1  # and the legend


@pytest.mark.parametrize("part", ["", "activations", "losses", "pairs"])
def test_no_line_is_wider_than_the_terminal(command, monkeypatch, part):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, command("list", *filter(None, [part])).out.splitlines())) <= 80


def test_all_names_fit_a_screen(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert len(command("list").out.splitlines()) <= 24


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_every_entry_has_a_page_and_json(command, as_json, name):
    assert name in command("list", name.replace("_", "-")).out
    found = as_json("list", name)
    assert found["name"] == name
    assert found["formula"]
    assert found["documentation"]


def test_ranges_of_hyper_parameters_are_shown(command):
    assert "temperature=1.0 (> 0)" in command("list", "softmax").out


@dataclass(frozen=True, kw_only=True, repr=False)
class Newcomer(ElementWise):
    """a_i = 3 z_i."""

    name: ClassVar[str] = "newcomer"
    domain: ClassVar[Domain] = REAL

    def value(self, xp, z):
        return 3.0 * z

    def first(self, xp, z):
        return xp.full_like(z, 3.0)

    def second(self, xp, z):
        return xp.zeros_like(z)

    def exact(self, z):
        return [3 * x for x in z]


def test_an_activation_that_is_added_to_the_catalogue_is_in_every_command(
    command, as_json, monkeypatch
):
    monkeypatch.setattr(catalogue, "ACTIVATIONS", {**ACTIVATIONS, "newcomer": Newcomer})
    assert "a_i = 3 z_i" in command("list", "activations").out
    assert "newcomer" in command("list", "pairs").out
    assert "squared_error" in command("list", "newcomer").out
    found = as_json("derive", "1", "2", "--activation", "newcomer")
    assert found["jacobian"] == [[3.0, 0.0], [0.0, 3.0]]


def test_a_wrong_name_is_answered_with_the_nearest(command):
    assert "did you mean softmax" in command("list", "sotfmax").refused
    assert "`softgrad list` shows all names" in command("list", "zzz").refused
