from __future__ import annotations

import itertools
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import ParameterError
from softgrad.nn import History
from softgrad.pictures import (
    confusion_matrix,
    derivative_heatmaps,
    fit_summary,
    jacobian_heatmap,
    label_noise_chart,
    matrix_heatmaps,
    save,
    training_curves,
    training_summary,
)

HISTORY = History(
    loss=[1.0, 0.3, 0.02],
    accuracy=[0.5, 0.8, 0.99],
    val_loss=[1.1, 0.5, 0.3],
    val_accuracy=[0.4, 0.7, 0.9],
)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_each_cell_of_a_jacobian_shows_its_number():
    J = np.asarray(sg.softmax.jacobian([1.0, 2.0, 3.0]))
    axes = jacobian_heatmap(J, decimals=3).axes[0]
    shown = texts(axes)
    assert [shown[4 * i : 4 * i + 4] for i in range(3)] == [
        [*(f"{x:.3f}".replace("-", "−") for x in row), "0"] for row in J
    ]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["j=0", "j=1", "j=2", "row sum"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["i=0", "i=1", "i=2"]
    assert axes.get_ylim() == (3.0, 0.0)  # i = 0 on top


def test_colours_are_centred_at_zero():
    mesh = jacobian_heatmap(np.array([[3.0, -1.0], [0.0, 1.0]])).axes[0].collections[0]
    assert mesh.get_clim() == (-3.0, 3.0)


def test_a_row_sum_that_is_not_zero_is_shown():
    assert "1.500" in texts(jacobian_heatmap(np.diag([1.5, 2.5]), decimals=3).axes[0])


@pytest.mark.parametrize("n", [1, 2, 14, 15, 300])
def test_any_size_can_be_drawn(n, tmp_path):
    J = sg.softmax.jacobian(np.linspace(0, 1, n))
    assert save(jacobian_heatmap(J), tmp_path / "j.png").stat().st_size > 1000


@pytest.mark.parametrize("fill", [0.0, np.nan, np.inf])
def test_a_matrix_without_scale_can_be_drawn(fill, tmp_path):
    save(jacobian_heatmap(np.full((2, 2), fill)), tmp_path / "j.png")


def test_matrices_stand_side_by_side():
    figure = matrix_heatmaps([("A", "output", np.eye(2)), ("B", "input", np.eye(2))])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [title for title in titles if title] == ["A", "B"]


def test_a_confusion_matrix_shows_true_classes_down_and_predicted_across():
    axes = confusion_matrix([[5, 2], [0, 7]], ["cat", "dog"]).axes[0]
    assert texts(axes) == ["5", "2", "0", "7"]
    assert axes.get_ylabel() == "true"
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["cat", "dog"]
    assert axes.get_ylim() == (2.0, 0.0)


def test_curves_are_those_of_the_history():
    loss, accuracy = training_curves(HISTORY).axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    np.testing.assert_array_equal(loss.lines[0].get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(loss.lines[0].get_ydata(), HISTORY.loss)
    np.testing.assert_array_equal(accuracy.lines[1].get_ydata(), HISTORY.val_accuracy)


def test_a_summary_has_curves_and_the_held_out_rows():
    assert len(training_summary(HISTORY, np.eye(3), ["a", "b", "c"]).axes) == 3
    values = History(loss=[2.0], r_squared=[0.1])
    axes = fit_summary(values, np.array([1.0, 2.0]), np.array([1.5, 1.5])).axes
    assert axes[1].get_title(loc="left") == "R²"
    np.testing.assert_array_equal(axes[2].lines[1].get_ydata(), [1.0, 2.0])


def test_label_noise_is_drawn_best_on_top():
    accuracies = {"base": [0.8, 0.9], "worse": [0.5, 0.6], "better": [0.95, 0.97]}
    axes = label_noise_chart(accuracies, baseline="base", probability=0.4).axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["better", "base", "worse"]
    assert texts(axes) == ["96.0 %", "85.0 %", "55.0 %"]
    assert "40 %" in axes.get_title(loc="left")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_ending_says_the_format(ending, tmp_path):
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    path = save(confusion_matrix(np.eye(2)), tmp_path / f"picture.{ending}")
    assert path.read_bytes().startswith(start)


def test_an_unknown_ending_is_refused():
    with pytest.raises(ParameterError, match=r"cannot draw to '\.docx'"):
        save(confusion_matrix(np.eye(2)), "picture.docx")


def test_drawing_changes_no_global_setting(tmp_path: Path):
    def settings() -> dict[str, object]:
        # Which backend there is, Matplotlib finds out itself at the first drawing.
        return {name: mpl.rcParams[name] for name in mpl.rcParams if name != "backend"}

    before = settings()
    save(training_curves(HISTORY), tmp_path / "t.png")
    assert settings() == before


def test_a_check_is_drawn_as_theirs_the_reference_and_the_difference():
    report = sg.check(sg.softmax, lambda z: sg.softmax(z) * (1 - sg.softmax(z)), [1.0, 2.0, 3.0])
    figure = derivative_heatmaps(report)
    panels = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == ["Theirs", "Reference", "Difference"]
    i, j = report.evidence.i, report.evidence.j
    assert all(axes.patches[-1].get_xy() == (j, i) for axes in panels)
    difference = panels[2].collections[0].get_array().reshape(3, 3)
    p = np.asarray(sg.softmax([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(difference, np.outer(p, p) * (1 - np.eye(3)), atol=1e-9)


def test_a_check_without_matrices_is_not_drawn():
    report = sg.check(sg.softmax, lambda z: 1 / 0, [1.0, 2.0, 3.0])
    with pytest.raises(ParameterError, match="no matrices"):
        derivative_heatmaps(report)


def test_a_name_that_the_font_has_no_signs_for_is_drawn_all_the_same(tmp_path):
    figure = confusion_matrix(np.eye(2), ["\u65e5", "b"])
    assert save(figure, tmp_path / "p.png").stat().st_size > 1000


def test_two_curves_differ_by_more_than_their_colour():
    for axes in training_curves(HISTORY).axes:
        lines = {line.get_label(): line.get_linestyle() for line in axes.get_lines()}
        assert (lines["training"], lines["validation"]) == ("-", "--")


@pytest.mark.parametrize(
    "names",
    [
        ["Iris-versicolor of the north", "a$b$c", "x\x1b[31m"],
        [f"category number {k} of 20" for k in range(20)],
        [f"c{k}" for k in range(20)],
    ],
)
def test_names_of_classes_can_be_told_apart_and_do_not_overlap(names, tmp_path):
    figure = training_summary(HISTORY, np.full((len(names), len(names)), 123), names)
    assert save(figure, tmp_path / "p.png").stat().st_size > 1000
    axes = figure.axes[-1]
    for labels, horizontal in ((axes.get_yticklabels(), False), (axes.get_xticklabels(), True)):
        shown = [label.get_text() for label in labels]
        assert len(set(shown)) == len(names)
        assert all(text.isprintable() and text.replace("\\$", "").count("$") == 0 for text in shown)
        if horizontal and 0 < labels[0].get_rotation() < 90:
            continue  # slanted names overlap as boxes and not as they are drawn
        boxes = [label.get_window_extent() for label in labels]
        ends = [(b.x0, b.x1) if horizontal else (-b.y1, -b.y0) for b in boxes]
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ends))
    assert all(text.get_window_extent().width < axes.bbox.width / len(names) for text in axes.texts)
