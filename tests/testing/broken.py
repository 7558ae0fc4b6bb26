"""Losses with one mistake each beside the activations, and the laws that must find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import softgrad as sg
from own_entries import Bent, Fair
from softgrad.contracts import Domain, Forms, RowLoss, choice
from softgrad.contracts.domains import PROBABILITIES
from softgrad.operators import DiagonalPlusLowRank
from testing.altering import Method, altered, times, without_exact
from testing.broken_activations import BROKEN_ACTIVATIONS


def _loss_of(value: Method) -> Any:
    return without_exact(Fair, entry_value=value)


def _crooked_hessian(self: Any, r: Forms, t: Any) -> DiagonalPlusLowRank:
    return DiagonalPlusLowRank.of(0.0 * t, (r.xp.ones_like(t), r.p))


def _sum_of_squares(self: Any, r: Forms, t: Any) -> Any:
    return r.xp.sum((r.p - t) ** 2, axis=-1)


def _mean_of_squares(self: Any, r: Forms, t: Any) -> Any:
    return r.xp.mean((r.p - t) ** 2, axis=-1)


def _twice_the_difference(self: Any, r: Forms, t: Any) -> Any:
    return 2.0 * (r.p - t)


def _two(self: Any, r: Forms, t: Any) -> DiagonalPlusLowRank:
    return DiagonalPlusLowRank(2.0 + 0.0 * t)


def _changing_its_prediction(self: Any, r: Forms, t: Any) -> Any:
    r.p[...] += 1.0
    return (r.p - 1.0 - t) ** 2


SQUARES: dict[str, Any] = {
    "name": "squares",
    "accepts": Fair.accepts,
    "lives_on": Fair.lives_on,
    "targets": "entries",
    "row_value": _sum_of_squares,
    "row_gradient": _twice_the_difference,
    "row_hessian": _two,
}
WEIGHTS = {"weights": choice(None), "__annotations__": {"weights": "Any"}}
NOWHERE = Domain("values that nothing gives", "values", -5.0, -4.0)

CrossEntropy, SquaredError = sg.CrossEntropy, sg.SquaredError

#: Each entry with the laws that it must be seen to break, by the file and name of their functions.
BROKEN: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    **BROKEN_ACTIVATIONS,
    "a loss that is off by 1e-13": (
        lambda: altered(Fair, entry_value=times(1.0 + 1e-13, Fair.entry_value)),
        ("loss_laws.the_value_is_the_definition",),
    ),
    "a gradient with a wrong factor": (
        lambda: altered(Fair, entry_gradient=times(1.0 + 1e-13, Fair.entry_gradient)),
        ("loss_laws.the_gradient_is_the_derivative",),
    ),
    "a Hessian with a wrong factor": (
        lambda: altered(Fair, entry_hessian=times(2.0, Fair.entry_hessian)),
        (
            "loss_laws.the_hessian_is_the_second_derivative",
            "pair_laws.the_hessian_is_the_second_derivative",
            "pair_laws.gauss_newton_is_the_congruence_of_the_output",
        ),
    ),
    "one side of a coin alone": (
        lambda: altered(CrossEntropy, two_sided=False),
        ("loss_laws.each_entry_alone_is_a_coin",),
    ),
    "without exact, a wrong gradient": (
        lambda: without_exact(Fair, entry_gradient=times(1.0 + 1e-6, Fair.entry_gradient)),
        (
            "difference_laws.the_gradient_is_the_derivative_of_the_value",
            "dense_laws.the_gradient_is_the_derivative_everywhere",
        ),
    ),
    "without exact, a wrong Hessian": (
        lambda: without_exact(Fair, entry_hessian=times(1.0 + 1e-6, Fair.entry_hessian)),
        (
            "difference_laws.the_hessian_is_the_derivative_of_the_gradient",
            "dense_laws.the_hessian_is_the_derivative_everywhere",
        ),
    ),
    "a derivative by the target of the wrong sign": (
        lambda: altered(
            sg.Poisson, entry_target_gradient=times(-1.0, sg.Poisson.entry_target_gradient)
        ),
        ("difference_laws.the_target_gradient_is_the_derivative_by_the_target",),
    ),
    "a Hessian that is not symmetric": (
        lambda: altered(RowLoss, **{**SQUARES, "row_hessian": _crooked_hessian}),
        ("loss_facts.the_hessian_is_symmetric",),
    ),
    "a scale invariance that is none": (
        lambda: altered(Fair, scale_invariant=True),
        ("loss_facts.a_declared_scale_invariance_is_real",),
    ),
    "a loss that loses digits in float32": (
        lambda: _loss_of(lambda self, r, t: ((r.p - t) / 3.0 + 3000.0 - 3000.0) ** 2),
        ("loss_facts.float32_agrees_with_float64",),
    ),
    "a mean over a row, masked entries too": (
        lambda: altered(RowLoss, **{**SQUARES, "row_value": _mean_of_squares}),
        ("loss_facts.a_mask_is_the_same_as_leaving_entries_out",),
    ),
    "NaN that costs nothing": (
        lambda: _loss_of(lambda self, r, t: r.xp.where(r.p == r.p, (r.p - t) ** 2, 0.0)),
        ("loss_facts.nan_stays_in_its_row",),
    ),
    "rows whose losses feel each other": (
        lambda: _loss_of(lambda self, r, t: (r.p - t) ** 2 + 1e-3 * r.xp.mean(r.p)),
        ("loss_facts.rows_do_not_feel_each_other",),
    ),
    "a maximum over all predictions": (
        lambda: _loss_of(lambda self, r, t: (r.p - t) ** 2 + 0.0 * r.xp.max(r.p)),
        ("loss_facts.an_empty_batch_gives_empty_results",),
    ),
    "a prediction that is changed": (
        lambda: _loss_of(_changing_its_prediction),
        ("loss_facts.the_arguments_are_left_as_they_are",),
    ),
    "0 times the logarithm of 0": (
        lambda: without_exact(
            SquaredError,
            accepts=PROBABILITIES,
            entry_value=lambda self, r, t: -t * r.xp.log(r.p),
        ),
        ("loss_facts.a_right_prediction_with_zeros_costs_a_number",),
    ),
    "a hyper-parameter that is no value": (
        lambda: type(altered(Bent, **WEIGHTS))(weights=np.ones(3)),
        ("entry.the_entry_is_a_value",),
    ),
    "an array for an operator": (
        lambda: altered(RowLoss, **{**SQUARES, "row_hessian": _twice_the_difference}),
        ("returned.the_methods_return_what_is_asked_of_them",),
    ),
    "a link that is another's": (
        lambda: altered(sg.Tanh, link="logit"),
        ("declared_facts.a_declared_link_undoes_the_activation",),
    ),
    "piecewise linear, with a bend": (
        lambda: altered(Bent, piecewise_linear=True),
        ("declared_facts.what_is_piecewise_linear_has_no_curvature",),
    ),
    "natural parameters that are none": (
        lambda: altered(sg.Sigmoid, natural_scale=lambda self: 2.0),
        ("declared_facts.declared_natural_parameters_are_log_odds",),
    ),
    "convex, for nobody said otherwise": (
        lambda: without_exact(Fair, entry_hessian=lambda self, r, t: 1.0 - r.minus(t) ** 2),
        ("declared_facts.a_convex_loss_has_no_negative_eigenvalue",),
    ),
    "flat, with a second derivative": (
        lambda: altered(Fair, flat=True),
        ("declared_facts.a_flat_loss_has_no_second_derivative",),
    ),
    "a constant second derivative that changes": (
        lambda: altered(Fair, constant_hessian=True),
        ("declared_facts.a_constant_hessian_is_the_same_everywhere",),
    ),
    "a loss by a difference that overflows": (
        lambda: _loss_of(lambda self, r, t: r.xp.exp(r.p) - t * r.xp.exp(r.p)),
        ("far_laws.huge_predictions_leave_no_loss_undefined",),
    ),
    "a domain that no activation has": (
        lambda: altered(Fair, accepts=(NOWHERE,)),
        ("entry.the_loss_fits_an_activation",),
    ),
}
