"""Entries with one mistake each, and the laws that must find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import softgrad as sg
from own_entries import Bent, Fair
from softgrad.contracts import Activation, Domain, Form, Forms, RowLoss, TrueClassLoss, choice
from softgrad.contracts.domains import POSITIVE, PROBABILITIES
from softgrad.operators import DiagonalPlusLowRank

Method = Callable[..., Any]


def altered(kind: type, **content: Any) -> Any:
    """An object of a class as `kind`, with other attributes and methods."""
    made = type(f"Broken{kind.__name__}", (kind,), {"__module__": __name__, **content})
    return dataclass(frozen=True, kw_only=True, repr=False)(made)()


def without_exact(kind: type, **content: Any) -> Any:
    """The same without a definition."""
    base = Activation if issubclass(kind, Activation) else RowLoss
    if issubclass(kind, TrueClassLoss):
        return altered(kind, exact_psi=TrueClassLoss.exact_psi, **content)
    return altered(kind, exact=base.exact, **content)


def times(factor: float, method: Method) -> Method:
    return lambda *arguments: factor * method(*arguments)


def in_place(self: Any, xp: Any, z: Any) -> Any:
    z += 1.0
    return Bent.value(self, xp, z - 1.0)


class Lopsided(DiagonalPlusLowRank):
    """An operator whose transpose is not its own."""

    @property
    def T(self) -> DiagonalPlusLowRank:
        return DiagonalPlusLowRank(2.0 * self.d)


def _doubled_when_transposed(self: Any, xp: Any, z: Any) -> Forms:
    def curvature(g: Any) -> DiagonalPlusLowRank:
        return DiagonalPlusLowRank(0.0 * z)

    return Forms(xp, z, Form(z + 0.0, lambda: Lopsided(xp.ones_like(z)), curvature))


def _crooked(self: Any, xp: Any, z: Any) -> Forms:
    def curvature(g: Any) -> DiagonalPlusLowRank:
        return DiagonalPlusLowRank.of(0.0 * z, (xp.ones_like(z), z))

    return Forms(xp, z, Form(z + 0.0, lambda: DiagonalPlusLowRank(xp.ones_like(z)), curvature))


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
POINTS: dict[str, Any] = {"name": "points", "domain": Bent.domain, "rowwise": False}
WEIGHTS = {"weights": choice(None), "__annotations__": {"weights": "Any"}}
NOWHERE = Domain("values that nothing gives", "values", -5.0, -4.0)

Sigmoid, Softmax, Tanh, Exp = sg.Sigmoid, sg.Softmax, sg.Tanh, sg.Exp
CrossEntropy, SquaredError = sg.CrossEntropy, sg.SquaredError

#: Each entry with the laws that it must be seen to break, by the file and name of their functions.
BROKEN: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "a value that is off by 1e-13": (
        lambda: altered(Bent, value=times(1.0 + 1e-13, Bent.value)),
        ("activation_laws.the_value_is_the_definition", "pair_laws.the_value_is_the_definition"),
    ),
    "a logarithm of the rounded output": (
        lambda: altered(
            Exp,
            log_form=lambda self, xp, z: Form(
                xp.log(xp.exp(z) + 1e-12),
                *(lambda f: (f.jacobian, f.curvature))(sg.exp.log_form(xp, z)),
            ),
        ),
        ("activation_laws.the_logarithm_keeps_its_digits",),
    ),
    "a complement by subtraction": (
        lambda: altered(
            Sigmoid,
            complement_form=lambda self, xp, z: Form(
                1.0 - sg.sigmoid.output_form(xp, z).value,
                sg.sigmoid.complement_form(xp, z).jacobian,
                sg.sigmoid.complement_form(xp, z).curvature,
            ),
        ),
        ("activation_laws.the_complement_keeps_its_digits",),
    ),
    "a derivative with a wrong factor": (
        lambda: altered(Bent, first=times(1.0 + 1e-13, Bent.first)),
        (
            "activation_laws.the_jacobian_is_the_derivative",
            "activation_laws.products_are_exact_in_the_size_of_their_terms",
            "pair_laws.the_gradient_is_the_derivative",
        ),
    ),
    "a second derivative with a wrong sign": (
        lambda: altered(Bent, second=times(-1.0, Bent.second)),
        (
            "activation_laws.the_curvature_is_the_second_derivative",
            "pair_laws.the_hessian_is_the_second_derivative",
        ),
    ),
    "a derivative by the output with a term forgotten": (
        lambda: altered(Tanh, from_output=lambda self, xp, p: DiagonalPlusLowRank(1.0 - p)),
        ("activation_laws.the_output_determines_the_jacobian_where_it_says_so",),
    ),
    "a domain that is too narrow": (
        lambda: altered(Bent, domain=POSITIVE),
        ("activation_facts.outputs_lie_in_the_declared_domain",),
    ),
    "slopes that feel their row": (
        lambda: altered(
            Bent,
            first=lambda self, xp, z: Bent.first(self, xp, z) + 0.1 * xp.sum(z, axis=-1)[..., None],
        ),
        ("activation_facts.entries_do_not_feel_each_other",),
    ),
    "a symmetry that is none": (
        lambda: altered(sg.SphericalSoftmax, symmetric=True),
        ("activation_facts.a_declared_symmetry_is_real",),
    ),
    "a shift invariance that is none": (
        lambda: altered(Bent, shift_invariant=True),
        ("activation_facts.a_declared_shift_invariance_is_real",),
    ),
    "a transpose that is another matrix": (
        lambda: altered(Activation, **POINTS, forms=_doubled_when_transposed),
        ("activation_facts.products_are_adjoint",),
    ),
    "a curvature that is not symmetric": (
        lambda: altered(Activation, **POINTS, forms=_crooked),
        ("activation_facts.the_curvature_is_symmetric",),
    ),
    "a potential that starts at 1": (
        lambda: altered(
            Bent, has_potential=True, entry_excess=lambda self, xp, z, t: 1.0 + 0.0 * z
        ),
        ("activation_facts.the_potential_has_the_output_as_its_gradient",),
    ),
    "masked logits that count": (
        lambda: altered(Softmax, neutral=0.0),
        ("activation_facts.a_mask_is_the_same_as_leaving_entries_out",),
    ),
    "NaN that is swallowed": (
        lambda: altered(
            Bent, value=lambda self, xp, z: Bent.value(self, xp, xp.where(z == z, z, 0.0))
        ),
        ("activation_facts.nan_stays_in_its_row",),
    ),
    "rows that feel each other": (
        lambda: altered(
            Bent, value=lambda self, xp, z: Bent.value(self, xp, z) + 1e-3 * xp.mean(z)
        ),
        ("activation_facts.rows_do_not_feel_each_other",),
    ),
    "a maximum over everything": (
        lambda: altered(Bent, value=lambda self, xp, z: Bent.value(self, xp, z) + 0.0 * xp.max(z)),
        ("activation_facts.an_empty_batch_gives_empty_results",),
    ),
    "logits that are changed": (
        lambda: altered(Bent, value=in_place),
        ("activation_facts.the_logits_are_left_as_they_are",),
    ),
    "a derivative that is 0 / 0 at 0": (
        lambda: altered(Bent, first=lambda self, xp, z: Bent.first(self, xp, z) * z / z),
        ("activation_facts.derivatives_at_ties_are_numbers",),
    ),
    "without exact, a wrong derivative": (
        lambda: without_exact(Bent, first=times(1.0 + 1e-6, Bent.first)),
        (
            "difference_laws.the_jacobian_is_the_derivative_of_the_values",
            "difference_laws.the_gradient_of_a_pair_is_the_derivative_of_its_value",
        ),
    ),
    "without exact, a wrong second derivative": (
        lambda: without_exact(Bent, second=times(1.0 + 1e-6, Bent.second)),
        (
            "difference_laws.the_curvature_is_the_derivative_of_vjp",
            "difference_laws.the_hessian_of_a_pair_is_the_derivative_of_its_gradient",
        ),
    ),
    "without exact, a value that loses digits in float32": (
        lambda: without_exact(
            Bent,
            **dict.fromkeys(("piecewise_linear", "in_float32"), True),  # float32 is kept
            value=lambda self, xp, z: Bent.value(self, xp, z) + 1000.0 - 1000.0,
        ),
        ("difference_laws.the_value_in_float32_is_that_in_float64",),
    ),
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
        ("difference_laws.the_gradient_is_the_derivative_of_the_value",),
    ),
    "without exact, a wrong Hessian": (
        lambda: without_exact(Fair, entry_hessian=times(1.0 + 1e-6, Fair.entry_hessian)),
        ("difference_laws.the_hessian_is_the_derivative_of_the_gradient",),
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
    "a domain that no activation has": (
        lambda: altered(Fair, accepts=(NOWHERE,)),
        ("entry.the_loss_fits_an_activation",),
    ),
}
