from __future__ import annotations

import re

import numpy as np
import pytest

import softgrad as sg


def cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def test_each_cell_is_under_its_i_and_j(command):
    out = command("derive", "1", "2", "3").out
    header = next(line for line in out.splitlines() if "by input j=0" in line)
    assert cells(header) == ["by input j=0", "by input j=1", "by input j=2", "row sum"]
    J = sg.softmax.jacobian([1.0, 2.0, 3.0]).to_dense()
    for i in range(3):
        row = next(line for line in out.splitlines() if f"output i={i}" in line)
        assert cells(row) == [f"output i={i}", *(f"{x:.6f}" for x in J[i]), "0"]


def test_the_derivative_of_output_1_by_input_0_is_the_known_number(command):
    # p_1 p_0 at (1, 2, 3), by hand.
    row = next(
        line
        for line in command("derive", "1", "2", "3", "--digits", "10").out.splitlines()
        if "output i=1" in line
    )
    assert cells(row)[1] == "-0.0220330445"


@pytest.mark.parametrize(
    "words",
    [
        ("-1", "2", "-3"),
        ("--", "-1", "2", "-3"),
        ("-1,2,-3",),
        ("--digits", "3", "--", "-1,2", "-3"),
    ],
)
def test_negative_numbers_are_logits(as_json, words):
    found = as_json("derive", *words)
    assert found["logits"] == [-1.0, 2.0, -3.0]


@pytest.mark.parametrize("word", ["-1e-3", "-.5", "-inf", "1E+2", "-0"])
def test_every_spelling_of_a_number_is_a_logit(as_json, word):
    found = as_json("derive", word, "2")
    assert float(found["logits"][0]) == float(word)


@pytest.mark.parametrize("name", ["squared-error", "squared_error"])
def test_gradient_and_hessian_are_those_of_the_layer(as_json, name):
    words = ("derive", "1", "2", "3", "--loss", name, "--target", "2", "--second")
    found = as_json(*words)
    layer = sg.OutputLayer("softmax", "squared_error")
    z = np.array([1.0, 2.0, 3.0])
    value, gradient = layer.value_and_gradient(z, 2)
    assert found["value"] == value
    assert found["gradient"] == gradient.tolist()
    assert found["hessian"] == layer.hessian(z, 2).to_dense().tolist()


def test_options_may_stand_after_the_mark_and_without_a_target_it_is_label_0(command, as_json):
    words = ("derive", "--", "-1", "-2", "--loss", "focal")
    assert "the target is label 0" in command(*words).out
    assert as_json(*words) == as_json("derive", "-1", "-2", "--loss", "focal", "--target", "0")


def test_a_distribution_is_a_target(as_json):
    words = ("--loss", "cross-entropy", "--target", "0.1,0.2,0.7")
    found = as_json("derive", "0", "0", "0", *words)
    np.testing.assert_allclose(found["value"], np.log(3.0), rtol=1e-15)


def test_the_table_shows_loss_gradient_and_hessian(command):
    words = ("--loss", "cross-entropy", "--target", "0", "--second")
    out = command("derive", "1", "2", "3", *words).out
    assert "CrossEntropy() with target 0" in out
    assert "dL / dz_j" in out
    assert "by input i=0" in out


def test_hyper_parameters_follow_the_name(as_json):
    found = as_json("derive", "1", "2", "--activation", "softmax:temperature=0.5")
    np.testing.assert_allclose(found["output"], sg.Softmax(temperature=0.5)([1.0, 2.0]), rtol=1e-15)


def test_what_json_has_no_number_for_is_text(as_json):
    found = as_json("derive", "inf", "inf")
    assert found["output"] == ["nan", "nan"]


def test_a_wide_matrix_is_cut_into_tables_that_each_have_row_names(command):
    out = command("derive", *map(str, range(12))).out
    assert all(f"by input j={j}" in out for j in range(12))
    assert max(map(len, out.splitlines())) <= 100
    assert out.count("output i=11 ") > 1


def test_a_row_sum_that_is_not_zero_is_shown(command):
    out = command("derive", "1", "2", "--activation", "sigmoid").out
    slope = sg.sigmoid.jacobian([1.0, 2.0])[0, 0]
    row = next(line for line in out.splitlines() if "output i=0" in line)
    assert cells(row) == ["output i=0", f"{slope:.6f}", "0", f"{slope:.6f}"]


def test_a_picture_is_written(command, tmp_path):
    path = tmp_path / "jacobian.png"
    done = command("derive", "1", "2", "3", "--picture", str(path))
    assert done.code == 0
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("1", "two"), "LOGITS: 'two' is not a number"),
        (("1", "2", "--activation", "sotfmax"), "did you mean softmax"),
        (("1", "2", "--activation", "cross-entropy"), "is a loss, not an activation"),
        (("1", "2", "--loss", "softmax", "--target", "0"), "is an activation, not a loss"),
        (("1", "2", "--loss", "cross-entropi", "--target", "0"), "did you mean cross_entropy"),
        (("1", "2", "--activation", "identity", "--loss", "gaussian"), "--loss needs --target"),
        (("1", "2", "--target", "0"), "--target needs --loss"),
        (("1", "2", "--second"), "--second needs --loss"),
        (("1", "2", "--loss", "cross-entropy", "--target", "2"), "label 2 is out of range"),
        (("1", "2", "--loss", "cross-entropy", "--target", "0.5"), "expected a label from 0 to 1"),
        (("1", "2", "--loss", "cross-entropy", "--target", "a"), "'a' is not a number"),
        (("1", "2", "--loss", "cross-entropy", "--target", "1,2,3"), "2 numbers"),
        (
            ("1", "--activation", "tanh", "--loss", "cross-entropy", "--target", "0"),
            "is defined on",
        ),
        (("1", "--activation", "softmax:temperature=0"), "expected a number > 0"),
        (("1", "--activation", "softmax:temprature=1"), "did you mean temperature"),
        (("1", "--activation", "softmax:temperature=hot"), "neither a number"),
        (("1", "--activation", "softmax:hot"), "no key=value"),
        (("1", "--activaton", "softmax"), "did you mean --activation"),
        (("1", "--picture", "x.docx"), "cannot draw to '.docx'"),
        (("1", "--picture", "/nowhere/x.png"), "/nowhere does not exist"),
        (("1", "--digits", "0"), "--digits"),
        ((), "Missing argument"),
        ((",",), "no number was given"),
        (("--", "-1", "--digts=2"), "did you mean --digits"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(command, words, message):
    assert message in command("derive", *words).refused
