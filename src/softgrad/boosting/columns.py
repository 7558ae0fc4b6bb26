"""How many raw scores a row has."""

from __future__ import annotations

import numpy as np

from softgrad.errors import ParameterError
from softgrad.layer import OutputLayer


def count_columns(layer: OutputLayer, classes: int | None) -> int:
    """The number of scores by `classes`, or by the layer alone where that is None.

    Raises:
        ParameterError: `classes` is missing, no whole number, or one that does not fit.
    """
    (own,) = {term.row_length for _, term in layer.loss.terms} or {None}
    if classes is None:
        if layer.activation.rowwise and own is None:
            raise ParameterError(
                f"classes is missing: {layer.activation!r} needs the number of classes, "
                "such as classes=3"
            )
        if any(term.compares_entries for _, term in layer.loss.terms):
            raise ParameterError(
                f"groups is missing: {layer.loss!r} compares the rows of a group, and is nothing "
                "of a single score; give groups=True"
            )
        if layer.loss.target_kind == "labels":
            raise ParameterError(
                f"classes is missing: {layer.loss!r} takes class labels, so a row has 2 scores or "
                "more, such as classes=2"
            )
        return own or 1
    if isinstance(classes, bool) or not isinstance(classes, int | np.integer) or classes < 1:
        raise ParameterError(f"classes is {classes!r}; expected a whole number >= 1")
    if classes == 1 and layer.activation.rowwise:
        raise ParameterError(
            f"classes is 1; {layer.activation!r} needs 2 or more. For one score a row use sigmoid"
        )
    if own is not None and classes != own:
        raise ParameterError(f"classes is {classes}; {layer.loss!r} takes rows of length {own}")
    return int(classes)
