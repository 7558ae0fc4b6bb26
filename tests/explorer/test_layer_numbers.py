"""The numbers of the first tab: what a reader would compute with a pencil, or with mpmath."""

from __future__ import annotations

import importlib
from pathlib import Path

import mpmath
import numpy as np
import pytest

from softgrad.catalogue import ACTIVATIONS, LOSSES, pairs
from softgrad.explorer.choices import choices
from softgrad.explorer.layer_numbers import layer_numbers
from softgrad.explorer.training import training
from softgrad.registration import register, unregister

CHOSEN = [("softmax", "cross_entropy"), ("sparsemax", "squared_error"), ("sigmoid", "focal")]


def test_a_cell_says_its_i_and_j_and_where_its_number_comes_from():
    words = layer_numbers({"z": "1,2,3"})["words"]
    assert words[1][0] == (
        "output i = 1, logit j = 0: i is not j, so -p_1 p_0 = -0.2447 x 0.0900 = -0.0220"
    )
    assert words[1][1] == (
        "output i = 1, logit j = 1: i is j, so p_1 (1 - p_1) = 0.2447 x 0.7553 = 0.1848"
    )


def test_a_temperature_stands_in_the_words():
    words = layer_numbers({"z": "1,2,3", "activation.temperature": "0.5"})["words"]
    assert "so -2 p_1 p_0 = -2 x 0.1173 x 0.0159 = -0.0037" in words[1][0]


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if not ACTIVATIONS[name].noisy])
def test_the_last_number_of_each_sentence_is_the_cells(name):
    told = layer_numbers({"z": "-1,2.5,0.4", "activation": name})
    for words, row in zip(told["words"], told["jacobian"], strict=True):
        for j, value in enumerate(row):
            last = float(words[j].rpartition("= ")[2])
            assert last == pytest.approx(value, abs=5e-5, rel=5e-3)


def test_the_jacobian_is_that_of_fifty_digits():
    with mpmath.workdps(50):
        e = [mpmath.exp(x) for x in (1, 2, 3)]
        p = [x / mpmath.fsum(e) for x in e]
        exact = [[float(p[i] * ((i == j) - p[j])) for j in range(3)] for i in range(3)]
    told = layer_numbers({"z": "1,2,3"})
    np.testing.assert_allclose(told["jacobian"], exact, rtol=1e-14)
    assert told["row_sums"] == told["column_sums"] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("activation", "loss"), CHOSEN)
def test_the_gradient_is_that_of_differences(activation, loss):
    def value(z):
        query = {"z": ",".join(map(str, z)), "activation": activation, "loss": loss, "target": "1"}
        return layer_numbers(query)["pair"]

    z, step = np.array([0.3, -0.2, 0.1]), 1e-5
    numeric = [
        (value(z + step * e)["value"] - value(z - step * e)["value"]) / (2 * step)
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(value(z)["gradient"], numeric, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("activation", "loss"), CHOSEN)
def test_dropping_what_is_off_the_diagonal_makes_the_error_that_is_shown(activation, loss):
    told = layer_numbers({"activation": activation, "loss": loss, "z": "1,2,2.5", "target": "1"})
    pair, J = told["pair"], np.asarray(told["jacobian"])
    np.testing.assert_allclose(J.T @ pair["upstream"], pair["gradient"], atol=1e-12)
    off = (J - np.diag(np.diag(J))).T @ pair["upstream"]
    np.testing.assert_allclose(pair["dropped"], -off, atol=1e-12)


@pytest.mark.parametrize("pair", [pair for k, pair in enumerate(pairs()) if k % 17 == 0])
def test_the_python_that_is_copied_gives_the_numbers_that_are_shown(pair):
    activation, loss = pair
    if ACTIVATIONS[activation].noisy:
        pytest.skip("draws noise")
    target = {"row": "1.5", "bounds": "1,2"}.get(LOSSES[loss]().target_kind, "0.2,0.5,0.3")
    if LOSSES[loss]().target_kind == "labels":
        target = "1"
    told = layer_numbers(
        {"activation": activation, "loss": loss, "z": "0.5,-1,2", "target": target}
    )
    run: dict[str, np.ndarray] = {}
    exec(told["code"], run)
    np.testing.assert_array_equal(run["p"], told["output"])
    np.testing.assert_array_equal(run["J"], told["jacobian"])
    if told["pair"] is None:
        assert "hessian" not in run
        return
    for name in ("gradient", "hessian", "gauss_newton"):
        np.testing.assert_array_equal(run[name], told["pair"][name])
    if told["pair"]["upstream"] is not None:
        np.testing.assert_array_equal(run["g"], told["pair"]["upstream"])
        np.testing.assert_array_equal(run["diagonal_only"], told["pair"]["diagonal_only"])


@pytest.fixture
def own_loss(tmp_path, monkeypatch):
    file = tmp_path / "explored_losses.py"
    file.write_text((Path(__file__).parents[1] / "own_entries.py").read_text(encoding="utf-8"))
    monkeypatch.syspath_prepend(tmp_path)
    yield register(importlib.import_module("explored_losses").Fair)
    unregister("fair")


def test_a_loss_of_ones_own_is_shown_and_the_python_imports_it(own_loss):
    told = layer_numbers({"loss": "fair", "target": "2", "loss.c": "0.5"})
    assert "import explored_losses" in told["code"]
    run: dict[str, np.ndarray] = {}
    exec(told["code"], run)
    np.testing.assert_array_equal(run["gradient"], told["pair"]["gradient"])
    assert "fair" in [one["name"] for one in choices({})["losses"]]


def test_a_pair_that_does_not_fit_says_why_and_still_shows_the_jacobian():
    told = layer_numbers({"activation": "softmax", "loss": "hinge"})
    assert told["pair"] is None
    assert told["no_pair"] == (
        "hinge takes any values; softmax gives probabilities of classes, all positive"
    )
    assert len(told["jacobian"]) == 3


def test_the_training_curve_is_spoiled_where_only_the_diagonal_is_kept():
    told = training({"loss": "cross_entropy", "z": "0,0,0"})
    assert told["full"][-1] < 0.6
    assert told["diagonal_only"][-1] > 2 * told["full"][-1]
    assert told["full"][0] == told["diagonal_only"][0]


@pytest.mark.parametrize(
    "query",
    [
        "z=1,x",
        "z=nan,1",
        "z=1e9,1",
        "z=" + ",".join(["1"] * 9),
        "activation=nothing",
        "activation=gumbel_softmax",
        "activation.temperature=0",
        "target=7",
        "target=1,2",
        "loss=nothing",
    ],
)
def test_what_is_none_is_refused_in_one_line(client, query):
    told = client.get(f"/api/layer?{query}")
    assert told.status_code == 400
    assert "\n" not in told.json()["error"]


def test_infinities_are_told_as_texts(client):
    told = client.get("/api/layer?activation=exp&z=1000,1&loss=squared_error").json()
    assert told["output"][0] == "inf"
