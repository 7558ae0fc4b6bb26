"""Formulas as MathML, which browsers draw themselves: no script, no font, no network."""

import re
from html import escape

from docutils.nodes import SkipNode, math, math_block
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator

_LOGGER = getLogger(__name__)
# Of TeX's commands those that docutils does not know, in its words.
_SPELLINGS = {"dots": r"\ldots", "dotsc": r"\ldots", "big": "", "Big": "", "bigg": ""}
_UNKNOWN = re.compile(rf"\\({'|'.join(_SPELLINGS)})(?![A-Za-z])")


def as_mathml(node: math | math_block, *, as_block: bool) -> str:
    try:
        tex = _UNKNOWN.sub(lambda match: _SPELLINGS[match[1]], node.astext())
        return tex2mathml(tex, as_block=as_block)
    except MathError as error:
        _LOGGER.warning("formula %r: %s", node.astext(), error, location=node)
        return f"<code>{escape(node.astext())}</code>"


def visit_math(writer: HTML5Translator, node: math) -> None:
    writer.body.append(as_mathml(node, as_block=False))
    raise SkipNode


def visit_math_block(writer: HTML5Translator, node: math_block) -> None:
    identifier = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    formula = as_mathml(node, as_block=True)
    writer.body.append(f'<div class="math"{identifier}>{formula}</div>\n')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
