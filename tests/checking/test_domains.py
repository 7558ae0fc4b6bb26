"""Where a derivative is looked at: in the domain that the caller's point shows."""

import numpy as np
import pytest

import softgrad as sg
from softgrad.checking.domain import moves_in_domain
from softgrad.checking.frameworks import framework_of
from softgrad.checking.rows import RowFunction

RANDOM = np.random.default_rng(0)
COINS = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
P = np.array([0.05, 0.5, 0.9, 0.95, 0.97])  # near the ends
ROWS = RANDOM.dirichlet(np.ones(4), 3)


def cross_entropy_of_coins(p):
    p = np.clip(p, 1e-7, 1.0 - 1e-7)
    return -np.mean(COINS * np.log(p) + (1.0 - COINS) * np.log(1.0 - p))


def test_a_clip_at_the_ends_of_the_unit_interval():
    assert sg.check(cross_entropy_of_coins, lambda p: (p - COINS) / (p * (1 - p)) / len(p), P)
    wrong = sg.check(cross_entropy_of_coins, lambda p: (p - COINS) / len(p), P)
    assert wrong.verdict == "wrong"


def test_what_checks_its_domain_itself():
    def entropy(p):
        if np.any(p <= 0.0) or np.any(np.abs(p.sum(axis=-1) - 1.0) > 0.2):
            raise ValueError("no distribution")
        return -np.sum(p * np.log(p))

    report = sg.check(entropy, lambda p: -np.log(p), ROWS)
    assert report.verdict == "wrong"
    assert sg.check(entropy, lambda p: -np.log(p) - 1.0, ROWS)


def test_between_minus_one_and_one():
    r = RANDOM.uniform(-0.9, 0.9, (3, 4))
    fisher = lambda r: np.arctanh(np.clip(r, -1 + 1e-9, 1 - 1e-9))  # noqa: E731
    assert sg.check(fisher, lambda r: 1.0 / (1.0 - r * r), r)
    # Where nothing ends at 1, points beyond are looked at, too.
    relu6 = lambda x: np.clip(x, -4.0, 0.95)  # noqa: E731
    assert sg.check(relu6, np.ones_like, np.array([0.3, -0.2, 0.6, -0.8])).verdict == "wrong"


def symmetric(n):
    a = RANDOM.standard_normal((n, n))
    return a @ a.T + np.eye(n)


def of_unit_length(shape):
    x = RANDOM.standard_normal(shape)
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("x", "law"),
    [
        (P, lambda z: np.all((z > 0.0) & (z < 1.0))),
        (ROWS, lambda z: np.allclose(z.sum(axis=1), 1.0) and np.all(z > 0.0)),
        (ROWS.T, lambda z: np.allclose(z.sum(axis=0), 1.0) and np.all(z > 0.0)),
        (ROWS / 3.0, lambda z: np.isclose(z.sum(), 1.0) and np.all(z > 0.0)),
        (np.eye(3)[[0, 2]], lambda z: np.allclose(z.sum(axis=1), 1.0) and np.all(z >= 0.0)),
        (of_unit_length((3, 4)), lambda z: np.allclose(np.sum(z * z, axis=1), 1.0)),
        (np.array([0.5, 20.0, 300.0]), lambda z: np.all(z > 0.0)),
        (symmetric(4), lambda z: np.allclose(z, z.T) and np.all(np.linalg.eigvalsh(z) > 0.0)),
    ],
)
@pytest.mark.parametrize("reach", [1.0, 0.05])
def test_points_stay_in_the_domain(x, law, reach):
    move = moves_in_domain(x)
    for _ in range(5):
        moved = move(RANDOM.standard_normal(x.shape), reach)
        assert moved.shape == x.shape
        assert law(moved)
        assert not np.any(moved == x)


def test_a_number_alone_is_no_distribution():
    assert moves_in_domain(np.array(1.0))(np.array(1.0), 1.0) != 1.0
    assert moves_in_domain(np.array([[1.0], [1.0]]))(np.ones((2, 1)), 1.0)[0, 0] != 1.0


def test_a_maximum_of_the_whole_batch_leaves_rows_to_themselves():
    def softmax(z):
        e = np.exp(z - np.max(z))
        return e / np.sum(e, axis=-1, keepdims=True)

    def backward(z, g):
        p = softmax(z)
        return p * (g - np.sum(g * p, axis=-1, keepdims=True))

    z = RANDOM.standard_normal((20, 5))
    z[0, 1] = 3.7  # the row that is moved to tell has the maximum
    assert RowFunction(softmax, framework_of(z), z).view.axis == 1
    assert sg.check(softmax, backward, z)
    assert sg.check(softmax, lambda z, g: softmax(z) * g, z).diagnosis == "missing-rank-one-term"


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda x: np.clip(0.2 * x + 0.5, 0.0, 1.0), lambda x: np.full_like(x, 0.2)),
        (lambda x: np.clip(x, 0.0, 6.0), lambda x: (x > 0.0) * 1.0),
        (lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0, lambda x: (2.0 * x + 3.0) / 6.0),
    ],
    ids=["hard sigmoid", "ReLU6", "hard swish"],
)
def test_where_a_function_is_cut_off_is_looked_at_as_well(function, slope):
    report = sg.check(function, slope, np.random.default_rng(1).uniform(-1.2, 1.2, (3, 5)))
    assert report.verdict == "wrong"
    assert report.explanation.startswith("Far out only")
    assert report.diagnosis != "stateful"
