"""Learning-rate schedules, against values worked out by hand."""

import pytest

from softgrad.errors import InputTypeError, ParameterError, UnknownNameError
from softgrad.nn import Constant, Cosine, Linear, StepDecay, WarmUp
from softgrad.nn.schedules import SCHEDULES, find_schedule


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (Constant(), {0.0: 1.0, 7.3: 1.0}),
        (StepDecay(every=3, decay=0.5), {0.0: 1.0, 2.99: 1.0, 3.0: 0.5, 6.0: 0.25}),
        (Linear(final=0.2), {0.0: 1.0, 5.0: 0.6, 10.0: 0.2}),
        (Cosine(), {0.0: 1.0, 10.0 / 3.0: 0.75, 5.0: 0.5, 20.0 / 3.0: 0.25, 10.0: 0.0}),
        (Cosine(final=0.5), {0.0: 1.0, 5.0: 0.75, 10.0: 0.5, 11.0: 0.5}),
        (WarmUp(epochs=2), {0.0: 0.0, 0.5: 0.25, 1.5: 0.75, 2.0: 1.0, 9.0: 1.0}),
        (WarmUp(epochs=2, then=Linear()), {1.0: 0.5, 2.0: 1.0, 6.0: 0.5, 10.0: 0.0}),
    ],
    ids=repr,
)
def test_factor_of_ten_epochs(schedule, points):
    found = {epoch: schedule.factor(epoch, 10) for epoch in points}
    assert found == pytest.approx(points, abs=1e-15)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_name_gives_a_factor_from_0_to_1_throughout(name):
    schedule = find_schedule(name)
    assert all(0.0 <= schedule.factor(i / 7, 10) <= 1.0 for i in range(70))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: StepDecay(every=0),
        lambda: StepDecay(decay=1.5),
        lambda: Linear(final=-0.1),
        lambda: Cosine(final=2.0),
        lambda: WarmUp(epochs=0),
    ],
)
def test_settings_outside_their_range_are_refused(wrong):
    with pytest.raises(ParameterError, match="expected"):
        wrong()


def test_unknown_schedules_are_refused():
    with pytest.raises(UnknownNameError, match="known: constant, step, linear, cosine"):
        find_schedule("cosinus")
    with pytest.raises(InputTypeError, match="a float"):
        find_schedule(0.5)
