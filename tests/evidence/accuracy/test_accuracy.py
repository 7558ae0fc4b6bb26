"""The table of errors: the goals are met, and the table can be printed by anything."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from softgrad.evidence.accuracy import AccuracyRow, entries, measure_entries, measure_rows
from softgrad.evidence.accuracy.rows_of_classes import QUANTITIES, families


@pytest.fixture(scope="module")
def table() -> list[AccuracyRow]:
    return measure_rows(rows=4, n=10)


def test_every_goal_is_met(table: list[AccuracyRow]) -> None:
    missed = [row for row in table if not row.errors["softgrad"] <= row.goal]
    assert not missed


def test_every_quantity_family_and_dtype_has_a_row(table: list[AccuracyRow]) -> None:
    found = {(row.quantity, row.family, row.dtype) for row in table}
    assert len(found) == len(table) == len(QUANTITIES) * len(families()) * 2


def test_the_measure_sees_lost_digits(table: list[AccuracyRow]) -> None:
    """The usual forms lose every digit of a confident answer, and the table shows it."""
    row = next(r for r in table if (r.quantity, r.dtype) == ("CE loss", "float32"))
    assert set(row.errors) >= {"softgrad"}
    confident = [r for r in table if r.family == "top margin 30" and "scipy" in r.errors]
    losses = [r for r in confident if r.quantity == "CE loss"]
    assert all(r.errors["scipy"] > 1e6 for r in losses)


def test_a_row_is_plain_data(table: list[AccuracyRow]) -> None:
    plain = asdict(table[0])
    assert set(plain) == {"quantity", "family", "dtype", "goal", "errors"}
    assert all(isinstance(error, float) for error in plain["errors"].values())


def test_element_wise_goals_are_met_and_every_row_is_there() -> None:
    table = measure_entries(points=6)
    assert not [row for row in table if not row.errors["softgrad"] <= row.goal]
    assert len(table) == 2 * 2 * len(entries.NAMES) * len(entries.families())
    tails = [r for r in table if r.family == "-36 to -8" and r.dtype == "float64"]
    gelu = next(r for r in tails if r.quantity == "gelu")
    assert all(error > 100.0 for library, error in gelu.errors.items() if library == "torch")
