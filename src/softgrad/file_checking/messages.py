"""What whoever wants a file checked and the process that runs it tell each other.

One message each way over a socket: a length and JSON. The answer carries the token of the request
and is read by a schema, so that half an answer, or whatever the user's file may write to the
socket by chance, is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from softgrad.checking import Candidate, Evidence, NamedReport, Report
from softgrad.checking.findings import Matrices
from softgrad.errors import StorageError
from softgrad.files import parse_json
from softgrad.files.schema import (
    Reading,
    any_number,
    anything,
    list_of,
    misfit,
    one_of,
    optional,
    record,
    table_of,
    text,
    whole,
)

if TYPE_CHECKING:
    from socket import socket

MOST_BYTES = 2**26
_LENGTH = 8


class Request(NamedTuple):
    """What is to be checked: the options of the command.

    `naming` says how whoever asks can name the two, where they are not recognised.
    """

    path: str
    name: str | None
    derivative: str | None
    form: str
    argument: str
    rows: int
    entries: int
    seed: int
    init: Any = None
    rtol: float = 1e-6
    seconds: float = 60.0
    may_be_empty: bool = False
    naming: str = "FILE:function --derivative NAME"


class Answer(NamedTuple):
    """The reports, or why there are none, and what of the file could not be run.

    `late` is whether there are none because the time was over.
    """

    reports: tuple[NamedReport, ...]
    refusal: str = ""
    notes: tuple[str, ...] = ()
    late: bool = False


def as_message(content: Mapping[str, Any]) -> bytes:
    """Its length, and it as JSON."""
    told = json.dumps(content).encode()
    return len(told).to_bytes(_LENGTH, "little") + told


def message_length(start: bytes | bytearray) -> int | None:
    """The length of a whole message that begins so; None while that is not known."""
    if len(start) < _LENGTH:
        return None
    return _LENGTH + int.from_bytes(start[:_LENGTH], "little")


def receive(channel: socket) -> Any:
    """The content of the next message, waited for."""
    length = message_length(_exactly(channel, _LENGTH)) or _LENGTH
    return json.loads(_exactly(channel, length - _LENGTH))


def answer_content(token: str, answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it."""
    if not answer.reports:
        return {"token": token, "refusal": answer.refusal}
    told = [{**one._asdict(), "report": _of_report(one.report)} for one in answer.reports]
    return {"token": token, "reports": told, "notes": list(answer.notes)}


def _of_report(report: Report | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        **{one.name: getattr(report, one.name) for one in fields(report)},
        "candidates": [asdict(one) for one in report.candidates],
        "evidence": None if report.evidence is None else asdict(report.evidence),
        "matrices": None if report.matrices is None else _of_matrices(report.matrices),
    }


def read_answer(message: bytes, token: str, *, may_be_empty: bool = False) -> Answer | None:
    """The answer in a message; None where it is not a whole answer to this request."""
    if len(message) != message_length(message):
        return None
    try:
        found = _ANSWER(parse_json(message[_LENGTH:], "the answer"), "answer")
    except StorageError:
        return None
    if found["token"] != token or ("reports" in found) == ("refusal" in found):
        return None
    if "reports" in found and not (found["reports"] or may_be_empty):
        return None
    reports = tuple(NamedReport(**one) for one in found.get("reports", ()))
    return Answer(reports, found.get("refusal", ""), tuple(found.get("notes", ())))


def _exactly(channel: socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        part = channel.recv(min(count - len(found), 65536))
        if not part:
            raise EOFError("the other side has closed the channel")
        found += part
    return bytes(found)


def _of_matrices(matrices: Matrices) -> dict[str, Any]:
    return {
        "row": matrices.row,
        "theirs": np.asarray(matrices.theirs, dtype=np.float64).tolist(),
        "reference": np.asarray(matrices.reference, dtype=np.float64).tolist(),
    }


def _dataclass(kind: Any, **known: Reading) -> Reading:
    """An object of this class, field by field: as `known` says, else by the field's plain type."""
    by_type = {"int": whole(), "float": any_number, "str": text}
    readings = {one.name: by_type.get(str(one.type), anything) for one in fields(kind)}
    read = record({**readings, **known})
    return lambda value, where: kind(**read(value, where))


def _matrices(value: Any, where: str) -> Matrices:
    found = _MATRICES(value, where)
    try:
        theirs, reference = np.array(found["theirs"]), np.array(found["reference"])
    except ValueError as error:  # rows of different lengths
        raise StorageError(f"{where}: {error}") from None
    if theirs.ndim != 2 or theirs.shape != reference.shape:
        misfit(theirs.shape, where, "two matrices of one shape")
    return Matrices(found["row"], theirs, reference)


_ROWS = list_of(list_of(any_number))
_MATRICES = record({"row": whole(), "theirs": _ROWS, "reference": _ROWS})
_CANDIDATE = _dataclass(Candidate, parameters=table_of(anything))
_REPORT = _dataclass(
    Report,
    verdict=one_of("correct", "wrong", "inconclusive"),
    diagnosis=optional(text),
    candidates=lambda value, where: tuple(list_of(_CANDIDATE)(value, where)),
    evidence=optional(_dataclass(Evidence)),
    matrices=optional(_matrices),
)
_NAMED = record(
    {
        **dict.fromkeys(("name", "function", "derivative", "refusal"), text),
        "report": optional(_REPORT),
        "line": whole(low=0),
    }
)
_ANSWER = record(
    {"token": text}, {"reports": list_of(_NAMED), "refusal": text, "notes": list_of(text)}
)
