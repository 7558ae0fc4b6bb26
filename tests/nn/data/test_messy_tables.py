"""Tables as people have them: read as they are meant, or refused with what mends them."""

from __future__ import annotations

import gzip
import io
import sys

import numpy as np
import pytest

from softgrad.errors import MissingPackageError, SoftgradError
from softgrad.nn.data import Scale, TableError, read_table
from softgrad.nn.data.table import open_table

LABELS = ["yes", "no", "no", "yes", "no", "yes"]


@pytest.fixture
def table(tmp_path):
    """Write a table whose last column is the label."""

    def write(cells, *, name="c", encoding="utf-8"):
        rows = [f"{cell},{k * k},{LABELS[k % 6]}\n" for k, cell in enumerate(cells)]
        path = tmp_path / "data.csv"
        path.write_bytes("".join([f"{name},x,label\n", *rows]).encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["0,1", "0,25", "-3,5", "4,0", "1,1", "2,2"], "decimal=','"),
        (["5,251", "7,100", "1,234,567", "6,000", "5,100", "9,000"], "thousands=','"),
        (["2020-01-01", "2020-02-01", "2021-01-01"] * 2, "are dates or times"),
        (["3/4/2021", "12/31/2020"] * 3, "drop=('c',)"),
        (["14:30", "09:15:00"] * 3, "drop=('c',)"),
        ([f"customer {k}" for k in range(12)], "categorical=('c',)"),
        ([f"{12345678901234567890 + k}" for k in range(6)], "no float tells all apart"),
        (["1", "2", "3", "0.5x", "4", "5"], "line 5, column 'c': '0.5x' is not a number"),
        (["1_000", "2_000", "3", "4", "5", "6"], "'1_000' is not a number"),
        (["1", "2", "1e999", "4", "5", "6"], "1e999 is not finite"),
        (["1", "2", "3%", "4", "5", "6"], "line 4, column 'c': '3%' is not a number"),
        (["1", "2", "", "4", "5", "6"], "missing='mean'"),
        (["", "NA", "?", "-", "null", "nan"], "drop=('c',)"),
        (["12 %", "13%", "5", "1%", "2%", "3%"], "others none or another; write all alike"),
        (["$5", "$6", "€7", "$8", "$9", "$10"], "such as '$5', and others none or another"),
        ([f"${k},500" for k in range(1, 7)], "such as '$1,500'; read them as such with thousands="),
        ([f"({k}.5)" for k in range(12)], "write the numbers alone"),
        ([f"{k} kg" for k in range(12)], "such as '0 kg'; write the numbers alone"),
    ],
)
def test_what_is_no_number_and_no_category_is_refused_with_what_mends_it(table, cells, told):
    quoted = [f'"{cell}"' for cell in cells]
    with pytest.raises(TableError) as caught:
        read_table(table(quoted), "label")
    assert told in str(caught.value)
    assert "column 'c'" in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "format", "values"),
    [
        (["0,5", "-1,25", "3"], {"decimal": ","}, [0.5, -1.25, 3]),
        (["5,251", "7", "1,234,567.5"], {"thousands": ","}, [5251, 7, 1234567.5]),
        (["1.234,5", "2", "-7.000"], {"decimal": ",", "thousands": "."}, [1234.5, 2, -7000]),
        (["1\u202f234", "12\u00a0000", "5 000"], {"thousands": " "}, [1234, 12000, 5000]),
        (["12.5%", "3 %", "0%"], {}, [12.5, 3, 0]),
        (["+1", ".5", "1e-3"], {}, [1, 0.5, 0.001]),
        (["$1,500", "-$20", "$ 3"], {"thousands": ","}, [1500, -20, 3]),
        (["1,5 €", "\u22122 €", "3€"], {"decimal": ","}, [1.5, -2, 3]),
    ],
)
def test_numbers_are_read_in_the_spelling_that_is_asked_for(table, cells, format, values):
    data = read_table(table([f'"{cell}"' for cell in cells] * 2), "label", **format)
    assert data.features == ("c", "x")
    np.testing.assert_array_equal(data.inputs[:3, 0], values)


