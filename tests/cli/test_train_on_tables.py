"""Training on tables of one's own."""

from __future__ import annotations

import pytest

FAST = ("--epochs", "8", "--hidden", "16")


def people(here, *, rows: int = 40):
    """Ages, colours and a target that the age decides."""
    path = here / "people.csv"
    lines = [
        f"{20 + k},{'red' if k % 3 else 'blue'},{'old' if k > rows // 2 else 'young'},{3 * k}.5"
        for k in range(rows)
    ]
    path.write_text("age,colour,group,income\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_csv_of_classes(command, here):
    path = people(here)
    done = command("train", str(path), "--target", "group", "--drop", "income", *FAST)
    assert done.code == 0, done.err
    assert "people.csv: 3 inputs, 2 classes" in done.out  # age, and a column for each colour


def test_a_csv_of_values(command, here):
    done = command("train", str(people(here)), "--target", "income", *FAST)
    assert done.code == 0, done.err
    assert "income: values" in done.out


def test_the_results_go_into_a_file_where_asked(as_json, here):
    path = str(people(here))
    told = as_json("train", path, "--target", "group", "--drop", "income", *FAST)
    held_out = told["held_out"]
    counts = held_out["confusion"]
    assert (told["target"], held_out["classes"]) == ("group", ["old", "young"])
    assert held_out["rows"] == sum(map(sum, counts)) == 12
    assert held_out["accuracy"] == (counts[0][0] + counts[1][1]) / 12
    assert len(told["history"]["loss"]) == 8
    values = as_json("train", path, "--target", "income", *FAST)["held_out"]
    assert values.keys() == {"loss", "rows", "r_squared", "root_mean_squared_error"}


def test_missing_values_are_filled_in_training_and_in_new_rows(command, here):
    path = people(here)
    with path.open("a", encoding="utf-8") as file:
        file.write(",,old,1\n")
    words = ("--target", "group", "--model", "m.safetensors", *FAST)
    assert "--missing mean" in command("train", str(path), *words).refused
    assert "expected refuse, mean," in command("train", str(path), *words, "--missing", "0").refused
    done = command("train", str(path), *words, "--missing", "most-frequent")
    assert done.code == 0, done.err
    assert "filled by what is there most often: age (1), colour (1)" in done.out
    assert command("predict", "m.safetensors", str(path)).code == 0


def test_the_rule_for_classes_and_values_can_be_overruled(command, here):
    path = here / "counts.csv"
    rows = "\n".join(f"{k},{k % 4}" for k in range(40))
    path.write_text(f"x,y\n{rows}\n", encoding="utf-8")
    assert "4 classes" in command("train", str(path), "--target", "y", *FAST).out
    forced = command("train", str(path), "--target", "y", "--task", "values", *FAST)
    assert "y: values" in forced.out


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        ("", ("--target", "a"), "the file is empty"),
        ("a,b\n", ("--target", "a"), "no row below it"),
        ("a,b\n1,2\n3,\n", ("--target", "a"), "line 3, column 'b': the value is missing (empty)"),
        (
            "a,b\n1,NaN\n3,4\n",
            ("--target", "a"),
            "line 2, column 'b': the value is missing ('NaN')",
        ),
        ("a,b\n1,2\n,4\n", ("--target", "a"), "line 3, column 'a'"),
        ("a,b\n1,2\n3,-\n", ("--target", "a"), "leave the column out with --drop b"),
        ("a,b\n1,x\n2,3\n4,5\n", ("--target", "a"), "mend it, or give --categorical b"),
        ("a,b\n1,inf\n2,4\n", ("--target", "a"), "line 2, column 'b': inf is not finite"),
        ("a,b\n1,2,3\n", ("--target", "a"), "line 2: 3 cells; the header has 2"),
        ("a,a\n1,2\n", ("--target", "a"), "'a' is there 2 times"),
        ("a,\n1,2\n", ("--target", "a"), "column 2 of the header has no name"),
        (
            "age,b\n1,2\n",
            ("--target", "agge"),
            "called 'agge' (target); did you mean age?",
        ),
        ("a,b\n1,2\n", (), "--target COLUMN is needed; columns: a, b"),
        ("a,b\n1,2\n", ("--target", "a", "--drop", "b"), "no column is left"),
        ("a,b\n1,x\n2,3\n4,5\n", ("--target", "a"), "line 2, column 'b': 'x' is not a number"),
        ("a,b\n1,x\n2,x\n", ("--target", "b"), "every row has the class 'x'"),
        ("a,b\n1,x\n2,y\n3,z\n", ("--target", "b"), "3 classes in 3 rows"),
        ("a,b\n1,x\n2,y\n", ("--target", "b", "--task", "values"), "needs numbers"),
        ("a,b\n1,x\n", ("--target", "b", "--task", "classification"), "expected auto"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_by_line_and_column(
    command, here, text, words, message
):
    (here / "data.csv").write_text(text, encoding="utf-8")
    assert message in command("train", "data.csv", *words).refused


def test_a_file_that_is_no_text_is_refused(command, here):
    (here / "data.csv").write_bytes(b"\x89PNG\xff\x00")
    assert "not a UTF-8 text file" in command("train", "data.csv", "--target", "a").refused
