"""What a report says in their words: the lines that it prints run, and are right."""

import io
from functools import partial

import numpy as np
import pytest
from rich.console import Console

import softgrad as sg
from checking.mistakes import WRONG
from checking.settings import SETTINGS, applies, point
from softgrad.checking.wording.known import _ELEMENTS, _ROWS, known_function
from softgrad.checking.wording.known_losses import _LOSSES, known_loss
from softgrad.checking.wording.lines import right_line
from softgrad.checking.wording.source_names import SourceNames

RANDOM = np.random.default_rng(0)
LINES, COLUMNS = 24, 80


def compiled(code, **names):
    """The printed lines as the body of a function."""
    body = code.replace("; ", "\n    ")
    space = {"np": np, **names}
    exec(f"def derivative(given, upstream=None):\n    {body}", space)  # printed lines
    return space["derivative"]


def line_of(report):
    return report.explanation.split("Write instead: ")[1]


def wrong_product(given, upstream):
    return 3.7 * upstream * given + given**3


def wrong_slope(given):
    return 3.7 * given + given**3


def given_what(known):
    """The forms and arguments for which there is a line to print."""
    inputs = (
        [("vjp", "input")] if known.is_product else [("vjp", "input"), ("elementwise", "input")]
    )
    return inputs + [(form, "output") for form, _ in inputs if known.by_output]


@pytest.mark.parametrize("known", [*_ROWS, *_ELEMENTS], ids=lambda known: known.name)
def test_lines_for_known_functions_run_and_are_right(known):
    x = 1.5 * RANDOM.standard_normal((3, 5))
    x = np.abs(x) + 0.1 if known.name == "the logarithm" else x

    def theirs(z):
        return known.value(z)

    assert known_function([x], [theirs(x)]).name == known.name
    for form, argument in given_what(known):
        wrong = wrong_product if form == "vjp" else wrong_slope
        report = sg.check(theirs, wrong, x, form, argument=argument)
        told = compiled(line_of(report), theirs=theirs)
        fixed = told if form == "vjp" else partial(told, upstream=None)
        assert sg.check(theirs, fixed, x, form, argument=argument), line_of(report)


def example(name):
    """A prediction and a target that the loss takes."""
    x, t = RANDOM.dirichlet(np.ones(4), 3), np.eye(4)[[1, 3, 0]]
    if name.startswith("KL"):
        t = RANDOM.dirichlet(np.ones(4), 3)
    if "hinge" in name or "logistic" in name:
        t, x = 2 * t - 1, RANDOM.standard_normal((3, 4))
        x[0] = 4 * t[0]  # beyond the margin, short of which a hinge is an absolute error
    if "logits" in name or "Huber" in name:
        x = 2 * RANDOM.standard_normal((3, 4))
    return x, t


@pytest.mark.parametrize(
    "reduce", [np.sum, np.mean, lambda a: a.sum(-1).mean(), lambda a: a.sum(-1)]
)
@pytest.mark.parametrize("loss", _LOSSES, ids=lambda loss: loss.name)
def test_gradients_of_known_losses_run_and_are_right(loss, reduce):
    x, actual = example(loss.name)

    def theirs(prediction):
        return reduce(loss.value(prediction, actual))

    points = [x, 0.6 * x + 0.1, 0.3 * x + 0.05]
    found = known_loss(points, [np.asarray(theirs(p)) for p in points], {"actual": actual})
    told = compiled(SourceNames(point="given").put_into(found.line, by_output=False), actual=actual)
    assert sg.check(theirs, lambda given: told(given), x, "gradient"), found.line


