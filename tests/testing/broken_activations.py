"""Activations with one mistake each, and the laws that must find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import softgrad as sg
from own_entries import Bent
from softgrad.contracts import Activation, Domain, Form, Forms
from softgrad.operators import DiagonalPlusLowRank
from testing.altering import altered, times, without_exact


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


POINTS: dict[str, Any] = {"name": "points", "domain": Bent.domain, "rowwise": False}

Sigmoid, Softmax, Tanh, Exp = sg.Sigmoid, sg.Softmax, sg.Tanh, sg.Exp

#: Each with the laws that it must be seen to break, by the file and name of their functions.
BROKEN_ACTIVATIONS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
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
            "dense_exact_laws.value_and_derivatives_are_those_of_exact_at_all_sizes",
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
        lambda: altered(Bent, domain=Domain("values above -1", "values", -1.0)),
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
    "exp(z) / (1 + exp(z)), which overflows": (
        lambda: altered(sg.SiLU, value=lambda self, xp, z: z * (xp.exp(z) / (1.0 + xp.exp(z)))),
        ("far_laws.huge_logits_leave_no_output_undefined",),
    ),
    "a ratio of infinities": (
        lambda: altered(
            Bent, first=lambda self, xp, z: 1.0 + 0.5 * z / xp.hypot(z, xp.ones_like(z))
        ),
        ("far_laws.infinite_logits_give_limits",),
    ),
    "without exact, a wrong derivative": (
        lambda: without_exact(Bent, first=times(1.0 + 1e-6, Bent.first)),
        (
            "difference_laws.the_jacobian_is_the_derivative_of_the_values",
            "dense_laws.the_jacobian_is_the_derivative_everywhere",
            "difference_laws.the_gradient_of_a_pair_is_the_derivative_of_its_value",
        ),
    ),
    "without exact, a wrong second derivative": (
        lambda: without_exact(Bent, second=times(1.0 + 1e-6, Bent.second)),
        (
            "difference_laws.the_curvature_is_the_derivative_of_vjp",
            "dense_laws.the_curvature_is_the_derivative_everywhere",
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
}
