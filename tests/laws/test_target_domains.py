"""A target holds numbers that its loss is defined for, or is refused, the same on every path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import definition_of, each_instruction_set
from laws.cases import LOSS_VARIANTS, PAIR_VARIANTS, identify
from laws.refusals import PARTS, refused
from softgrad import OutputLayer, SoftgradError
from softgrad.contracts.domains import REAL
from softgrad.contracts.fast_paths import definitions
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.errors import DomainError, TargetError

DTYPES = (np.float64, np.float32, np.float16)
# Of a row of so many entries, and beyond what one register or one piece of a row holds.
ROWS = ((5, 3), (37, 3), (2, 150), (3, 1))


def checked_pairs() -> list[tuple[Any, Any]]:
    """Pairs whose targets are one number an entry, and not any number."""
    found = [(a, b) for a, b in PAIR_VARIANTS if b.targets not in ("row", "labels", "bounds")]
    return [(a, b) for a, b in found if not domain_of_targets(b, a.domain, 3).is_everything]


CHECKED = checked_pairs()
each_loss = pytest.mark.parametrize("name", sorted({loss.name for _, loss in CHECKED}))


def of_loss(name: str) -> list[tuple[Any, Any]]:
    """All checked pairs of a loss: one test each would cost more than what it does."""
    return [pair for pair in CHECKED if pair[1].name == name]


def inside(domain: Any, shape: tuple[int, int]) -> np.ndarray:
    """Eighths of the domain, its ends included where it has them."""
    low, high = max(domain.low, -1.0), min(domain.high, 1.0)
    numbers = low + (high - low) * (np.arange(shape[0] * shape[1]).reshape(shape) % 9) / 8.0
    return numbers if domain.has(low) else np.where(numbers == low, high, numbers)


def outside(domain: Any) -> list[float]:
    """Numbers just and far beyond the ends, in float16 too; infinity where numbers are finite."""
    below = [domain.low - 0.25, -np.inf] if np.isfinite(domain.low) else []
    if np.isfinite(domain.low) and not domain.has_low:
        below.append(domain.low)
    above = [np.inf, *([domain.high + 0.25] if np.isfinite(domain.high) else [])]
    return [*below, *above]


@each_loss
def test_a_number_outside_is_refused_by_its_place_on_every_path(name: str) -> None:
    for pair in of_loss(name):
        layer = OutputLayer(*pair)
        plain = definition_of(layer)
        for rows, n in ROWS:
            domain = domain_of_targets(pair[1], pair[0].domain, n)
            z, t = np.linspace(-1.0, 1.0, rows * n).reshape(rows, n), inside(domain, (rows, n))
            places = {(0, 0), (rows - 1, n - 1), (rows // 2, n // 2)}
            for (row, entry), wrong in zip(sorted(places), outside(domain) * 3, strict=False):
                bad = t.copy()
                bad[row, entry] = wrong
                bad[rows - 1, n - 1] = wrong  # and one more after it
                message = refused(plain, z, bad)
                assert message.startswith(f"target is {wrong:g} at row {row}")
                assert f"entry {entry}; " in message or n == 1
                assert f"{pair[1]!r} takes targets in {domain.interval} here" in message
                assert refused(layer, z, bad) == message


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "pair",
    [
        (sg.softmax, sg.cross_entropy),
        (sg.sigmoid, sg.cross_entropy),
        (sg.sigmoid, sg.Focal(gamma=0.5)),
        (sg.exp, sg.Tweedie(rho=2.0)),
        (sg.sparsemax, sg.fenchel_young),
        (sg.identity, sg.hinge),
    ],
    ids=identify,
)
def test_every_part_in_every_storage_refuses_it(pair: Any, dtype: Any) -> None:
    layer = OutputLayer(*pair)
    for rows, n in ((37, 3), (2, 150), (70_000, 1)):
        domain = domain_of_targets(pair[1], pair[0].domain, n)
        z = np.linspace(-1.0, 1.0, rows * n).reshape(rows, n).astype(dtype)
        bad = inside(domain, (rows, n)).astype(dtype)
        bad[rows - 1, n // 2] = outside(domain)[0]
        for _ in each_instruction_set():
            given = [(z, bad), (np.asfortranarray(z), bad), (z[::-1][::-1], np.asfortranarray(bad))]
            messages = {refused(layer, *arrays, part) for arrays in given for part in PARTS}
            assert messages == {refused(definition_of(layer), z, bad, "hessian")}
            inplace = z.copy()
            refused(layer, inplace, bad, "value_and_gradient", out=inplace)
            assert np.array_equal(inplace, z)
            refused(layer, inplace, bad, PARTS[3], out=(None, inplace))
            assert np.array_equal(inplace, z)


@each_loss
def test_a_number_inside_passes_and_so_do_the_ends_and_nan(name: str) -> None:
    for pair in of_loss(name):
        layer = OutputLayer(*pair)
        for rows, n in ROWS[1:]:
            domain = domain_of_targets(pair[1], pair[0].domain, n)
            z, t = np.linspace(-1.0, 1.0, rows * n).reshape(rows, n), inside(domain, (rows, n))
            assert {domain.has(x) for x in t.ravel().tolist()} == {True}
            missing, others = t.copy(), np.arange(rows) != 1
            missing[1, n - 1] = np.nan
            for one in (layer, definition_of(layer)):
                expected, got = one.value_and_gradient(z, t), one.value_and_gradient(z, missing)
                assert np.isnan(got[0][1])
                for a, b in zip(got, expected, strict=True):
                    assert np.array_equal(a[others], b[others], equal_nan=True)


@each_loss
def test_what_counts_nothing_is_not_looked_at(name: str) -> None:
    for pair in of_loss(name):
        layer, (rows, n) = OutputLayer(*pair), (9, 3)
        domain = domain_of_targets(pair[1], pair[0].domain, n)
        z, t = np.linspace(-1.0, 1.0, rows * n).reshape(rows, n), inside(domain, (rows, n))
        bad, where, weights = t.copy(), np.ones((rows, n), bool), np.ones(rows)
        bad[4, 1] = outside(domain)[0]
        where[4, 1], weights[4] = False, 0.0
        for one in (layer, definition_of(layer)):
            for options in ({"where": where}, {"sample_weight": weights}):
                got = one.value_and_gradient(z, bad, **options)
                wanted = one.value_and_gradient(z, t, **options)
                for a, b in zip(got, wanted, strict=True):
                    assert np.array_equal(a, b, equal_nan=True)
                inplace = z.copy()
                one.gradient(inplace, bad, out=inplace, **options)
                assert np.array_equal(inplace, wanted[1], equal_nan=True)


def test_the_check_can_be_switched_off_and_changes_no_number() -> None:
    for pair, wrong in ((("softmax", "cross_entropy"), -0.5), (("sigmoid", "focal"), 1.5)):
        layer, unchecked = OutputLayer(*pair), OutputLayer(*pair, check_target=False)
        z = np.linspace(-1.0, 1.0, 12).reshape(4, 3)
        t = inside(sg.cross_entropy.target_domain, (4, 3)) / 2.0
        bad = t + np.array([0.0, 0.0, wrong])
        for one, free in ((layer, unchecked), (definition_of(layer), definition_of(unchecked))):
            assert np.array_equal(one.gradient(z, t), free.gradient(z, t))
            assert np.array_equal(free.gradient(z, bad), one.gradient(z, bad, check_target=False))
            refused(free, z, bad, check_target=True)
        assert np.allclose(unchecked.value(z, bad), definition_of(unchecked).value(z, bad))
        # Labels index memory: they are looked at whatever is said.
        with pytest.raises(TargetError, match="label 3 at row 0"):
            unchecked.value(z, np.array([3, 0, 0, 0]))


def test_a_sum_of_losses_takes_what_each_of_them_takes() -> None:
    both = sg.cross_entropy + sg.squared_error + 0.5 * sg.dice
    layer = OutputLayer("softmax", both)
    z, unnormalised = np.zeros((1, 2)), np.array([[0.25, 3.0]])
    assert "Dice() takes targets in [0, 1]" in refused(layer, z, unnormalised)
    assert "CrossEntropy() takes targets in [0, inf)" in refused(layer, z, -unnormalised)
    OutputLayer("softmax", sg.cross_entropy + sg.z_loss).value(z, unnormalised)


def test_labels_of_a_loss_that_takes_no_zero_are_refused() -> None:
    layer = OutputLayer("exp", sg.Tweedie(rho=2.0))
    for one in (layer, definition_of(layer)):
        with pytest.raises(TargetError, match=r"labels, which .* Tweedie\(rho=2.0\) takes targets"):
            one.value(np.zeros((2, 3)), np.array([0, 1]))


def test_signs_as_labels_are_told_what_to_do() -> None:
    for pair in (("sigmoid", "cross_entropy"), ("identity", "hinge")):
        layer = OutputLayer(*pair, axis=())
        assert "give (y + 1) / 2" in refused(layer, np.zeros(2), np.array([1.0, -1.0]))


@pytest.mark.parametrize("loss", LOSS_VARIANTS, ids=identify)
def test_a_loss_of_predictions_looks_at_both(loss: Any) -> None:
    """Called by itself: its target, and that a prediction is where the loss is defined."""
    if loss.needs_potential or loss.targets in ("row", "labels", "bounds"):
        return
    p = np.array([[0.25, 0.5, 0.25], [0.5, 0.125, 0.375]])
    domain = domain_of_targets(loss, loss.accepts[0], 3)
    t = inside(domain, (2, 3))
    loss(p, t)
    for wrong in outside(domain) if domain != REAL else ():
        bad = t.copy()
        bad[1, 2] = wrong
        for call in (loss, loss.gradient, loss.hessian):
            with pytest.raises(TargetError, match=r"target is .* at row 1, entry 2"):
                call(p, bad)
        loss(p, bad, where=np.isfinite(bad) & (bad == t))
    defined = [one for one in loss.accepts if not one.kind.startswith("log-")]
    low, high = min(one.low for one in defined), max(one.high for one in defined)
    for wrong in (-1.0, 3.0, -np.inf):
        q = p.copy()
        q[1, 0] = wrong
        if low <= wrong <= high:
            loss(q, t)
            continue
        with pytest.raises(DomainError, match=r"prediction is .* at row 1, entry 0; .*OutputLayer"):
            loss(q, t)
        loss(q, t, where=p == q)
    q = np.where(p == 0.125, np.nan, p)
    assert np.isnan(loss(q, t)).tolist() == [False, True]


def test_values_that_are_traced_let_pass() -> None:
    import jax
    import jax.numpy as jnp

    layer = OutputLayer("softmax", "cross_entropy")
    z, bad = jnp.zeros((2, 3)), jnp.asarray([[0.5, -1.0, 0.5], [1.0, 0.0, 0.0]])
    with definitions():  # the kernels look at what they are given when a program runs
        traced = jax.jit(lambda z, t: layer.value(z, t))(z, bad)
    plain = layer.value(np.zeros((2, 3)), np.asarray(bad), check_target=False)
    np.testing.assert_allclose(traced, plain, rtol=1e-6)
    refused(layer, z, bad)


def test_a_loss_from_outside_takes_any_target_unless_it_says_otherwise() -> None:
    assert sg.squared_error.target_domain == REAL
    for bad in (SoftgradError, ValueError):
        assert issubclass(DomainError, bad)
        assert issubclass(TargetError, bad)
