"""Links, docstrings and measurements as the site shows them."""

import json
from pathlib import Path

import pytest
import speed_table
from site_links import broken_links
from softgrad_docs.accessible import accessible
from softgrad_docs.docstrings import as_restructured_text
from softgrad_docs.root_pages import with_turned_links

DOCS = Path(__file__).parents[2] / "docs"


def test_links_between_the_root_and_the_docs_are_turned():
    text = "[a](docs/theory.md#pivot) [b](CONTRIBUTING.md) [c](#here) [d](https://x.org/y)"
    turned = "[a](theory.md#pivot) [b](contributing.md) [c](#here) [d](https://x.org/y)"
    assert with_turned_links(text, "README.md", "start") == turned
    text = "[a](../README.md#tour) [b](../../CONTRIBUTING.md) [c](why.md) [d](../theory.md)"
    turned = "[a](../README.md#tour) [b](../contributing.md) [c](why.md) [d](../theory.md)"
    assert with_turned_links(text, "docs/questions/what.md", "questions/what") == turned
    assert with_turned_links("![x](images/a.png)", "docs/b.md", "b") == "![x](images/a.png)"


def test_a_docstring_means_what_it_says():
    lines = ["|z| * p_ and `softmax`", "", "    z = x * y_", "", ">>> a * b"]
    shown = ["\\|z\\| \\* p\\_ and ``softmax``", "", "::", "", "    z = x * y_", "", ">>> a * b"]
    assert as_restructured_text(lines) == shown


def test_what_scrolls_is_reached_by_keyboard_and_a_signature_is_no_list():
    page = '<pre>x</pre><div class="table-wrapper a"><div class="mathless"><dl>\n<dd>x</dd>\n</dl>'
    assert accessible(page) == (
        '<pre tabindex="0">x</pre><div tabindex="0" class="table-wrapper a"><div class="mathless">'
        '<span class="parameters"><span class="parameter">x</span>\n</span>'
    )


def test_what_leads_nowhere_is_found(tmp_path: Path):
    (tmp_path / "a.html").write_text('<a href="b.html#x">b</a> <a href="#no">no</a> <img src="c">')
    (tmp_path / "b.html").write_text(
        '<p id="x"><script src="https://x.org/s.js"></script><a href="https://x.org">there</a>'
    )
    assert broken_links(tmp_path) == [
        "a.html: <a> #no: no anchor 'no' there",
        "a.html: <img> c: no such file",
        "b.html: <script> https://x.org/s.js: would be loaded from elsewhere",
    ]


@pytest.mark.parametrize(("page", "is_whole"), [("docs/kernels.md", True), ("README.md", False)])
def test_the_speed_tables_are_those_of_the_measured_files(page: str, is_whole: bool):
    text = (DOCS.parent / page).read_text(encoding="utf-8")
    shown = text.partition(speed_table.BEGIN)[2].partition(speed_table.END)[0].strip()
    paths = sorted((DOCS / "measured").glob("speed-*.json"), reverse=True)
    files = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    if is_whole:
        assert shown == "\n\n".join(speed_table.block(data, data["rows"]) for data in files)
    else:
        rows = [row for row in files[0]["rows"] if row["name"] in speed_table.IN_THE_README]
        assert shown == speed_table.block(files[0], rows)


def test_the_excerpt_of_accuracy_is_what_was_measured():
    measured = json.loads((DOCS / "measured" / "accuracy.json").read_text(encoding="utf-8"))
    errors = {
        (row["quantity"], row["family"].replace("top margin", "right class leads by")): row[
            "errors"
        ]
        for row in measured
        if row["dtype"] == "float64"
    }
    table = (DOCS / "accuracy.md").read_text(encoding="utf-8").partition("|---")[2]
    rows = [line.split("|")[1:-1] for line in table.splitlines()[1:] if line.startswith("|")]
    assert len(rows) > 10
    for row in rows:
        quantity, family, *shown = (cell.strip() for cell in row)
        for name, cell in zip(("softgrad", "torch", "jax", "scipy"), shown, strict=True):
            found = errors[quantity, family].get(name)
            assert (cell == "") == (found is None)
            assert found is None or float(cell) == pytest.approx(found, rel=0.5, abs=0.06)
