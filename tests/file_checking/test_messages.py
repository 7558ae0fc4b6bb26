"""What `softgrad check` and the process that runs the file tell each other: all, or nothing."""

from __future__ import annotations

from softgrad.checking import NamedReport, Report
from softgrad.file_checking.messages import (
    Answer,
    answer_content,
    as_message,
    message_length,
    read_answer,
)


def test_only_a_whole_answer_to_this_request_is_one():
    report = Report("correct", None, (), "fine", None)
    reports = (
        NamedReport("F", "f", "df", report),
        NamedReport("G", "g", "dg", None, "no call fits"),
    )
    answer = Answer(reports, notes=("line 3: no such file",))
    message = as_message(answer_content("token", answer))
    assert message_length(message) == len(message)
    assert read_answer(message, "token") == answer
    assert read_answer(message, "other") is None
    for wrong in (b"", message[:-1], message + b" ", message[:8], message[:-2] + b"}]"):
        assert read_answer(wrong, "token") is None
    content = answer_content("token", answer)
    ragged = {"row": 0, "theirs": [[1.0], []], "reference": [[1.0], []]}
    for change in (
        *({"verdict": "right"}, {"evidence": 3}, {"candidates": None}, {"more": 1}),
        *({"matrices": ragged}, {"matrices": {"row": 0, "theirs": [], "reference": [[]]}}),
    ):
        first = {**content["reports"][0], "report": {**content["reports"][0]["report"], **change}}
        other = {**content, "reports": [first]}
        assert read_answer(as_message(other), "token") is None
    assert read_answer(as_message({"token": "token"}), "token") is None
    assert read_answer(as_message({**content, "reports": []}), "token") is None
    assert read_answer(as_message({**content, "reports": [{"name": "F"}]}), "token") is None
    assert read_answer(as_message({**content, "refusal": "no"}), "token") is None
