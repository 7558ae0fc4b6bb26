"""The bytes of a table's file as text: unpacked, and decoded as its marks or the user say."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from softgrad.files import open_file
from softgrad.nn.data.table_error import Mend, TableError

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins as that of UTF-16 does
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_content(path: Path) -> bytes:
    """What the file holds, unpacked where it is a gzip.

    Raises:
        TableError: the gzip is damaged.
        StorageError: the file cannot be read.
    """
    with open_file(path) as file:
        content = file.read()
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise TableError(f"{path}: this gzip cannot be unpacked: {error}") from None


def is_parquet(content: bytes) -> bool:
    """Whether this is a Parquet file."""
    return content.startswith(_PARQUET)


def decode(content: bytes, source: str, encoding: str | None) -> str:
    """The text of a file.

    Raises:
        TableError: it is none, or in another encoding.
    """
    found = next((name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), "")
    if content.startswith(b"PK\x03\x04"):
        raise TableError(f"{source}: this is a zip file or a spreadsheet; save the table as CSV")
    name = found or encoding or "utf-8"
    try:
        text = content.decode(name)
    except LookupError:
        raise TableError(
            f"{source}: no encoding is called {name!r}; expected a name such as utf-8, latin-1, "
            "cp1252 or utf-16"
        ) from None
    except UnicodeDecodeError as error:
        raise _wrong_encoding(content, source, name, error.start) from None
    except ValueError as error:  # of codecs that are no encodings of text
        raise TableError(f"{source}: {name} does not make it text: {error}") from None
    if "\0" in text:
        raise TableError(f"{source}: not a text file (it has NUL characters)")
    return text


def _wrong_encoding(content: bytes, source: str, name: str, start: int) -> TableError:
    if b"\0" in content[:4096] or content.startswith(b"\x89PNG"):
        return TableError(f"{source}: not a {name.upper()} text file (byte {start})")
    return TableError(
        f"{source}: not a {name.upper()} text file (byte {start}); if it is from Windows or "
        "western Europe, give ",
        Mend("encoding", "cp1252"),
        f", or convert it: iconv -f CP1252 -t UTF-8 {source} > new.csv",
    )
