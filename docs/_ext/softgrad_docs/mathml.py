"""Formulas as MathML, which browsers draw themselves: no script, no font, no network."""

from docutils.nodes import SkipNode, math, math_block
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit_math(writer: HTML5Translator, node: math) -> None:
    writer.body.append(tex2mathml(node.astext()))
    raise SkipNode


def visit_math_block(writer: HTML5Translator, node: math_block) -> None:
    identifier = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    formula = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="math"{identifier}>{formula}</div>\n')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
