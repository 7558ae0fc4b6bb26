"""Hyper-parameters as data: default, range and examples, checked once and read by the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from math import inf
from numbers import Integral, Real
from typing import Any, ClassVar, Self, cast

from softgrad.contracts.declarations import Declaration, check_class, check_is_frozen_dataclass
from softgrad.displays import Displayed
from softgrad.errors import DefinitionError, InputTypeError, ParameterError

_KEY = "softgrad"
# Beyond, an inverse, or a number times one, leaves the range of numbers.
_SMALLEST, _LARGEST = 1e-300, 1e300


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a hyper-parameter may take.

    Attributes:
        low, high: a finite end; both belong to the range unless `open_low` says otherwise.
        open_low: whether `low` itself is excluded.
        whole, even: whether it must be an integer, or an even one.
        examples: values other than the default that the law tests run over.
    """

    low: float = -inf
    high: float = inf
    open_low: bool = False
    whole: bool = False
    even: bool = False
    examples: tuple[Any, ...] = ()

    def read(self, owner: str, name: str, value: Any) -> int | float:
        """`value` as a number of Python's own, whoever's it was.

        Raises:
            ParameterError: it is no real number, or lies outside the range.
        """
        number = _plain(value)
        if number is None:
            raise ParameterError(f"{owner}: {name} is {value!r}; expected a number {self}")
        self._check(owner, name, number)
        return number

    def _check(self, owner: str, name: str, value: float) -> None:
        inside = self.low < value if self.open_low else self.low <= value
        moderate = value == 0 or _SMALLEST <= abs(value) <= _LARGEST
        if inside and value <= self.high and not moderate and abs(value) != inf:
            raise ParameterError(
                f"{owner}: {name} is {value!r}; expected a number from {_SMALLEST:g} to "
                f"{_LARGEST:g} in size, or 0 where it may be"
            )
        fits = moderate and inside and value <= self.high
        if self.whole or self.even:
            fits = fits and float(value).is_integer()
        if self.even:
            fits = fits and int(value) % 2 == 0
        if not fits:
            raise ParameterError(f"{owner}: {name} is {value!r}; expected a number {self}")

    def __str__(self) -> str:
        kind = "that is even, " if self.even else "that is whole, " if self.whole else ""
        left = f"{'>' if self.open_low else '>='} {self.low:g}" if self.low > -inf else ""
        right = f"<= {self.high:g}" if self.high < inf else ""
        return (kind + " and ".join(x for x in (left, right) if x)).strip(", ") or "that is finite"


