"""What says that a target is refused, and every call of a layer that may."""

from __future__ import annotations

from typing import Any

import pytest

from softgrad import OutputLayer
from softgrad.errors import TargetError

PARTS = ("value", "gradient", "value_and_gradient", "gradient_and_hessian_diagonal")


def refused(layer: OutputLayer, z: Any, t: Any, part: str = "value", **options: Any) -> str:
    with pytest.raises(TargetError) as caught:
        getattr(layer, part)(z, t, **options)
    return str(caught.value)
