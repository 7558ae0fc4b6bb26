"""A class that lacks what its contract asks for is an error when it is made, which names it all."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import pytest

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import ElementWise, LivesOn, RowLoss, TrueClassLoss, parameter
from softgrad.contracts.domains import ANY_VALUES, POSITIVE, REAL
from softgrad.errors import CapabilityError, DefinitionError

# Methods that are not under test.
SQUARE: dict[str, Any] = {
    "value": lambda self, xp, z: z * z,
    "first": lambda self, xp, z: 2.0 * z,
    "second": lambda self, xp, z: 0.0 * z + 2.0,
}
ROW: dict[str, Any] = {
    name: lambda self, r, t: None for name in ("row_value", "row_gradient", "row_hessian")
}
SAID: dict[str, Any] = {
    "name": "own",
    "accepts": ANY_VALUES,
    "lives_on": LivesOn.OUTPUT,
    "targets": "entries",
}


def make(base: type, content: dict[str, Any]) -> Any:
    return type("Own", (base,), dict(content))


def with_slope(default: float, **options: Any) -> Any:
    slope = parameter(default, **options)
    return make(ElementWise, {"name": "own", "domain": REAL, **SQUARE, "slope": slope})


def without(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}


@pytest.mark.parametrize(
    ("define", "message"),
    [
        (lambda: make(ElementWise, SQUARE), "Own lacks name (a name in snake_case"),
        (lambda: make(ElementWise, SQUARE), "; domain (a Domain of softgrad.contracts.domains"),
        (lambda: make(RowLoss, ROW), "Own lacks name (a name in snake_case"),
        (lambda: make(RowLoss, ROW), "; accepts (a tuple of Domains"),
        (lambda: make(RowLoss, ROW), "; lives_on (LivesOn.OUTPUT"),
        (lambda: make(RowLoss, ROW), '; targets ("entries"'),
        (
            lambda: make(RowLoss, {**SAID, **without(ROW, "row_hessian", "row_value")}),
            "Own lacks the method row_hessian; the method row_value",
        ),
        (
            lambda: make(RowLoss, {**SAID, **ROW, "accepts": REAL}),
            "Own.accepts is Domain(name='real values'",
        ),
        (lambda: make(RowLoss, {**SAID, **ROW, "targets": "labls"}), "Own.targets is 'labls'"),
        (lambda: make(RowLoss, {**SAID, **ROW, "lives_on": "output"}), "lives_on is 'output'"),
        (lambda: make(RowLoss, {**SAID, **ROW, "name": "MyOwn"}), "expected a name in snake_case"),
        (
            lambda: make(RowLoss, {**SAID, **ROW, "gradient": lambda self, r, t: r}),
            "Own replaces gradient, which Loss derives",
        ),
        (
            lambda: make(RowLoss, {**SAID, **ROW, "__init__": lambda self, scale: None}),
            "Own has an __init__ of its own; write @dataclass(frozen=True, kw_only=True)",
        ),
        (
            lambda: make(ElementWise, {"name": "own", "domain": POSITIVE, **SQUARE}),
            "losses ask for the logarithm; write `positive = True`, and the method `log_form(self",
        ),
        (
            lambda: make(
                ElementWise, {"name": "own", "domain": POSITIVE, "positive": True, **SQUARE}
            ),
            "Own.positive is True; write the method `log_form(self, xp, z)`",
        ),
        (
            lambda: with_slope(1.0, low=0.0, examples=(0.5, -1.0)),
            "Own.slope has examples=(0.5, -1.0), outside its range: Own: slope is -1.0; expected",
        ),
        (
            lambda: with_slope(1.0, examples=(float("nan"),)),
            "Own.slope has examples=(nan,), outside its range",
        ),
        (
            lambda: with_slope(1.0, examples=0.3),
            "Own.slope has examples=0.3; expected a tuple, (0.3,)",
        ),
        (lambda: with_slope(1.0, examples=[0.3]), "Own.slope has examples=[0.3]; expected a tuple"),
        (lambda: with_slope(-1.0, low=0.0), "Own.slope has the default -1.0, outside its range"),
    ],
)
def test_what_is_wrong_is_told_when_the_class_is_made(
    define: Callable[[], type], message: str
) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)):
        define()


@pytest.mark.parametrize("missing", sorted(SAID))
def test_each_attribute_alone_is_missed(missing: str) -> None:
    with pytest.raises(DefinitionError, match=rf"^Own lacks {missing} \([^;]*\)$"):
        make(RowLoss, {**without(SAID, missing), **ROW})


def test_abstract_classes_are_exempt() -> None:
    class Family(RowLoss, ABC):
        pass

    class OtherFamily(RowLoss):
        @abstractmethod
        def rate(self) -> float: ...

    assert make(Family, {**SAID, **ROW}).name == "own"
    with pytest.raises(DefinitionError, match="the method rate"):
        make(OtherFamily, {**SAID, **ROW})


def test_forgetting_the_dataclass_is_told_with_what_to_write() -> None:
    said = {"name": "plain", "domain": REAL, **SQUARE}

    class Plain(make(ElementWise, said)):
        slope: float = parameter(1.0)

    class Child(dataclass(frozen=True, kw_only=True)(make(ElementWise, said))):
        more: float = parameter(2.0)

    arguments: dict[str, float]
    for arguments in ({}, {"slope": 2.0}):
        with pytest.raises(DefinitionError, match="Plain is no dataclass; write @dataclass"):
            Plain(**arguments)
    with pytest.raises(DefinitionError, match="Child is no dataclass"):
        Child()
    with pytest.raises(DefinitionError, match="could be changed after it is made"):
        dataclass(kw_only=True)(make(ElementWise, said))()


def test_a_hyper_parameter_without_a_range_is_told() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Own(ElementWise):
        name: ClassVar[str] = "own"
        domain: ClassVar[Any] = REAL
        value, first, second = (SQUARE[one] for one in ("value", "first", "second"))

        slope: float = field(default=1.0)

    with pytest.raises(DefinitionError, match=r"Own.slope has no range; write `slope: float = "):
        Own()


def test_the_exact_definition_is_a_hook() -> None:
    own = dataclass(frozen=True)(make(ElementWise, {"name": "own", "domain": REAL, **SQUARE}))()
    with pytest.raises(CapabilityError, match=r"Own has no exact .* `def exact\(self, z\)`"):
        own.exact([1])
    loss = dataclass(frozen=True)(make(RowLoss, {**SAID, **ROW}))()
    with pytest.raises(CapabilityError, match=r"Own has no exact .* `def exact\(self, r, t"):
        loss.exact([1], [1])
    psi = dict.fromkeys(("psi", "psi_first", "psi_second"), ROW["row_value"])
    loss = dataclass(frozen=True)(make(TrueClassLoss, {"name": "own", **psi}))()
    with pytest.raises(CapabilityError, match=r"`def exact_psi\(self, p\)`"):
        loss.exact([1], [1])


@pytest.mark.parametrize("kind", [*ACTIVATIONS.values(), *LOSSES.values()])
def test_the_whole_catalogue_gives_its_hyper_parameters_ranges(kind: Any) -> None:
    assert all("softgrad" in one.metadata for one in fields(kind))
