"""The generator of stages: traced formulas are the definitions; what it cannot serve it says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.traced_formulas import OPERATIONS, results
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.separable import TrueClass
from softgrad.kernels.availability import availability
from softgrad.kernels.generator.branches import Branch, every_side
from softgrad.kernels.generator.entries import written
from softgrad.kernels.generator.expressions import in_order
from softgrad.kernels.generator.laziness import left_out_sides
from softgrad.kernels.generator.nodes import TracingError
from softgrad.kernels.generator.ranges import bounds_of
from softgrad.kernels.generator.tracing import formulas_of, takes_positive_values, trace

ENTRIES = {
    name: table[name]
    for table in (ACTIVATIONS, LOSSES)
    for name in table
    if formulas_of(table[name]) is not None
}


def points():
    rng = np.random.default_rng(5)
    special_numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        3.0,
        -3.0,
        0.5,
        1e-9,
        -40.0,
        40.0,
        np.inf,
        -np.inf,
        np.nan,
    ]
    z = np.concatenate([special_numbers, rng.normal(size=400) * 3.0])
    p = np.concatenate([[0.0, 1.0, 0.5, 1e-300, 1e-9], rng.random(z.size - 5)])
    t = np.concatenate([[0.0, 1.0, 0.5, 0.0, 1.0, np.nan], rng.random(z.size - 6)])
    return z, p, t


@pytest.mark.parametrize("name", ENTRIES)
def test_a_traced_formula_is_its_definition(name):
    """What the generator writes out is, in NumPy, the definition to the last bit but two."""
    kind = ENTRIES[name]
    z, p, t = points()
    with np.errstate(all="ignore"):
        inputs = {"z": z, "t": t, "r.p": p, "r.q": 1.0 - p, "r.log": np.log(p), "r.t": t}
        inputs |= {"c.p": p, "c.q": 1.0 - p, "c.nll": -np.log(p)}
        forms = SimpleNamespace(
            xp=np,
            p=p,
            q=1.0 - p,
            log=SimpleNamespace(value=np.log(p)),
            minus=lambda t: np.where(p > 0.5, (1.0 - t) - (1.0 - p), p - t),
            keep=None,
            weights=np.ones_like(p),
        )
        for function, formula in formulas_of(kind).items():
            traced = trace(kind, formula)
            for entry in kind.examples():
                numbers = list(entry.hyper_parameters.values())
                found = results(traced.precise, inputs, numbers)
                wanted = by_definition(entry, function, z, t, forms)
                for one, other in zip(found, wanted, strict=True):
                    one, other = np.broadcast_arrays(one, np.asarray(other, dtype=np.float64))
                    same = (one == other) | (np.isnan(one) & np.isnan(other))
                    gap = np.abs(one - other) / np.spacing(np.abs(np.where(same, 1.0, other)))
                    assert np.all(same | (gap <= 4)), (entry, function, np.flatnonzero(~same))


def by_definition(entry, function, z, t, forms):
    """The same by the class itself, without the generator."""
    of_form = {
        "log_jet": "log_form",
        "heads": "output_form",
        "tails": "complement_form",
        "log_heads": "log_form",
        "log_tails": "log_complement_form",
    }
    if function in of_form:
        form = getattr(entry, of_form[function])(np, z)
        bend = form.curvature(np.ones_like(z)).d
        return form.value, form.jacobian().d, bend
    if function == "excess":
        return (entry.entry_excess(np, z, t),)
    if function == "at":
        made = [
            getattr(entry, f"entry_{one}")(forms, t) for one in ("value", "gradient", "hessian")
        ]
        if takes_positive_values(type(entry)):
            made.append(entry.entry_output_hessian(forms, t))
        return made
    if function.startswith("psi"):
        return (getattr(entry, function)(np, TrueClass(-forms.log.value, forms.p, forms.q)),)
    return (getattr(entry, function)(np, z),)


def test_every_traced_entry_has_a_kernel():
    native = availability().native
    if native is None:
        pytest.fail("these tests need the compiled kernels")
    for name in ENTRIES:
        number = native.activation_number if name in ACTIVATIONS else native.loss_number
        assert number(name) >= 0, name


FUNCTIONS_WITH_BOUNDS = (
    *("+", "-", "*", "/", "negative", "where", "maximum", "minimum", "abs", "sign", "hypot"),
    *("exp", "expm1", "log", "log1p", "sqrt", "tanh"),
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    operation=st.sampled_from(FUNCTIONS_WITH_BOUNDS),
    ends=st.lists(
        st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)).map(sorted), min_size=2, max_size=2
    ),
    shares=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2),
    condition=st.booleans(),
)
def test_a_result_lies_between_its_bounds(operation, ends, shares, condition):
    values = [min(max(a + (b - a) * s, a), b) for (a, b), s in zip(ends, shares, strict=True)]
    arguments, bounds = values, [tuple(one) for one in ends]
    if operation == "where":
        arguments, bounds = [condition, *values], [(0.0, 1.0), *bounds]
    function = OPERATIONS[operation]
    arguments = arguments[: function.nin] if isinstance(function, np.ufunc) else arguments
    with np.errstate(all="ignore"):
        result = float(function(*map(np.asarray, arguments)))
    low, high = bounds_of(operation, bounds[: len(arguments)])
    slack = 1e-12 * max(1.0, abs(result)) if np.isfinite(result) else 0.0
    assert np.isnan(result) or low - slack <= result <= high + slack


def test_a_branch_on_a_hyper_parameter_is_followed_to_both_sides():
    def formula(xp):
        slope = xp.graph.leaf("parameter", (0, "slope"), "number")
        z = xp.graph.leaf("input", "z", "entry")
        return (z if slope > 1.0 else slope * z,)

    tree = every_side(formula, brief=False)
    assert isinstance(tree, Branch)
    assert results(tree, {"z": np.array([2.0])}, [3.0]) == [2.0]
    assert results(tree, {"z": np.array([2.0])}, [0.5]) == [1.0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda xp, z: z if z > 0 else -z, "branches on the value of an entry"),
        (lambda xp, z: z + float(z), "asks for the number"),
        (lambda xp, z: xp.cumulative_sum(z), "no cumulative_sum of an entry"),
        (
            lambda xp, z: [z for _ in range(xp.graph.leaf("parameter", (0, "n"), "number"))],
            "counts",
        ),
    ],
)
def test_what_no_kernel_can_do_is_said(body, message):
    def formula(xp):
        return (body(xp, xp.graph.leaf("input", "z", "entry")),)

    with pytest.raises(TracingError, match=message):
        every_side(formula, brief=False)


def test_what_is_written_can_be_read():
    """Names of the definition's variables, its lines beside them, nothing twice."""
    text = written("huber", LOSSES["huber"], "losses").text
    assert "const Pack inside = smallest(splat(delta), size);" in text
    assert "// inside = r.xp.minimum(size, self.delta + r.xp.zeros_like(size))" in text
    assert text.count("r.minus_target()") == 2  # once in each precision


def test_a_dear_side_of_a_choice_is_computed_where_it_is_taken():
    """Both sides at once only where both are cheap."""
    assert "if (any(" in written("probit", ACTIVATIONS["probit"], "activations").text
    assert "if (any(" not in written("huber", LOSSES["huber"], "losses").text


def test_what_one_side_alone_uses_is_found():
    def formula(xp):
        z = xp.graph.leaf("input", "z", "entry")
        shared = xp.exp(z)
        dear = xp.log(xp.tanh(xp.exp(shared))) * shared
        return (xp.where(z > 0.0, dear, shared),)

    (result,) = every_side(formula, brief=False)
    order = list(in_order([result]))
    ((place, own),) = left_out_sides(order, [result]).items()
    assert place == (id(result), 1)
    kept = [one.operation for one in order if id(one) not in own]
    assert "log" not in kept
    assert kept.count("exp") == 1
