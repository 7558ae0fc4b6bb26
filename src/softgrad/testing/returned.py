"""What the methods of a file return: the kind of thing, and the shape, that the contract asks for.

A wrong one would show as an AttributeError in a room that its author has never heard of, once for
each law.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts.activation import Activation
from softgrad.contracts.elementwise import Coin, ElementWise
from softgrad.contracts.forms import Form, Forms
from softgrad.contracts.loss import RowLoss
from softgrad.contracts.predictions import forms_of_output
from softgrad.contracts.separable import SeparableLoss, TrueClass, TrueClassLoss
from softgrad.operators import Operator
from softgrad.testing.comparing import expect
from softgrad.testing.predictions import examples

_OPERATOR = "an Operator of softgrad.operators, such as DiagonalPlusLowRank(d) for a diagonal d"
_ENTRIES = ("entry_value", "entry_gradient", "entry_hessian")
_PSI = ("psi", "psi_first", "psi_second", "psi_by_output", "psi_by_prediction")


def the_methods_return_what_is_asked_of_them(entry: Activation | RowLoss) -> None:
    """Each method returns what its contract asks for: an array of a shape, or an operator."""
    if isinstance(entry, Activation):
        _of_activation(entry)
    elif not entry.needs_potential:
        _of_loss(entry)


def _of_activation(activation: Activation) -> None:
    z = np.array([[0.5, -1.25, 0.75], [0.25, 2.0, -0.5]])
    if isinstance(activation, ElementWise):
        for name in ("value", "first", "second"):
            _expect_array(activation, name, getattr(activation, name)(np, z.copy()), z.shape)
        if activation.positive:
            _expect_form(activation, "log_form", activation.log_form(np, z.copy()), z)
    elif isinstance(activation, Coin):
        for name in ("output_form", "log_form", "complement_form", "log_complement_form"):
            _expect_form(activation, name, getattr(activation, name)(np, z.copy()), z)
    else:
        found: Any = activation.forms(np, z.copy())
        _expect(activation, "forms", found, isinstance(found, Forms), "Forms of its output")
        _expect_form(activation, "forms(...).output", found.output, z)


def _expect_form(entry: Any, name: str, found: Any, z: Array) -> None:
    _expect(entry, name, found, isinstance(found, Form), "a Form, such as elementwise_form(...)")
    _expect_array(entry, f"{name}.value", found.value, z.shape)
    for part, operator in (
        ("jacobian", found.jacobian()),
        ("curvature", found.curvature(np.ones_like(z))),
    ):
        _expect(entry, f"{name}.{part}", operator, isinstance(operator, Operator), _OPERATOR)


def _of_loss(loss: RowLoss) -> None:
    for r, _, dense, side in examples(loss):
        forms = forms_of_output(np, r, coins=side == "coin")
        if isinstance(loss, TrueClassLoss):
            chance = TrueClass(-forms.log.value, forms.p, forms.q)
            for name in _PSI:
                _expect_array(loss, name, getattr(loss, name)(np, chance), r.shape)
        elif isinstance(loss, SeparableLoss):
            for name in _ENTRIES:
                _expect_array(loss, name, getattr(loss, name)(forms, dense), r.shape)
        else:
            _expect_array(loss, "row_value", loss.row_value(forms, dense), r.shape[:-1])
            _expect_array(loss, "row_gradient", loss.row_gradient(forms, dense), r.shape)
            bends: Any = loss.row_hessian(forms, dense)
            _expect(loss, "row_hessian", bends, isinstance(bends, Operator), _OPERATOR)


def _expect_array(entry: Any, name: str, found: Any, shape: tuple[int, ...]) -> None:
    right = isinstance(found, np.ndarray) and cast(Array, found).shape == shape
    _expect(entry, name, found, right, f"an array of shape {shape}")


def _expect(entry: Any, name: str, found: Any, right: bool, wanted: str) -> None:
    what = "None" if found is None else f"a {type(found).__name__}"
    if isinstance(found, np.ndarray):
        what = f"an array of shape {cast(Array, found).shape}"
    expect(right, f"{type(entry).__name__}.{name} returned {what}; expected {wanted}")
