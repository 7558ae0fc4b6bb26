"""Missing values are filled by what the rows that are trained on have, and by nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from softgrad.errors import ParameterError
from softgrad.nn.data import TableSchema, notes_of, read_table
from softgrad.nn.data.scale import Scale

NAN = float("nan")
# Mean 4, median 3, most frequent 1; red more often than blue.
TABLE = "n,t,y\n1,red,a\n1,red,b\n,?,a\n3,blue,b\n5,red,a\n10,,b\n9,red,\n"
FILLS = {"mean": [4, 0, 0], "median": [3, 0, 0], "most_frequent": [1, 0, 1]}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "data.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


@pytest.mark.parametrize("missing", FILLS)
def test_what_fills_is_the_mean_the_median_or_what_is_there_most_often(path, missing):
    data = read_table(path, "y", missing=missing)
    assert data.features == ("n", "t=blue", "t=red")
    np.testing.assert_array_equal(data.inputs[2], [NAN, NAN, NAN])
    filled = data.filled()
    np.testing.assert_array_equal(filled.inputs[2], FILLS[missing])
    np.testing.assert_array_equal(filled.inputs[5], [10, *FILLS[missing][1:]])
    assert filled.filled().schema == filled.schema  # what was learned stays
    kept = TableSchema.from_notes(notes_of(data, Scale.of_inputs(filled))["table"])
    assert kept == filled.schema
    assert data.remarks[0] == "1 rows without a y are left out"
    assert data.remarks[1].endswith(": n (1), t (2)")


def test_rows_that_are_held_out_teach_nothing(tmp_path):
    path = tmp_path / "data.csv"
    rows = [f"{'' if k % 5 == 0 else k * k},{'ab'[k % 2]}\n" for k in range(40)]
    path.write_text("n,y\n" + "".join(rows), encoding="utf-8")
    data = read_table(path, "y", missing="median")
    with_gaps, others_with_gaps = replace(data, schema=None).split(0.5, seed=1)
    train, rest = data.split(0.5, seed=1)
    learned = np.nanmedian(with_gaps.inputs)
    assert learned != np.nanmedian(data.inputs)
    for filled, gaps in ((train, with_gaps), (rest, others_with_gaps)):
        expected = np.where(np.isnan(gaps.inputs), learned, gaps.inputs)
        np.testing.assert_array_equal(filled.inputs, expected)


@pytest.mark.parametrize("missing", FILLS)
def test_numbers_near_the_largest_are_filled_too(tmp_path, missing):
    path = tmp_path / "data.csv"
    path.write_text("n,y\n1.7e308,a\n1.7e308,b\n1.7e308,a\n,b\n", encoding="utf-8")
    filled = read_table(path, "y", missing=missing).filled()
    np.testing.assert_allclose(filled.inputs[3], [1.7e308], rtol=1e-15)


def test_a_rule_that_there_is_not_is_refused(path):
    with pytest.raises(ParameterError, match="missing is 'fill'; expected refuse, mean, median"):
        read_table(path, "y", missing="fill")
