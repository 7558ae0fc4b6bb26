"""The laws of the catalogue, run on one activation or one loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import RowLoss
from softgrad.errors import InputTypeError, ParameterError
from softgrad.testing import (
    activation_facts,
    declared_facts,
    dense_laws,
    difference_laws,
    far_laws,
    loss_facts,
)
from softgrad.testing.definitions import has_exact, need_mpmath
from softgrad.testing.limits import OF_ANY, Limits
from softgrad.testing.report import Finding, LawError, Report, tried
from softgrad.testing.returned import the_methods_return_what_is_asked_of_them

DTYPES = (np.float64, np.float32)
#: Partners from the catalogue: the first of each kind of output that fits.
_ACTIVATIONS = (
    "softmax",
    "sigmoid",
    "identity",
    "softplus",
    "softmax_plus_one",
    "log_softmax",
    "log_sigmoid",
)
_LOSSES = ("squared_error", "cross_entropy", "focal", "poisson")


def check_entry(entry: Activation | RowLoss, *, loosen: float = 1.0) -> Report:
    """Hold an activation or a loss of your own to the laws of the catalogue.

    Its value, derivatives and products by its `exact` definition, where it has one: values in ULP,
    derivatives against numerical ones at 240 digits, in float64 and float32. At many more points,
    and everywhere without `exact`, derivatives are compared with differences of its own values,
    which find a wrong derivative but not a lost digit. Then what its class declares, logits that
    are huge or infinite, masks, NaN, axes, empty batches, and pairs with partners of the catalogue,
    the derivative by the target among them.

    Args:
        entry: the object, such as `MyLoss(delta=0.5)`; it need not be registered.
        loosen: a factor of every tolerance. The catalogue's own entries keep 1: a few ULP.

    Returns:
        Every law that was tried; print it to read them.

    Raises:
        LawError: laws that do not hold, all of them, each with its input, what was got and what was
            expected. It is an AssertionError, as pytest wants it.
        InputTypeError: it is no activation or simple loss, or a class of them.
        ParameterError: `loosen` is no positive number.
        MissingPackageError: it has an `exact` definition, and mpmath is not installed.
    """
    if not isinstance(entry, Activation | RowLoss):
        is_class = isinstance(entry, type)
        given = f"the class {entry.__name__}" if is_class else f"a {type(entry).__name__}"
        raise InputTypeError(
            f"entry is {given}; expected an object of an activation or of a loss that is no sum"
            + (f": {entry.__name__}()" if is_class else "")
        )
    is_number = isinstance(loosen, int | float) and not isinstance(loosen, bool)
    if not (is_number and 0.0 < loosen < float("inf")):
        raise ParameterError(f"loosen is {loosen!r}; expected a finite number > 0")
    if has_exact(entry):
        need_mpmath(entry)
    with_what = "its exact definition" if has_exact(entry) else "differences of its own values"
    report = Report(entry, tuple(findings(entry, OF_ANY.loosened(loosen))), with_what)
    if report.broken:
        raise LawError(report)
    return report


def findings(entry: Activation | RowLoss, limits: Limits) -> Iterator[Finding]:
    """One law after the other, the entry's own before those of its pairs."""
    # What is true of an entry is looked up by it; and every law calls its methods.
    for law in (the_entry_is_a_value, the_methods_return_what_is_asked_of_them):
        finding = tried(law, "", entry)
        yield finding
        if finding.fault:
            return
    laws = _of_activation if isinstance(entry, Activation) else _of_loss
    yield from laws(cast(Any, entry), limits)


def the_entry_is_a_value(entry: Activation | RowLoss) -> None:
    """It is equal to one made of the same hyper-parameters, and has one hash with it."""
    again = type(entry)(**entry.hyper_parameters)
    try:
        same = hash(again) == hash(entry) and again == entry
    except (TypeError, ValueError) as error:
        told = f"{error}: a hyper-parameter that is an array is no value; make it a tuple"
        raise AssertionError(told) from None
    if not same:
        raise AssertionError(f"got {again!r}, which is not equal to {entry!r}")


