"""What is right to an epsilon is called so, and what is noise is not."""

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import log_softmax, pull_back, softmax
from softgrad.errors import ParameterError

Z = np.random.default_rng(1).standard_normal((3, 5))


def with_epsilon(epsilon):
    def backward(z, g):
        p = softmax(z)
        upstream = g / (p + epsilon)
        return p * (upstream - np.sum(upstream * p, axis=-1, keepdims=True))

    return backward


def deviation_of(epsilon, z):
    """Of the Jacobian of log-softmax, by its formula, relative to its largest entry."""
    p = softmax(z)
    right = np.eye(z.shape[-1]) - p[:, None, :]
    return np.max(np.abs(right * (p / (p + epsilon) - 1.0)[:, :, None])) / np.max(np.abs(right))


@pytest.mark.parametrize("epsilon", [1e-9, 3e-9])
def test_an_epsilon_passes_with_its_size(epsilon):
    report = sg.check(log_softmax, with_epsilon(epsilon), Z)
    assert report
    size, _, cause = report.qualification.removeprefix("to ").partition(": ")
    # The largest of the points that were looked at, the caller's own among them.
    assert 0.99 * deviation_of(epsilon, Z) <= float(size) < 1e-6
    assert cause == "an epsilon or a rounded constant"
    assert str(report).startswith(f"correct, {report.qualification}: ")


def test_rtol_is_where_it_ends():
    backward = with_epsilon(1e-9)
    report = sg.check(log_softmax, backward, Z, rtol=0)
    assert (report.verdict, report.diagnosis) == ("wrong", "small-deviation")
    assert sg.check(log_softmax, with_epsilon(1e-5), Z).diagnosis == "small-deviation"
    assert sg.check(log_softmax, with_epsilon(1e-5), Z, rtol=1e-2)
    with pytest.raises(ParameterError, match="rtol"):
        sg.check(log_softmax, backward, Z, rtol=-1.0)


def test_what_is_exact_has_no_qualification():
    assert sg.check(softmax, pull_back, Z).qualification is None
    assert sg.check(log_softmax, with_epsilon(0.0), Z).qualification is None


@pytest.mark.parametrize("columns", [5, 300])
def test_float32_for_float64_is_right_to_float32(columns):
    z = np.random.default_rng(2).standard_normal((3, columns))

    def single(z, g):
        return pull_back(z.astype(np.float32), g.astype(np.float32))

    assert sg.check(softmax, single, z).qualification == "to float32"
    assert sg.check(softmax, single, z.astype(np.float32)).qualification is None
    wrong = sg.check(softmax, lambda z, g: 1.0001 * single(z, g).astype(np.float32), z)
    assert wrong.verdict == "wrong"


def test_long_rows_pass_too():
    z = np.random.default_rng(3).standard_normal((2, 400))
    report = sg.check(softmax, lambda z, g: (1.0 + 1e-8) * pull_back(z, g), z)
    assert report
    assert "epsilon" in report.qualification
    assert not sg.check(softmax, lambda z, g: (1.0 + 1e-8) * pull_back(z, g), z, rtol=0)


def test_noise_and_lost_digits_do_not_pass():
    def noisy(z):
        return (1.0 - np.tanh(z) ** 2) * (1.0 + 1e-7 * np.sin(1e12 * z))

    assert sg.check(np.tanh, noisy, Z).diagnosis == "low-precision"
    rounded = sg.check(np.tanh, lambda z: np.round(1.0 - np.tanh(z) ** 2, 7), Z)
    assert rounded.diagnosis == "low-precision"

    def forward_difference(z):
        return (np.tanh(z + 1e-7) - np.tanh(z)) / 1e-7

    assert sg.check(np.tanh, forward_difference, Z).diagnosis == "step-too-small"


def test_right_times_one_is_no_diagnosis():
    for factor in (1.0 + 1e-5, 1.0 - 1e-7, 1.0 + 1e-9):
        report = sg.check(softmax, lambda z, g, c=factor: c * pull_back(z, g), Z, rtol=0)
        assert "times 1:" not in report.explanation
        assert report.diagnosis in (None, "small-deviation")
