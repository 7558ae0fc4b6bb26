"""The formula that opens a docstring is read as TeX, and ends where prose starts."""

from dataclasses import fields
from inspect import getdoc

import pytest
from docutils.utils.math.latex2mathml import tex2mathml
from softgrad_docs.formula import formula

from softgrad.catalogue import ACTIVATIONS, LOSSES

# Their docstrings say in words what is summed over.
IN_WORDS = {"accelerated_failure_time", "cox", "multi_quantile", "pairwise_logistic"}


@pytest.mark.parametrize(
    ("written", "tex"),
    [
        ("a_i = max(0, z_i), with derivative 1 inside.", r"a_i = \operatorname{max}(0, z_i)"),
        ("p = [1 + z]_+^(1 / (a - 1)) with l such that", r"p = [1 + z]_+^{1 / (a - 1)}"),
        ("sum_i |r_i - t_i|: no 1/n.", r"\sum_i |r_i - t_i|"),
        ("F(z) + F*(t) - t.z for the convex potential", r"F(z) + F^*(t) - t\cdot z"),
        ("P_k = p_0 + ... + p_k. More follows.", r"P_k = p_0 + \ldots + p_k"),
        ("What opens with words (of z) is none.", None),
        ("-log of the likelihood", None),
    ],
)
def test_a_formula_ends_where_prose_starts(written: str, tex: str | None):
    found = formula(written)
    assert found is None if tex is None else found.replace(" ", "") == tex.replace(" ", "")


def test_a_hyper_parameter_is_no_prose():
    found = formula("a_i = z_i for z_i >= 0, slope * z_i below.", ["slope"])
    assert found is not None
    assert r"\operatorname{slope}" in found


def test_nearly_every_entry_has_a_formula_that_browsers_can_draw():
    without = set()
    for kind in (*ACTIVATIONS.values(), *LOSSES.values()):
        tex = formula(getdoc(kind) or "", [one.name for one in fields(kind)])
        if tex is None:
            without.add(kind.name)
        else:
            assert tex2mathml(tex, as_block=True).startswith("<math")
    assert without <= IN_WORDS
