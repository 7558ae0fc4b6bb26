"""Factors are explained by counts with their names, told apart by another number of rows; what is
to be written is written along the axis of the function."""

from functools import partial

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import layer_norm, log_softmax, softmax

RANDOM = np.random.default_rng(5)
T = RANDOM.standard_normal((4, 5))
X = RANDOM.standard_normal((4, 5))


def mean_of_waves(t, x):
    """No loss that anybody knows: the line to write is made of the factor alone."""
    return np.mean(np.sin(x - t) ** 2)


def slope_of_waves(x):
    return np.sin(2.0 * (x - T)) / T.size


def cubic(z):
    return z * np.sum(z**2, axis=-1, keepdims=True)


def pull_back_cubic(z, g):
    size = np.sum(z**2, axis=-1, keepdims=True)
    return g * size + 2.0 * z * np.sum(g * z, axis=-1, keepdims=True)


def write_instead(report):
    return report.explanation.partition("Write instead: ")[2].partition(" (Seen")[0]


def corrected(report, result, x):
    """What the line that is to be written instead makes of theirs."""
    code = report.explanation.partition("Write instead: return ")[2]
    return eval(code, {"np": np, "x": x, "result": result})


@pytest.mark.parametrize(
    "factor", [10.0, -10.0, 20.0, 5.0, 0.5, 4.0, 0.25, 2.0, -1.0, -2.0, 8.0, 40.0]
)
def test_the_line_to_write_puts_every_factor_right(factor):
    right = slope_of_waves(X)
    report = sg.check(partial(mean_of_waves, T), lambda x: factor * slope_of_waves(x), X)
    assert report.verdict == "wrong"
    assert np.allclose(corrected(report, factor * right, X), right)
    if factor not in (-1.0, 0.5, 2.0, -2.0):
        line = write_instead(report)
        assert any(name in line for name in ("len(x)", "x.size", "x.shape[-1]")), line


def test_a_missing_size_is_no_temperature_and_no_weight():
    report = sg.check(partial(mean_of_waves, T), lambda x: np.sin(2.0 * (x - T)) / 2.0, X)
    assert write_instead(report) == "return result * 2 / x.size"
    assert "perhaps" not in report.explanation


def test_one_hot_targets_are_not_blamed_for_the_number_of_rows():
    y = np.eye(5)[[0, 1, 2, 3]]
    p = RANDOM.dirichlet(np.ones(5), 4)

    def loss(y, q):
        return -np.sum(y * np.log(q), axis=1).mean()

    report = sg.check(partial(loss, y), lambda q: -y / q, p)
    assert "the number of rows (len(x), 4) is not divided by." in report.explanation
    assert "sum of y" not in report.explanation


def test_a_number_of_rows_by_chance():
    x = RANDOM.standard_normal((2, 5))
    report = sg.check(cubic, lambda z, g: 2.0 * pull_back_cubic(z, g), x)
    assert write_instead(report) == "return result / 2"
    report = sg.check(cubic, lambda z, g: pull_back_cubic(z, g) / len(z), x)
    assert write_instead(report) == "return result * len(z)"
    # Targets know one number of rows, and one column number: both are told.
    t = RANDOM.standard_normal((3, 3))
    report = sg.check(lambda z: np.mean(np.sum((z - t) ** 2, 1)), lambda z: 2 * (z - t), t + 1.0)
    assert "here both are the same number" in report.explanation


def test_the_base_of_a_logarithm():
    report = sg.check(lambda z: np.log2(np.sum(np.exp(z), -1)), softmax, X)
    expected = "return (e / e.sum(axis=axis, keepdims=True)) / np.log(2)"
    assert write_instead(report) == expected


def with_count(count):
    def backward(x, g):
        n = count(x)
        spread = np.sqrt(np.var(x, axis=-1, keepdims=True) + 1e-5)
        h = layer_norm(x)
        sums = np.sum(g, axis=-1, keepdims=True) + h * np.sum(g * h, axis=-1, keepdims=True)
        return (g - sums / n) / spread

    return backward