def test_the_line_has_their_names():
    def softmax(Z):
        e = np.exp(Z - Z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    def softmax_backward(Z, dA):
        s = softmax(Z)
        return dA * s * (1 - s)

    report = sg.check(softmax, softmax_backward, RANDOM.standard_normal((3, 5)))
    assert line_of(report) == (
        "p = softmax(Z); return p * (dA - np.sum(dA * p, axis=-1, keepdims=True))"
    )


def test_the_target_has_the_name_that_the_loss_has_for_it():
    def loss(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    y, x = RANDOM.standard_normal((2, 3, 4))
    report = sg.check(partial(loss, y), lambda guess: guess - y, x)
    assert line_of(report) == "return (2 * (guess - y_true)) / guess.size"


@pytest.mark.parametrize("setting", SETTINGS[:1], ids=str)
def test_a_report_is_a_screen_at_most(setting):
    for name, mistake in WRONG.items():
        if not applies(mistake, setting):
            continue
        report = sg.check(
            mistake.function,
            mistake.derivative,
            point(setting, mistake.batch),
            mistake.form,
            argument=mistake.argument,
        )
        told = printed(report)
        assert len(told.splitlines()) < LINES, name
        assert all(len(line) <= COLUMNS for line in told.splitlines()), name
        near = " ".join(told.partition("leaves unexplained: ")[2].split())
        codes = [one.split()[0] for one in near.split(", ") if one]
        assert len(codes) == len(set(codes)), near


def test_all_that_was_tried_is_told_once_where_it_is_asked_for():
    mistake = WRONG["two_is_missing"]
    report = sg.check(mistake.function, mistake.derivative, point(SETTINGS[0], mistake.batch))
    told = printed(report.in_full())
    rows = [line.split() for line in told.partition("unexplained")[2].splitlines()]
    codes = {row[0] for row in rows if row}
    assert {one.code for one in report.candidates} <= codes
    assert "unexplained   found" not in printed(report)


def printed(report):
    console = Console(file=io.StringIO(), width=COLUMNS)
    console.print(report)
    return console.file.getvalue()


@pytest.mark.parametrize("name", ["t", "c", "s", "p", "e"])
def test_an_argument_named_like_what_the_line_assigns_to(name):
    for known in (*_ROWS, *_ELEMENTS):
        x = np.abs(RANDOM.standard_normal((3, 5))) + 0.1
        names = SourceNames("theirs", point=name, vector="upstream")
        for form, _ in [one for one in given_what(known) if one[1] == "input"]:
            line = names.put_into(
                right_line(known, form, "input", of_one_row=False), by_output=False
            )
            space = {"np": np, "theirs": known.value}
            body = line.replace("; ", "\n    ")
            exec(f"def derivative({name}, upstream=None):\n    {body}", space)
            told = space["derivative"]
            fixed = told if form == "vjp" else partial(told, upstream=None)
            assert sg.check(known.value, fixed, x, form), line


class KeepsAMask:
    def __init__(self, alpha=0.03):
        self.alpha = alpha

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.alpha * x)

    def backward(self, dout):
        return dout * np.where(self.mask, self.alpha, 1)


class KeepsProbabilities:
    def forward(self, logits, labels):
        e = np.exp(logits)
        self.p, self.labels = e / e.sum(1, keepdims=True), labels
        return -np.mean(np.log(self.p[np.arange(len(labels)), labels]))

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.labels] -= 1
        return d / d.shape[1]


class KeepsNothing(KeepsAMask):
    def forward(self, x):
        self.positive = np.where(x > 0, x, 0)
        return self.positive**2

    def backward(self, dout):
        return dout * self.positive


def lines_of(kind):
    return sg.check_class(kind).explanation.split("Write instead: ")[1].split(" (Keeps")[0]


def test_a_backward_passes_line_uses_what_its_object_keeps():
    assert lines_of(KeepsAMask) == "return dout * (np.where(self.mask, 1, self.alpha))"
    assert lines_of(KeepsProbabilities) == (
        "return (d / d.shape[1]) * self.p.shape[-1] / len(self.p)"
    )
    assert lines_of(KeepsNothing) == "return (dout * self.positive) * 2"
