"""A notebook becomes a page with its texts, its code, and what its cells showed."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from softgrad_docs.notebooks import as_markdown, run

FRAME = '<div tabindex="0" role="group" aria-label="output" style="overflow-x:auto">'


def test_a_page_holds_texts_code_and_what_cells_showed():
    shown = new_output("execute_result", {"text/plain": "J(3)", "text/html": "<b>J</b>"})
    plain = new_output("execute_result", {"text/plain": "7"})
    printed = new_output("stream", text="```\n")
    cells = [
        new_markdown_cell("# Title\n\nFirst."),
        new_code_cell("J", outputs=[shown]),
        new_markdown_cell("## Then"),
        new_code_cell("print('```')\n7", outputs=[printed, plain]),
    ]
    assert as_markdown(new_notebook(cells=cells), "lesson").split("\n\n") == [
        "# Title",
        "What cells show here they showed for this page. To run it: {download}`lesson.ipynb`.",
        "\nFirst.",
        "````python\nJ\n````",
        "````{raw} html\n" + FRAME + "<b>J</b></div>\n````",
        "## Then",
        "````python\nprint('```')\n7\n````",
        "````text\n```\n````",
        "````text\n7\n````\n",
    ]


def test_a_notebook_is_run(tmp_path):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("6 * 7")]), path)
    assert run(path).cells[0].outputs[0].data["text/plain"] == "42"