@pytest.mark.parametrize("shape", [(4, 4), (2, 2), (3, 4)])
def test_a_square_batch_hides_no_number_of_rows(shape):
    x = RANDOM.standard_normal(shape)
    report = sg.check(layer_norm, with_count(len), x)
    assert (report.verdict, report.diagnosis) == ("wrong", "wrong-count")
    assert sg.check(layer_norm, with_count(lambda x: x.shape[-1]), x)


def test_a_number_that_is_written_out_is_right_for_its_own_size():
    x = RANDOM.standard_normal((4, 4))
    assert sg.check(lambda x: np.sum(x**2) / len(x), lambda x: 2.0 * x / 4, x)
    t = RANDOM.standard_normal((4, 4))
    assert sg.check(lambda x: np.mean((x - t) ** 2), lambda x: 2.0 * (x - t) / 16, x)
    assert sg.check(lambda a: np.trace(a @ a), lambda a: 2.0 * a.T, x)


def down(z):
    return softmax(z, axis=0)


def test_advice_along_the_axis_of_the_function_is_right():
    for wrong in (
        lambda z: down(z) * (1.0 - down(z)),
        lambda z, g: down(z) * g,
        lambda z, g: down(z) * (g - np.sum(g * down(z), axis=-1, keepdims=True)),
        lambda z, g: down(z) * (g - np.sum(g * down(z))),
    ):
        report = sg.check(down, wrong, X)
        assert report.verdict == "wrong"
        assert "np.sum(g * p, axis=0, keepdims=True)" in report.explanation
        assert "axis=-1" not in report.explanation

    def advised(z, g):
        p = down(z)
        return p * (g - np.sum(g * p, axis=0, keepdims=True))

    assert sg.check(down, advised, X)


def test_a_softmax_of_the_whole_batch_is_told_whatever_else_is_wrong():
    def of_all(z):
        e = np.exp(z)
        return e / e.sum()

    for derivative in (
        lambda z: of_all(z) * (1.0 - of_all(z)),
        lambda z, g: of_all(z) * g,
        lambda z, g: of_all(z) * (g - np.sum(g * of_all(z))),
    ):
        assert "sums over all rows of the batch" in sg.check(of_all, derivative, X).explanation
    row = sg.check(of_all, lambda z: of_all(z) * (1.0 - of_all(z)), X[0])
    assert "rows of the batch" not in row.explanation


def test_rows_that_leak_in_a_log_sum_exp():
    def of_all(z):
        return np.exp(z) / np.exp(z).sum()

    backward = sg.check(log_softmax, lambda z, g: g - of_all(z) * g.sum(-1, keepdims=True), X)
    assert backward.diagnosis == "batch-mixed"
    logs = sg.check(lambda z: np.log(np.exp(z).sum(-1)), of_all, X)
    assert logs.diagnosis == "batch-mixed"
    assert "p = e / np.sum(e, axis=-1, keepdims=True)" in logs.explanation


def test_a_loss_of_one_softmax_over_the_whole_batch():
    y = np.eye(5)[[0, 1, 2, 3]]

    def loss(z):
        return -np.sum(y * np.log(np.exp(z) / np.exp(z).sum())) / len(z)

    def of_all(z):
        return np.exp(z) / np.exp(z).sum()

    assert sg.check(loss, lambda z: of_all(z) - y / len(z), X)
    report = sg.check(loss, lambda z: (of_all(z) - y) / len(z), X)
    assert report.diagnosis == "batch-mixed"
    assert "one softmax of the whole batch" in report.explanation


def test_columns_are_called_columns():
    report = sg.check(lambda x: np.mean(np.sin(x), axis=0), lambda x: np.cos(x), X, "gradient")
    assert "the number of rows (len(x), 4) is not divided by" in report.explanation
    report = sg.check(lambda x: np.mean(np.sin(x), axis=1), lambda x: np.cos(x), X, "gradient")
    assert "the number of columns (x.shape[-1], 5) is not divided by" in report.explanation
