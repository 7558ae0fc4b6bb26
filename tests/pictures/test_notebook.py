from __future__ import annotations

import subprocess
import sys
import tracemalloc
from dataclasses import dataclass, replace
from typing import ClassVar
from xml.etree import ElementTree

import numpy as np
import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Activation
from softgrad.contracts.domains import REAL
from softgrad.pictures.notebook.markup import cell

Z = np.array([1.0, 2.0, 3.0])


def read(shown: object) -> ElementTree.Element:
    """The display of an object, which is well-formed whatever stands in it."""
    html = shown._repr_html_()
    assert html is not None
    return ElementTree.fromstring(html)


def tables(shown: object) -> list[list[list[str]]]:
    """The texts of all cells, table by table."""
    return [
        [["".join(one.itertext()) for one in row] for row in table.iter("tr")]
        for table in read(shown).iter("table")
    ]


def numbers(table: list[list[str]], n: int) -> np.ndarray:
    inner = [[text.replace("−", "-") for text in row[1 : n + 1]] for row in table[1 : n + 1]]
    return np.array(inner, dtype=float)


def text_of(shown: object) -> str:
    return "".join(read(shown).itertext())


def test_a_jacobian_names_i_and_j_and_shows_the_sums():
    (table,) = tables(sg.softmax.jacobian(Z))
    assert table == [
        ["", "j = 0", "j = 1", "j = 2", "row sum"],
        ["i = 0", "0.0819", "−0.0220", "−0.0599", "0"],
        ["i = 1", "−0.0220", "0.1848", "−0.1628", "0"],
        ["i = 2", "−0.0599", "−0.1628", "0.2227", "0"],
        ["column sum", "0", "0", "0", ""],
    ]


def test_a_screen_reader_is_told_what_a_number_belongs_to():
    shown = read(sg.softmax.jacobian(Z))
    scopes = [(head.get("scope"), head.text) for head in shown.iter("th")]
    assert scopes[:4] == [("col", f"j = {j}") for j in range(3)] + [("col", "row sum")]
    assert scopes[4:] == [("row", f"i = {i}") for i in range(3)] + [("row", "column sum")]
    assert all(head.text for head in shown.iter("th"))
    assert shown.find(".//caption") is not None
    titles = [one.get("title") for one in shown.iter("td") if one.get("title")]
    assert titles[3] == "i = 1, j = 0: d output 1 / d input 0 = -0.0220330445"


@pytest.mark.parametrize("background", [255.0, 17.0])
def test_numbers_are_readable_on_the_strongest_colour_in_the_light_and_in_the_dark(background):
    def luminance(colour: np.ndarray) -> float:
        c = colour / 255.0
        return float(np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ W)

    W = np.array([0.2126, 0.7152, 0.0722])
    for share in (-1.0, 1.0):
        inside = cell("1", share=share).partition("rgba(")[2].partition(")")[0]
        *colour, strength = map(float, inside.split(","))
        below = luminance(strength * np.array(colour) + (1.0 - strength) * background)
        ink = luminance(np.full(3, 238.0 if background < 128.0 else 0.0))
        assert (max(below, ink) + 0.05) / (min(below, ink) + 0.05) > 4.5  # WCAG 2.2, 1.4.3


ROWS = np.random.default_rng(0).normal(size=(2, 4)) * 3.0


@pytest.mark.parametrize(
    "operator",
    [
        sg.spherical_softmax.jacobian(ROWS),  # which is not symmetric
        sg.OutputLayer("softmax", "squared_error").hessian(ROWS, np.array([1, 3])),
        sg.OutputLayer("softmax", "ranked_probability_score").hessian(ROWS, np.array([1, 3])),
    ],
)
def test_the_numbers_are_those_of_every_kind_of_operator(operator):
    shown = tables(operator)
    assert len(shown) == 2
    for table, right in zip(shown, np.asarray(operator), strict=True):
        np.testing.assert_allclose(numbers(table, 4), right, atol=6e-5)


def test_the_entry_that_would_cancel_keeps_its_digits():
    (table,) = tables(sg.softmax.jacobian([0.0, 50.0]))
    assert [row[1:3] for row in table[1:3]] == [["1.9e−22", "−1.9e−22"], ["−1.9e−22", "1.9e−22"]]


def test_of_a_million_classes_the_corner_is_shown_at_the_cost_of_a_corner():
    z = np.zeros(1_000_000)
    z[2] = 20.0  # the pivot
    J = sg.softmax.jacobian(z)
    sg.softmax.jacobian(Z)._repr_html_()  # imports
    tracemalloc.start()
    (table,) = tables(J)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000
    right = [[float(J[i, j]) for j in range(6)] for i in range(6)]
    np.testing.assert_allclose(numbers(table, 6), right, rtol=0.06)
    assert table[0][-1] == table[-1][0] == "…"
    assert "1,000,000 × 1,000,000" in text_of(J)
    assert "3,000,000 numbers in the place of 1,000,000,000,000" in text_of(J)


def test_of_a_batch_the_first_few_are_shown():
    J = sg.softmax.jacobian(np.random.default_rng(0).normal(size=(2, 50_000, 3)) * 4.0)
    shown = tables(J)
    assert len(shown) == 3
    for k, table in enumerate(shown):
        np.testing.assert_allclose(numbers(table, 3), J.to_dense()[0, k], atol=6e-5)
    assert "A[0, 2]: row i is the output" in text_of(J)
    assert "3 of 100,000" in text_of(J)


