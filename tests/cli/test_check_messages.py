"""What `softgrad check` and the process that runs the file tell each other: all, or nothing."""

from __future__ import annotations

from softgrad.checking import Report
from softgrad.cli.check_messages import (
    Answer,
    answer_content,
    as_message,
    message_length,
    read_answer,
)


def test_only_a_whole_answer_to_this_request_is_one():
    report = Report("correct", None, (), "fine", None)
    message = as_message(answer_content("token", Answer(report)))
    assert message_length(message) == len(message)
    assert read_answer(message, "token") == Answer(report)
    assert read_answer(message, "other") is None
    for wrong in (b"", message[:-1], message + b" ", message[:8], message[:-2] + b"]}"):
        assert read_answer(wrong, "token") is None
    content = answer_content("token", Answer(report))
    ragged = {"row": 0, "theirs": [[1.0], []], "reference": [[1.0], []]}
    for change in (
        *({"verdict": "right"}, {"evidence": 3}, {"candidates": None}, {"more": 1}),
        *({"matrices": ragged}, {"matrices": {"row": 0, "theirs": [], "reference": [[]]}}),
    ):
        other = {**content, "report": {**content["report"], **change}}
        assert read_answer(as_message(other), "token") is None
    assert read_answer(as_message({"token": "token"}), "token") is None
    assert read_answer(as_message({**content, "refusal": "no"}), "token") is None
