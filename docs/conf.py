"""The documentation site: `python tools/build_docs.py` builds and checks it."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tools")]

import softgrad  # noqa: E402  # the folders above come first

project = "softgrad"
author = "the softgrad developers"
version = release = softgrad.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "softgrad_docs.accessible",
    "softgrad_docs.code_blocks",
    "softgrad_docs.docstrings",
    "softgrad_docs.mathml",
    "softgrad_docs.navigation",
    "softgrad_docs.notebooks",
    "softgrad_docs.reference",
    "softgrad_docs.root_pages",
]
exclude_patterns = ["_ext", "_build"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

# Anchors are those of code hosts, so that links between pages work there as well as here.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "dollarmath"]
# A price of $5 is no formula; an equation between $ has none of these spaces.
myst_dmath_allow_space = False
myst_dmath_allow_digits = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# A name between single backticks is one of the library or code.
default_role = "code"
smartquotes = False  # --option keeps its dashes

html_theme = "furo"
html_title = "softgrad"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_search_scorer = str(HERE / "_static" / "scorer.js")
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "navigation_with_keys": False,
    "light_css_variables": {"color-brand-primary": "#00598c", "color-brand-content": "#00598c"},
    "dark_css_variables": {"color-brand-primary": "#6cb8e6", "color-brand-content": "#6cb8e6"},
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
