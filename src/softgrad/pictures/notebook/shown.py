"""What is shown of which kind of object."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from softgrad.checking import Report
from softgrad.contracts import Activation, LossSum, RowLoss
from softgrad.layer import OutputLayer
from softgrad.operators import Operator
from softgrad.pictures.notebook.entries import activation_html, loss_html, sum_html
from softgrad.pictures.notebook.layers import layer_html
from softgrad.pictures.notebook.operators import operator_html
from softgrad.pictures.notebook.reports import report_html


@np.errstate(all="ignore")
def html_of(shown: object) -> str | None:
    """The HTML of an object; None where there is none, and a notebook shows the text.

    It raises nothing: an object that is traced by a compiler has no numbers, and a person's own
    class may have any `__repr__`. A display that fails would hide the text as well.
    """
    try:
        return _html_of(shown)
    except Exception:
        return None


@singledispatch
def _html_of(shown: object) -> str | None:
    return None


_html_of.register(Operator, operator_html)
_html_of.register(OutputLayer, layer_html)
_html_of.register(Activation, activation_html)
_html_of.register(RowLoss, loss_html)
_html_of.register(LossSum, sum_html)
_html_of.register(Report, report_html)