def _of_activation(activation: Activation, limits: Limits) -> Iterator[Finding]:
    if has_exact(activation):
        from softgrad.testing import activation_laws, dense_exact_laws

        laws = activation_laws.EXACT_LAWS
        if activation.derivative_is_exact:
            laws += activation_laws.EXACT_DERIVATIVE_LAWS
        for dtype in DTYPES:
            for law in laws:
                yield tried(law, dtype.__name__, activation, dtype, limits)
        for law in dense_exact_laws.LAWS:
            yield tried(law, "", activation, limits)
    else:
        if activation.derivative_is_exact:
            for law in difference_laws.ACTIVATION_LAWS:
                yield tried(law, "", activation, limits)
        law = difference_laws.the_value_in_float32_is_that_in_float64
        yield tried(law, "", activation, limits)
    if activation.derivative_is_exact:
        for law in dense_laws.ACTIVATION_LAWS:
            yield tried(law, "", activation, limits)
    facts = (*activation_facts.LAWS, *declared_facts.ACTIVATION_LAWS, *far_laws.ACTIVATION_LAWS)
    for law in facts:
        yield tried(law, "", activation, limits)
    names = (*_LOSSES, "fenchel_young") if activation.has_potential else _LOSSES
    for loss in map(find_loss, names):
        if loss.fits(activation):
            yield from _of_pair(activation, cast(RowLoss, loss), f"with {loss!r}", limits)


def _of_loss(loss: RowLoss, limits: Limits) -> Iterator[Finding]:
    partners = list(_partners(loss))
    yield tried(the_loss_fits_an_activation, "", loss, partners)
    if not loss.needs_potential:
        if has_exact(loss):
            from softgrad.testing import loss_laws

            for dtype in DTYPES:
                for law in loss_laws.EXACT_LAWS:
                    yield tried(law, dtype.__name__, loss, dtype, limits)
        else:
            for law in difference_laws.LOSS_LAWS:
                yield tried(law, "", loss, limits)
        facts = (*loss_facts.LAWS, *declared_facts.LOSS_LAWS, *far_laws.LOSS_LAWS)
        for law in (*dense_laws.LOSS_LAWS, *facts):
            yield tried(law, "", loss, limits)
    for activation in partners:
        note = f"with {activation!r}"
        yield from _of_pair(activation, loss, note, limits)
        law = difference_laws.the_target_gradient_is_the_derivative_by_the_target
        yield tried(law, note, activation, loss, limits)


def _of_pair(activation: Activation, loss: RowLoss, note: str, limits: Limits) -> Iterator[Finding]:
    if has_exact(activation) and has_exact(loss):
        from softgrad.testing import pair_laws

        laws = pair_laws.EXACT_LAWS
        if activation.derivative_is_exact:
            laws += pair_laws.EXACT_DERIVATIVE_LAWS
        for law in laws:
            cases = pair_laws.pair_cases(activation, loss, np.float64)
            yield tried(law, note, cases, limits)
    elif activation.derivative_is_exact:
        for law in difference_laws.PAIR_LAWS:
            yield tried(law, note, activation, loss, limits)


def _partners(loss: RowLoss) -> Iterator[Activation]:
    """One of each kind of output that the loss is defined on."""
    seen: set[str] = set()
    for activation in map(find_activation, _ACTIVATIONS):
        if loss.fits(activation) and activation.domain.kind not in seen:
            seen.add(activation.domain.kind)
            yield activation


def the_loss_fits_an_activation(loss: RowLoss, partners: list[Activation]) -> None:
    """The domains that the loss accepts are those of some activation."""
    if not partners:
        accepted = "; ".join(map(str, loss.accepts))
        raise AssertionError(f"no activation of the catalogue gives what it accepts: {accepted}")