def _plain(value: Any) -> int | float | None:
    """A whole number or a float; None of what is no real number, as True is none here."""
    if value.__class__ is float or value.__class__ is int:
        return cast("int | float", value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return int(value) if isinstance(value, Integral) else float(value)
    except OverflowError:
        return inf


def parameter(
    default: float,
    *,
    low: float = -inf,
    high: float = inf,
    open_low: bool = False,
    whole: bool = False,
    even: bool = False,
    examples: tuple[float, ...] = (),
) -> Any:
    """A numeric hyper-parameter of a frozen dataclass, with its range."""
    span = Range(low, high, open_low, whole, even, examples)
    return field(default=default, metadata={_KEY: span})


def choice(default: Any, *, examples: tuple[Any, ...] = ()) -> Any:
    """A hyper-parameter that is not a number (a flag, an array): only examples are kept."""
    return field(default=default, metadata={_KEY: examples})


def range_of(one: Field[Any]) -> Range | None:
    """The range of a field of an activation or loss; None of what is not a number."""
    found = one.metadata.get(_KEY)
    return found if isinstance(found, Range) else None


def _check_examples(owner: str, name: str, one: Field[Any]) -> None:
    span = range_of(one)
    examples: object = one.metadata[_KEY] if span is None else span.examples
    if not isinstance(examples, tuple):
        told = f"{owner}.{name} has examples={examples!r}; expected a tuple"
        raise DefinitionError(f"{told}, ({examples!r},)" if isinstance(examples, float) else told)
    if span is None:
        return
    numbers = [(f"the default {one.default!r}", one.default)]
    numbers += [(f"examples={examples!r}", value) for value in span.examples]
    for said, value in numbers:
        try:
            span.read(owner, name, value)
        except ParameterError as error:
            raise DefinitionError(
                f"{owner}.{name} has {said}, outside its range: {error}"
            ) from None


def _is_default(value: Any, default: Any) -> bool:
    """By value, for a pickle's numbers are other objects; an array is never the default."""
    if value is default:
        return True
    return isinstance(value, bool | int | float | str | tuple) and bool(value == default)


def _is_internal(name: str, kind: type) -> bool:
    """Whether a name is a contract's own matter: private, or a hook where it comes from."""
    if name.startswith("_"):
        return not name.startswith("__")
    origin = next((base for base in reversed(kind.__mro__) if name in vars(base)), None)
    if origin is None or not callable(getattr(kind, name)):
        return False
    return not getattr(vars(origin)[name], "__final__", False)


def _check_names(kind: type, places: int, by_name: Mapping[str, Any]) -> None:
    if "__dataclass_fields__" not in vars(kind):
        return  # which is said in its own words
    taken = [one for one in fields(cast(Any, kind)) if one.init]
    names = [one.name for one in taken]
    known = f"; known: {', '.join(names)}" if names else "; it has no hyper-parameters"
    for name in by_name:
        if name not in names:
            raise InputTypeError(f"{kind.__name__} was given {name!r}{known}")
    if places > sum(not one.kw_only for one in taken):
        how = f"; write {kind.__name__}({names[0]}=...)" if names else ""
        raise InputTypeError(
            f"{kind.__name__} was given {places} value{'s' * (places > 1)} without a name"
            f"{known}{how}"
        )


class Parameterised(Displayed):
    """Base of activations and losses: frozen dataclasses whose fields are hyper-parameters."""

    _declarations: ClassVar[Mapping[str, Declaration]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Look at what the class says of itself, while the line that says it is near."""
        super().__init_subclass__(**keywords)
        check_class(cls, cls._declarations)
        for name, one in vars(cls).items():
            if isinstance(one, Field) and _KEY in one.metadata:
                _check_examples(cls.__name__, name, cast("Field[Any]", one))

    def __new__(cls, *values: Any, **by_name: Any) -> Self:
        """Look at the names before Python does, whose error is none of softgrad's."""
        if values or by_name:
            _check_names(cls, len(values), by_name)
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        # That of a dataclass takes its place.
        check_is_frozen_dataclass(type(self))

    def __post_init__(self) -> None:
        """Check each number against its range, then what the file itself wants to check."""
        check_is_frozen_dataclass(type(self))
        for one in fields(cast(Any, self)):
            if _KEY not in one.metadata:
                raise DefinitionError(
                    f"{type(self).__name__}.{one.name} has no range; write "
                    f"`{one.name}: float = parameter(1.0, low=0.0)`, or choice(...) for what is "
                    "no number (both are in softgrad.contracts)"
                )
            span = range_of(one)
            if span is not None:
                number = span.read(type(self).__name__, one.name, getattr(self, one.name))
                object.__setattr__(self, one.name, number)
        self.validate()

    def validate(self) -> None:
        """Hook for checks that involve more than one number. The default checks nothing."""

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """The default object, and one for each example of each hyper-parameter.

        Hook: what is random by default gives objects with a fixed seed instead.
        """
        found = [cls()]
        for one in fields(cast(Any, cls)):
            span = one.metadata.get(_KEY, ())
            values = span.examples if isinstance(span, Range) else span
            found += [cls(**{one.name: value}) for value in values]
        return tuple(found)

    @property
    def hyper_parameters(self) -> dict[str, Any]:
        """Every hyper-parameter by name, as it is set on this object."""
        return {one.name: getattr(self, one.name) for one in fields(cast(Any, self))}

    def __dir__(self) -> list[str]:
        """What users call and read: hooks, which a file supplies, are found in its class."""
        kind = type(self)
        return [name for name in object.__dir__(self) if not _is_internal(name, kind)]

    def __repr__(self) -> str:
        changed = [
            f"{one.name}={getattr(self, one.name)!r}"
            for one in fields(cast(Any, self))
            if not _is_default(getattr(self, one.name), one.default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"
