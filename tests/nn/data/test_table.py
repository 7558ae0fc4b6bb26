from __future__ import annotations

import numpy as np
import pytest

from softgrad.errors import DataError, ParameterError, SoftgradError, StorageError
from softgrad.nn.data import TableError, read_table

PEOPLE = "age,colour,group\n20,red,young\n60,blue,old\n70,red,old\n30,blue,young\n"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_numbers_are_inputs_and_texts_an_input_a_category(table):
    data = read_table(table(PEOPLE), "group")
    assert data.features == ("age", "colour=blue", "colour=red")
    np.testing.assert_array_equal(data.inputs, [[20, 0, 1], [60, 1, 0], [70, 0, 1], [30, 1, 0]])
    assert data.classes == ("old", "young")
    assert data.targets.tolist() == [1, 0, 0, 1]
    assert (data.name, data.target_name) == ("data.csv", "group")


def test_a_target_of_many_numbers_is_values_and_columns_can_be_left_out(table):
    data = read_table(table(PEOPLE.replace("20,", "20.5,")), "age", drop=["group"])
    assert (data.classes, data.targets.tolist()) == ((), [20.5, 60.0, 70.0, 30.0])
    assert data.features == ("colour=blue", "colour=red")


def test_numbers_are_categories_where_that_is_said(table):
    data = read_table(table(PEOPLE), "group", categorical=["age"], drop=["colour"])
    assert data.features == ("age=20", "age=30", "age=60", "age=70")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_read_off_the_header_and_a_mark_of_bytes_is_skipped(tmp_path, delimiter):
    path = tmp_path / "data.csv"
    text = PEOPLE.replace(",", delimiter)
    path.write_text(text, encoding="utf-8-sig")
    assert read_table(path, "group").features[0] == "age"


def test_classes_of_numbers_are_in_their_order_and_called_as_their_cells(table):
    rows = ["10", "007", "7", "1000001", "12345678901234567890", "12345678901234567891"] * 2
    text = "x,y\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(rows))
    data = read_table(table(text), "y")
    assert data.classes == (
        "007", "7", "10", "1000001", "12345678901234567890", "12345678901234567891"
    )  # fmt: skip
    assert data.targets.tolist() == [2, 0, 1, 3, 4, 5] * 2
    assert "y has 007 and 7: two classes, one number" in data.remarks


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_in_quotes_may_have_a_line_break_and_lines_are_those_of_the_file(tmp_path, end):
    path = tmp_path / "data.csv"
    rows = ["a,b", f'"red{end}brick",1', "blue\u2028sky,2", "blue\u2028sky,3", f'"red{end}brick",4']
    path.write_bytes(end.join(rows).encode())
    assert read_table(path, "a").classes == ("blue\u2028sky", f"red{end}brick")
    path.write_bytes(end.join([*rows, "blue,"]).encode())
    with pytest.raises(TableError, match="line 8, column 'b'"):
        read_table(path, "a")


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("a,b\n1,2\n3,\n", {}, "leave the column out with drop=('b',)"),
        ("a,b\n1,x\n2,3\n2,3\n1,4\n", {}, "mend it, or give categorical=('b',)"),
        ("age,b\n1,2\n", {"drop": ["agge"]}, "no column is called 'agge' (drop); did you mean age"),
        ("a,b\n1,2\n", {"categorical": ["zz"]}, "(categorical); known: a, b"),
        ("a,b{}\n1,2\n3,\n", {}, "column 'b{}': the value is missing (empty)"),
    ],
)
def test_an_error_names_the_argument_that_mends_it(table, text, arguments, message):
    target = text.partition(",")[0]
    with pytest.raises(TableError) as caught:
        read_table(table(text), target, **arguments)
    assert message in str(caught.value)
    assert isinstance(caught.value, DataError)


def test_too_many_texts_are_no_categories(table):
    rows = "".join(f"{k % 2},name{k}\n" for k in range(101))
    with pytest.raises(TableError, match=r"101 different texts .* drop=\('b',\)"):
        read_table(table("a,b\n" + rows), "a")


def test_an_unknown_task_and_a_file_that_is_not_there_are_refused(table, tmp_path):
    with pytest.raises(ParameterError, match="task is 'class'; expected auto, classes, values"):
        read_table(table(PEOPLE), "group", task="class")
    with pytest.raises(StorageError, match="cannot be read"):
        read_table(tmp_path / "none.csv", "group")
    with pytest.raises(SoftgradError, match="a folder"):
        read_table(tmp_path, "group")


def test_every_column_that_cannot_be_used_is_named_at_once(tmp_path):
    rows = [f"{k},C{k:04d},2020-01-0{k % 9 + 1},{'ab'[k % 2]}" for k in range(30)]
    path = tmp_path / "data.csv"
    path.write_text("\n".join(["n,customer,since,y", *rows]), encoding="utf-8")
    told = r"drop=\('customer',\).*; nor can these be used as they are: since$"
    with pytest.raises(TableError, match=told):
        read_table(path, "y")


def test_cells_that_blanks_part_are_told_and_not_read(tmp_path):
    path = tmp_path / "data.txt"
    path.write_text("a   b   y\n1   2   u\n30  4   v\n", encoding="utf-8")
    with pytest.raises(TableError, match="one cell of 3 words; part cells by commas"):
        read_table(path, "y")
