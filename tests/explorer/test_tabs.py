"""The numbers of the other tabs, against definitions written here and 50 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from softgrad.explorer.batch import batch
from softgrad.explorer.digits import digits, right_digits
from softgrad.explorer.margins import choices_of_losses, margins
from softgrad.explorer.simplex import DIRECTIONS, landscape, points


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def test_a_batch_is_block_diagonal_and_the_flattened_one_is_not():
    told = batch({"rows": "1,2,3;0,1,0"})
    J = np.asarray(told["jacobian"])
    p = softmax(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]))
    for row in range(2):
        own = slice(3 * row, 3 * row + 3)
        np.testing.assert_allclose(J[own, own], np.diag(p[row]) - np.outer(p[row], p[row]))
    assert not J[:3, 3:].any()
    assert not J[3:, :3].any()
    whole = softmax(np.array([1.0, 2.0, 3.0, 0.0, 1.0, 0.0]))
    np.testing.assert_allclose(told["mixed"], np.diag(whole) - np.outer(whole, whole))
    assert told["words"][0][4] == (
        "output 0 of row 0 by logit 1 of row 1: another row, which it does not depend on = 0"
    )
    assert told["words"][4][3].startswith(
        "row 1, output i = 1, logit j = 0: i is not j, so -p_1 p_0"
    )
    assert not told["is_same"]


def test_where_each_logit_is_taken_by_itself_flattening_changes_nothing():
    assert batch({"rows": "1,2,3;0,1,0", "activation": "tanh"})["is_same"]


def test_the_copied_python_of_a_batch_gives_its_jacobians():
    told, run = batch({"rows": "1,2,3;0,1,0"}), {}
    exec(told["code"], run)
    np.testing.assert_array_equal(run["mixed"], told["mixed"])
    np.testing.assert_array_equal(run["J"][1], np.asarray(told["jacobian"])[3:, 3:])


def test_slopes_and_curvatures_are_those_of_the_curves():
    told = margins({"losses": "cross_entropy,focal,squared_error,hinge"})
    step = told["margins"][1] - told["margins"][0]
    inside = slice(2, -2)
    for loss in told["losses"][:3]:
        curves = loss["curves"]
        for of, by in (("value", "slope"), ("slope", "curvature")):
            numeric = np.gradient(curves[of], step)[inside]
            np.testing.assert_allclose(curves[by][inside], numeric, atol=3e-3)
    m = told["margins"]
    np.testing.assert_allclose(told["losses"][0]["curves"]["value"], np.log1p(np.exp(-m)))
    np.testing.assert_allclose(told["losses"][3]["curves"]["value"], np.maximum(0.0, 1.0 - m))


def test_every_loss_that_can_be_chosen_is_drawn():
    for name in choices_of_losses():
        assert np.isfinite(margins({"losses": name, "margin": "1"})["losses"][0]["at"]["slope"])


def test_the_copied_python_of_margins_prints_the_numbers_that_are_shown(capsys):
    told = margins({"margin": "0.5", "losses": "focal,hinge"})
    exec(told["code"], {})
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    for words, loss in zip(printed, told["losses"], strict=True):
        assert [float(word) for word in words[1:]] == [float(x) for x in loss["at"].values()]


def test_the_copied_python_of_the_simplex_and_of_digits_runs(capsys):
    exec(points({"z": "1,2,3"})["code"], {})
    assert "Sparsemax() [0. 0. 1.]" in capsys.readouterr().out
    run: dict[str, np.ndarray] = {}
    told = digits({"z": "1,2,3", "target": "2", "precision": "float32", "times": "10"})
    exec(told["code"], run)
    by_name = {row["name"]: row for row in told["rows"]}
    assert float(run["loss"]) == by_name["loss"]["written"]
    assert float(run["value"]) == by_name["loss"]["own"]


def test_the_plane_moves_along_the_gradient_of_the_loss():
    told = landscape({"z": "0,0,0", "target": "2"})
    for x, y, dx, dy in told["arrows"][::7]:
        z = np.array([x, y]) @ DIRECTIONS
        gradient = softmax(z) - np.array([0.0, 0.0, 1.0])
        np.testing.assert_allclose([dx, dy], -DIRECTIONS @ gradient, atol=1e-3)
    assert told["region_names"] == [f"class {k} leads" for k in range(3)]


def test_the_triangle_holds_the_loss_of_its_own_points():
    told = landscape({"z": "0,0,0", "target": "1"})["triangle"]
    p = np.asarray(told["p"])
    np.testing.assert_allclose(np.sum(p, axis=1), 1.0, atol=2e-5)
    np.testing.assert_allclose(told["values"], -np.log(p[:, 1]), rtol=1e-2)


def test_the_regions_of_sparsemax_are_those_of_its_support():
    told = landscape({"z": "0,0,0", "activation": "sparsemax", "loss": "squared_error"})
    side = told["fine"]
    middle = told["regions"][side * (side // 2) + side // 2]
    assert told["region_names"][int(middle)] == "all three are left"
    assert told["region_names"][int(told["regions"][-1])] == "one class is left"


def test_points_are_where_the_maps_put_them():
    told = points({"z": "1,2,3", "activation": "entmax", "activation.alpha": "1.25"})
    by_name = {one["name"]: one for one in told["maps"]}
    np.testing.assert_allclose(by_name["softmax"]["p"], softmax(np.array([1.0, 2.0, 3.0])))
    np.testing.assert_array_equal(by_name["sparsemax"]["p"], [0.0, 0.0, 1.0])
    assert by_name["entmax"]["text"] == "Entmax(alpha=1.25)"
    np.testing.assert_allclose(told["place"] @ DIRECTIONS, [-1.0, 0.0, 1.0], atol=1e-12)


@pytest.mark.parametrize(
    "query",
    [{"activation": "tanh"}, {"loss": "hinge"}, {"activation": "sigmoid"}],
)
def test_what_has_no_place_on_the_triangle_says_why(query):
    assert landscape({"z": "0,0,0", **query})["reason"].endswith(".")


def rows_of(**query):
    return {row["name"]: row for row in digits({"z": "1,2,3", "target": "2", **query})["rows"]}


def test_the_naive_formula_overflows_and_the_shifted_one_does_not():
    assert np.isnan(rows_of(precision="float16", times="10")["loss"]["written"])
    assert np.isnan(rows_of(precision="float64", times="1000")["loss"]["written"])
    shifted = rows_of(precision="float16", times="10", formula="shifted")
    assert np.isfinite(shifted["loss"]["written"])


@pytest.mark.parametrize("formula", ["naive", "shifted"])
def test_both_formulas_lose_the_digits_of_a_confident_answer_and_softgrad_keeps_them(formula):
    row = rows_of(precision="float32", times="10", formula=formula)["loss"]
    with mpmath.workdps(50):
        exact = mpmath.log1p(mpmath.exp(-10) + mpmath.exp(-20))
        assert mpmath.mpf(row["exact"]) == pytest.approx(exact, rel=1e-15)
    assert row["written_digits"] < 4
    assert row["own_digits"] > 6.5


def test_right_digits_are_counted():
    with mpmath.workdps(50):
        third = mpmath.mpf(1) / 3
        assert right_digits(0.3333, third, "float64") == pytest.approx(4.0, abs=0.1)
        assert right_digits(float("nan"), third, "float64") == 0.0
        assert right_digits(0.0, mpmath.mpf("1e-400"), "float64") > 15


@pytest.mark.parametrize(
    "query",
    [
        "/api/landscape?z=1,2",
        "/api/points?z=1,2",
        "/api/batch?rows=1,2;1",
        "/api/batch?rows=" + ";".join(["1,2"] * 9),
        "/api/margins?losses=nothing",
        "/api/digits?precision=float8",
        "/api/digits?target=9",
    ],
)
def test_what_is_none_is_refused(client, query):
    assert client.get(query).status_code == 400
