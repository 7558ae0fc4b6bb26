"""From a CSV to predictions of another, and what is said of one that does not fit."""

from __future__ import annotations

import csv
import gzip
import json

import polars
import pytest

from softgrad.nn import load

FAST = ("--epochs", "30", "--hidden", "0", "--learning-rate", "0.1")


@pytest.fixture
def model(command, here):
    rows = "".join(
        f"{20 + k},{'red' if k % 3 else 'blue'},{'old' if k > 20 else 'young'},{3 * k}.5\n"
        for k in range(40)
    )
    (here / "people.csv").write_text(f"age,colour,group,income\n{rows}", encoding="utf-8")
    words = ("--target", "group", "--drop", "income", "--model", "m.safetensors")
    done = command("train", "people.csv", *words, *FAST)
    assert done.code == 0, done.err
    return here / "m.safetensors"


def test_each_row_has_its_class_and_probabilities_on_the_screen_and_in_files(command, here, model):
    (here / "new.csv").write_text("colour;age\nred;58,5\nblue;20\n", encoding="utf-8")
    words = ("--decimal", ",", "--output", "p.csv", "--json", "p.json")
    done = command("predict", "m.safetensors", "new.csv", *words)
    assert done.code == 0, done.err
    assert "2 rows: 1 old, 1 young" in done.out
    expected = load(model).predict_proba([[58.5, "red"], [20, "blue"]])
    with (here / "p.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["predicted group", "probability of old", "probability of young"]
    assert [row[0] for row in rows] == ["old", "young"]
    assert [[float(cell) for cell in row[1:]] for row in rows] == expected.tolist()
    told = json.loads((here / "p.json").read_text(encoding="utf-8"))
    assert told["predictions"] == ["old", "young"]
    assert told["probabilities"] == expected.tolist()


def test_predictions_are_packed_as_the_name_of_their_file_says(command, here, model):
    (here / "new.csv").write_text("colour,age\nred,58.5\nblue,20\n", encoding="utf-8")
    for name in ("p.csv", "p.csv.gz", "p.parquet"):
        assert command("predict", "m.safetensors", "new.csv", "--output", name).code == 0
    plain = (here / "p.csv").read_bytes()
    assert gzip.decompress((here / "p.csv.gz").read_bytes()) == plain
    assert polars.read_parquet(here / "p.parquet").equals(polars.read_csv(here / "p.csv"))
    done = command("predict", "m.safetensors", "new.csv", "--output", "p.xlsx")
    assert (done.code, (here / "p.xlsx").exists()) == (2, False)
    assert "expected a name that ends in .csv, .csv.gz or .parquet" in done.err


def test_categories_that_were_not_trained_on_are_none_where_asked_and_told(command, here, model):
    (here / "new.csv").write_text("colour,age\ngreen,58\ngreen,20\nred,20\n", encoding="utf-8")
    assert command("predict", "m.safetensors", "new.csv").code == 2
    done = command("predict", "m.safetensors", "new.csv", "--unknown", "none")
    assert done.code == 0, done.err
    assert "note: colour is none that was trained on: green (2)" in done.out
    done = command("predict", "m.safetensors", "new.csv", "--unknown", "drop")
    assert done.err == "softgrad: --unknown drop: expected refuse or none\n"


def test_a_table_with_the_target_is_compared_and_columns_that_are_new_are_named(
    command, here, model
):
    done = command("predict", "m.safetensors", "people.csv")
    assert "note: not used: income" in done.out
    assert "of 40 rows have this group in the table" in done.out
    assert "and 20 rows more; --output FILE has them all" in done.out


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("age\n1\n", (), "not there: colour"),
        ("age,colour\n1,green\n", (), "line 2, column 'colour': 'green' is no category"),
        ('age,colour\n"1,5",red\n', (), "read them as such with --decimal ','"),
        ("age,colour\n,red\n", (), "is missing (empty); fill it, or remove the row, or train with"),
        ("1,red\n2,red\n", (), "give --no-header"),
        ("age,colour\n1,red\n", ("--output", "new.csv"), "it is the file that is read"),
    ],
)
def test_what_cannot_be_predicted_is_refused_in_one_line(command, here, model, text, words, told):
    (here / "new.csv").write_text(text, encoding="utf-8")
    assert told in command("predict", "m.safetensors", "new.csv", *words).refused


def test_a_table_without_a_header_is_read_in_the_order_of_training(command, here, model):
    (here / "new.csv").write_text("58,red\n20,blue\n", encoding="utf-8")
    done = command("predict", "m.safetensors", "new.csv", "--no-header")
    assert "2 rows: 1 old, 1 young" in done.out


def test_values_of_bundled_data_are_predicted_too(command, here):
    words = ("--epochs", "1", "--model", "m.safetensors")
    assert command("train", "diabetes", *words, "--hidden", "0").code == 0
    names = load(here / "m.safetensors").columns
    cells = ",".join("0" for _ in names)
    (here / "new.csv").write_text(f"{','.join(names)}\n{cells}\n", encoding="utf-8")
    done = command("predict", "m.safetensors", "new.csv", "--output", "p.csv")
    assert done.code == 0, done.err
    header, value = (here / "p.csv").read_text(encoding="utf-8").splitlines()
    assert header == "predicted target"
    assert float(value) > 0
