"""A derivative that is given as the array that it is at x."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.checking.calls.call import Call
from softgrad.checking.calls.trial import Fit, forms_of_point
from softgrad.checking.claim import Claim, Form
from softgrad.checking.frameworks import to_real
from softgrad.checking.rows import RowFunction
from softgrad.errors import ParameterError, ShapeError


def fit_of_array(given: Any, rows: RowFunction, form: Form | None) -> Fit:
    """The first form that an array has the shape of; that which was named, if one was.

    Raises:
        ParameterError: if it has the shape of none.
    """
    array: Any = to_real(given, "the derivative")
    x = rows.first_point
    at = rows.view.to_rows(x)
    is_number = array.size == 1 and x.size > 1
    if is_number:
        array = np.broadcast_to(array.reshape(()), x.shape)
    texts: list[str] = []
    for kind in forms_of_point(rows) if form is None else (form,):
        claim = Claim(array, kind, rows, "input")
        fit = Fit(Call(("x",)), claim, array, is_spread=is_number)
        try:
            claim.times(at, np.ones_like(at))
        except ShapeError as error:
            texts.append(str(error))
            continue
        return fit
    if form is not None:
        return Fit(Call(("x",)), Claim(array, form, rows, "input"), array, has_shape=False)
    raise ParameterError(f"the derivative has no shape that is known: {'; '.join(texts)}")