def test_what_takes_long_is_not_written_out():
    z = np.zeros((200_000, 3))
    H = sg.OutputLayer("softmax", "ranked_probability_score").hessian(z, np.zeros(len(z), int))
    assert tables(H) == []
    assert "Too many to be written out" in text_of(H)


@pytest.mark.parametrize(
    ("d", "shown"),
    [
        ([np.nan, np.inf, -np.inf], "nan"),
        ([0.0, 0.0], "0"),
        ([1e300, 1e-300], "1.0e+300"),
        ([], "no entries"),
        (np.zeros((0, 3)), "no entries"),
    ],
)
def test_any_numbers_are_shown(d, shown):
    assert shown in text_of(sg.DiagonalPlusLowRank(np.asarray(d)))


def test_arrays_of_other_frameworks_are_shown():
    torch = pytest.importorskip("torch")
    jax = pytest.importorskip("jax")
    right = tables(sg.softmax.jacobian(Z.astype(np.float32)))
    assert tables(sg.softmax.jacobian(torch.tensor(Z, dtype=torch.float32))) == right
    assert tables(sg.softmax.jacobian(jax.numpy.asarray(Z, dtype="float32"))) == right


def test_what_is_traced_has_no_numbers_and_shows_its_text():
    jax = pytest.importorskip("jax")
    found = []
    jax.jit(lambda z: found.append(sg.softmax.jacobian(z)._repr_html_()) or z)(Z)
    assert found == [None]


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_every_entry_of_the_catalogue_is_shown_with_its_formula(name):
    (table,) = tables(getattr(sg, name))
    told = dict(table)
    assert len(told["formula"]) > 3
    assert told.get("gives") or told.get("is defined on")


def test_a_layer_is_shown_with_its_settings_and_its_path():
    loss = sg.cross_entropy + 1e-4 * sg.z_loss
    layer = sg.OutputLayer(sg.Softmax(temperature=0.5), loss, class_weight=[1.0, 2.0, 1.0])
    layer.gradient(Z, 1)
    text = text_of(layer)
    assert "Softmax(temperature=0.5)" in text
    assert "0.0001 × ZLoss()" in text
    own = dict(tables(layer)[-1])
    assert own == {"class_weight": "[1.0, 2.0, 1.0]", "path": layer.explain()}
    assert "0.0001" in text_of(loss)


def test_a_wrong_derivative_is_shown_with_the_line_to_write_and_the_difference():
    report = sg.check(sg.softmax, lambda z: sg.softmax(z) * (1 - sg.softmax(z)), Z)
    shown = read(report)
    text = "".join(shown.itertext())
    assert "✗ wrong: diagonal-only" in text
    code = shown.find(".//pre/code")
    assert code is not None
    assert (code.text or "").splitlines()[-1].startswith("return p * (g - np.sum(")
    theirs, reference, difference = tables(report)
    J = sg.softmax.jacobian(Z).to_dense()
    np.testing.assert_allclose(numbers(reference, 3), J, atol=6e-5)
    np.testing.assert_allclose(numbers(theirs, 3), np.diag(np.diag(J)), atol=6e-5)
    np.testing.assert_allclose(numbers(difference, 3), np.diag(np.diag(J)) - J, atol=6e-5)
    assert [row[-1] for row in reference[1:4]] == ["0"] * 3  # they are differences: 1e-14


def test_of_a_long_row_the_part_is_shown_where_the_entry_is_that_is_furthest_off():
    report = sg.check(sg.softmax, lambda z: np.diag(sg.softmax(z)), np.linspace(0, 1, 40))
    evidence = report.evidence
    assert evidence is not None
    for table in tables(report):
        assert f"j = {evidence.j}" in table[0]
        assert f"i = {evidence.i}" in [row[0] for row in table]
        assert len(table) <= 10


def test_a_right_derivative_is_shown_in_a_line():
    report = sg.check(sg.softmax, lambda z: sg.softmax.jacobian(z).to_dense(), Z)
    assert text_of(report).startswith("✓ correct")
    assert tables(report) == []


def test_texts_of_others_are_texts():
    report = sg.check(sg.softmax, lambda z: 2 * sg.softmax.jacobian(z).to_dense(), Z)
    evil = "<script>alert('1')</script>\"&"
    changed = replace(report, explanation=f"{evil} Write instead: {evil}", qualification=evil)
    assert text_of(changed).count(evil) == 3
    assert read(changed).find(".//script") is None


def test_what_cannot_be_shown_shows_its_text():
    @dataclass(frozen=True, kw_only=True, repr=False)
    class Odd(Activation):
        name: ClassVar[str] = "odd"
        domain: ClassVar = REAL
        rowwise: ClassVar[bool] = False

        def forms(self, xp, z):
            raise NotImplementedError

        def __repr__(self) -> str:
            raise RuntimeError

    assert Odd()._repr_html_() is None


def test_displays_need_no_matplotlib():
    code = (
        "import sys, softgrad as sg; assert sg.softmax.jacobian([1.0, 2.0])._repr_html_(); "
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
