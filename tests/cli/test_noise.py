from __future__ import annotations

import pytest

from softgrad.evidence.experiments import label_noise


def test_the_experiment_prints_its_table_and_draws_it(command, tmp_path, monkeypatch):
    monkeypatch.setattr(label_noise, "HIDDEN", 8)  # this is about the command, not the result
    path = tmp_path / "noise.png"
    done = command("noise", "--seeds", "2", "--epochs", "1", "--picture", str(path))
    assert done.code == 0, done.err
    assert all(head.name in done.out for head in label_noise.default_heads())
    assert "±" in done.out
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--probability", "1.5"), "from 0 to 1"),
        (("--seeds", "0"), "--seeds"),
        (("--picture", "x.docx"), "cannot draw"),
    ],
)
def test_what_cannot_be_done_is_refused(command, words, message):
    assert message in command("noise", *words).refused