def test_codes_with_zeros_in_front_are_categories_and_that_is_said(table):
    data = read_table(table(["0101", "7000", "0101"] * 2), "label")
    assert data.features == ("c=0101", "c=7000", "x")
    assert "zeros in front" in data.remarks[0]


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\u000b", "\u001c"])
def test_line_marks_of_other_worlds_are_signs_like_others(table, mark):
    cells = [f"red{mark}", f"{mark}blue", "red"] * 2
    data = read_table(table(cells), "label")
    assert set(data.features) == {"x", *(f"c={cell}" for cell in cells)}


def test_a_delimiter_in_quotes_does_not_count(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(
        '"a,b,c,d";"x";label\n' + '"1,2,3,4";3;yes\n"5,6,7,8";6;no\n' * 2, encoding="utf-8"
    )
    assert list(open_table(path).columns) == ["a,b,c,d", "x", "label"]


def test_a_quote_that_is_not_closed_is_refused_by_its_line(table):
    path = table(["1", "2", '"3', "4", "5", "6"])
    with pytest.raises(TableError, match=r"line 4: a quote that is opened in this row is not"):
        read_table(path, "label")


def test_an_encoding_is_asked_for_or_told_by_the_file_itself(table):
    cells = ["Köln", "Zürich", "Köln"] * 2
    with pytest.raises(TableError, match=r"encoding='cp1252', or convert it: iconv -f CP1252"):
        read_table(table(cells, encoding="latin-1"), "label")
    with pytest.raises(TableError, match="no encoding is called 'latin-one'"):
        read_table(table(cells, encoding="latin-1"), "label", encoding="latin-one")
    named = read_table(table(cells, encoding="latin-1"), "label", encoding="latin-1")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        found = read_table(table(cells, encoding=encoding), "label")
        assert found.features == named.features == ("c=Köln", "c=Zürich", "x")


def test_a_file_without_a_header_is_refused_unless_that_is_said(tmp_path):
    path = tmp_path / "iris.data"
    path.write_text("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,other\n6,3,other\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"'5.1' is a number as those below it are; give header=F"):
        read_table(path, "setosa")
    data = read_table(path, "3", header=False)
    assert (data.features, len(data.targets)) == (("1", "2"), 4)
    path.write_text("2019,2020,y\n1,2,a\n3,4,a\n5,6,b\n7,8,b\n", encoding="utf-8")
    assert read_table(path, "y", header=True).features == ("2019", "2020")


def test_a_header_that_is_there_again_is_refused_by_its_line(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,a\n2,b\nx,y\n3,a\n4,b\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 4: the first row is there again"):
        read_table(path, "y")


def test_an_index_without_a_name_an_empty_column_and_a_comment_are_left_out(tmp_path):
    path = tmp_path / "data.csv"
    rows = "".join(f"{k},{k}.5,{LABELS[k]},\n" for k in range(6))
    path.write_text(f"sep=,\n# made by a tool\n,x,label,\n\n{rows}\n", encoding="utf-8")
    data = read_table(path, "label")
    assert data.features == ("x",)
    assert [told.split(" and ")[0] for told in data.remarks[2:]] == [
        "column 4 is empty",
        "the first column is an index without a name",
    ]
    frame = {"Unnamed: 0": [0, 1, 2, 3], "x": [1, 2, 3, 4], "label": ["a", "b", "a", "b"]}
    assert read_table(frame, "label").features == ("x",)
    assert read_table({**frame, "Unnamed: 0": [5, 5, 6, 6]}, "label").features[1:] == ("x",)


def test_a_number_in_memory_finds_the_category_that_a_file_spells_otherwise(table):
    data = read_table(table(["1.0", "2.0", "07"] * 2), "label", categorical=["c"])
    found = data.schema.encode(open_table({"c": [2, 7, 1.0], "x": [0, 0, 0]}))
    assert data.features == ("c=07", "c=1.0", "c=2.0", "x")
    np.testing.assert_array_equal(found[:, :3], [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    with pytest.raises(TableError, match="'7' is no category"):
        data.schema.encode(open_table({"c": ["7"], "x": [0]}))


def test_a_number_of_the_row_and_a_constant_are_remarked_on(table):
    assert "number of the row" in read_table(table(range(6)), "label").remarks[0]
    assert "nothing is learned" in read_table(table(["7"] * 6), "label").remarks[0]


def test_blanks_around_a_class_are_no_part_of_it_and_case_is_remarked_on(tmp_path):
    path = tmp_path / "data.csv"
    rows = "1,True,ja \n2,False, ja\n3,True,Ja\n4,True,nein\n" * 2
    path.write_text(f"x,flag,y\n{rows}", encoding="utf-8")
    data = read_table(path, "y")
    assert data.classes == ("Ja", "ja", "nein")
    assert data.features == ("x", "flag=False", "flag=True")
    assert "y has 'Ja' and 'ja': two classes that differ by case" in data.remarks


def test_a_text_among_the_numbers_of_the_target_is_no_class(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x,price\n1,10.5\n2,11\n3,twelve\n4,13.5\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"line 4, column 'price': 'twelve' is not a number, and"):
        read_table(path, "price")


@pytest.mark.parametrize("size", [1e200, 1e-200, 1e300, 1.1e308])
def test_numbers_of_any_size_come_to_size_1(size):
    values = size * np.array([[1.0], [1.5], [-0.5]])
    z = Scale.of(values).apply(values)
    np.testing.assert_allclose([z.mean(), z.std()], [0.0, 1.0], atol=1e-14)


def test_the_same_table_is_read_from_text_gzip_parquet_and_data_frames(table, tmp_path):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    path = table(["red", "blue", "red"] * 2)
    frames = [pandas.read_csv(path), polars.read_csv(path)]
    packed, parquet = tmp_path / "data.csv.gz", tmp_path / "data.parquet"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    content = io.BytesIO()
    frames[1].write_parquet(content)
    parquet.write_bytes(content.getvalue())
    expected = read_table(path, "label")
    for rows in (packed, parquet, *frames, frames[1].lazy(), frames[0].to_dict("list")):
        found = read_table(rows, "label")
        assert found.schema == expected.schema
        assert found.classes == expected.classes
        np.testing.assert_array_equal(found.inputs, expected.inputs)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (np.arange(6) * 1j, "dtype complex128"),
        ([[1], [2]] * 3, "shape"),
        (np.arange(6).astype("datetime64[D]"), "dates or times"),
        (np.arange(6, dtype=np.uint64) + 2**63, "no float tells all apart"),
        ([{}] * 6, "row 0, column 'c': a dict; expected a number or a text"),
        ([np.inf] * 6, "inf is not finite"),
        ([], "different lengths"),
    ],
)
def test_columns_in_memory_that_are_no_numbers_or_texts_are_refused(values, told):
    with pytest.raises(SoftgradError, match=told):
        read_table({"c": values, "label": LABELS}, "label")


def test_parquet_without_a_library_that_reads_it_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "data.parquet").write_bytes(b"PAR1")
    for name in ("polars", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingPackageError, match=r"pip install 'softgrad\[tables\]'"):
        read_table(tmp_path / "data.parquet", "y")


def test_rows_without_names_and_none_at_all_are_refused():
    with pytest.raises(SoftgradError, match="X is a list; expected the path"):
        read_table([[1, "a"]], "label")
    with pytest.raises(TableError, match="there is no row"):
        read_table({"c": [], "label": []}, "label")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x1f\x8b damaged", "cannot be unpacked"),
        (b"PAR1 damaged", "Parquet file cannot be read"),
        (b"PK\x03\x04", "a zip file or a spreadsheet"),
        (bytes(range(256)), "not a UTF-8 text file"),
        (b"a\0b", "not a text file"),
    ],
)
def test_other_files_are_told_from_tables(tmp_path, content, told):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=told):
        read_table(path, "a")
