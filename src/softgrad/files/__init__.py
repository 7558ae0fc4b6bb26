"""Files: written whole or not at all, and read without trust in what they hold."""

from softgrad.files.json_text import parse_json
from softgrad.files.paths import as_path, refusal
from softgrad.files.printable import printable
from softgrad.files.reading import open_file
from softgrad.files.writing import check_can_write, write_file

__all__ = [
    "as_path",
    "check_can_write",
    "open_file",
    "parse_json",
    "printable",
    "refusal",
    "write_file",
]
