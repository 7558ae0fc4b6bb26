"""Code as people copy it: out of an interpreter, a notebook, a chat or the middle of a class."""

from __future__ import annotations

from textwrap import dedent

_PROMPTS = (">>>", "...")
_SPACES = {ord(one): " " for one in "\u00a0\u2007\u202f"} | {0xFEFF: None}


def plain_code(text: str) -> str:
    """The Python in it, with every line where it stood.

    Prompts and what was printed between them, the fences of Markdown, and commands of notebooks
    (`%matplotlib inline`, `!ls`) go; so do a common indent and spaces that are none of Python's.
    """
    lines = text.translate(_SPACES).splitlines()
    if any(line.lstrip().startswith(_PROMPTS[0]) for line in lines):
        lines = [_typed(line.lstrip()) for line in lines]
    plain = ["" if line.startswith(("```", "%", "!")) else line for line in lines]
    return dedent("\n".join(plain)) + "\n"


def _typed(line: str) -> str:
    return line[4:] if line.startswith(_PROMPTS) else ""
