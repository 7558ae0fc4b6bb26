"""The line to write instead, where the function is a known one."""

from __future__ import annotations

from softgrad.checking.claim import Argument, Form
from softgrad.checking.wording.known import Known

#: What each form makes of a slope, element by element.
_OF_ELEMENTS = {
    "elementwise": "return {slope}",
    "vjp": "return g * ({slope})",
    "jvp": "return g * ({slope})",
    "jacobian": "return np.diag({slope})",
}


def right_line(known: Known, form: Form, argument: Argument, *, of_one_row: bool) -> str:
    """Code in x, g and p (the function's result); "" where the form has no short one.

    Args:
        known: the function.
        form: of the derivative.
        argument: what the derivative is given; p is that where it is the output.
        of_one_row: whether it is called with a vector and not with a batch of those.
    """
    if known.is_product:
        if form != "vjp" or (argument == "output" and " x" in f" {known.slope}".replace("(", " ")):
            return ""
        return f"return {known.slope}"
    shape = _OF_ELEMENTS.get(form)
    if shape is None or (form == "jacobian" and not of_one_row):
        return ""
    if argument == "output":
        return shape.format(slope=known.by_output) if known.by_output else ""
    before = f"{known.before}; " if known.before else ""
    return before + shape.format(slope=known.slope)
