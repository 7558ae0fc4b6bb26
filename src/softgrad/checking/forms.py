"""The forms that a derivative can be said to have."""

from __future__ import annotations

from typing import get_args

from softgrad.checking.claim import Form
from softgrad.errors import ParameterError

FORMS: tuple[Form, ...] = get_args(Form)


def form_named(form: str) -> Form | None:
    """The form of a name; None for "auto".

    Raises:
        ParameterError: if the form is none of `FORMS`.
    """
    for known in FORMS:
        if form == known:
            return known
    if form != "auto":
        raise ParameterError(f"form must be 'auto' or one of {', '.join(FORMS)}, not {form!r}")
    return None
