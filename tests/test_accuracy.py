"""The table of errors: the goals are met, and the table can be printed by anything."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from softgrad.accuracy import QUANTITIES, AccuracyRow, families, measure


@pytest.fixture(scope="module")
def table() -> list[AccuracyRow]:
    return measure(rows=4, n=10)


def test_every_goal_is_met(table: list[AccuracyRow]) -> None:
    missed = [row for row in table if not row.errors["softgrad"] <= row.goal]
    assert not missed


def test_every_quantity_family_and_dtype_has_a_row(table: list[AccuracyRow]) -> None:
    found = {(row.quantity, row.family, row.dtype) for row in table}
    assert len(found) == len(table) == len(QUANTITIES) * len(families()) * 2


def test_the_measure_sees_lost_digits(table: list[AccuracyRow]) -> None:
    """The usual forms lose every digit of a confident answer, and the table shows it."""
    row = next(r for r in table if (r.quantity, r.dtype) == ("cross-entropy", "float32"))
    assert set(row.errors) >= {"softgrad"}
    confident = [r for r in table if r.family == "one logit 30 above" and "scipy" in r.errors]
    losses = [r for r in confident if r.quantity == "cross-entropy"]
    assert all(r.errors["scipy"] > 1e6 for r in losses)


def test_a_row_is_plain_data(table: list[AccuracyRow]) -> None:
    plain = asdict(table[0])
    assert set(plain) == {"quantity", "family", "dtype", "goal", "errors"}
    assert all(isinstance(error, float) for error in plain["errors"].values())
