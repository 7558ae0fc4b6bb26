"""What may be wrong with the arguments of a call, and the error that it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas

from softgrad import SoftgradError
from softgrad.errors import (
    AxisError,
    InputTypeError,
    ParameterError,
    ShapeError,
    TargetError,
    WeightError,
)

Z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]])
SOFT = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])
LABELS = np.array([0, 2])
HIDDEN = np.ma.masked_array(Z, mask=[[0, 0, 1], [0, 0, 0]])
INTEGER = "expected an integer, a tuple of integers"


class Wrong(NamedTuple):
    """Arguments of a call beside what is right, and the error that they are."""

    options: dict[str, Any]
    kind: type[SoftgradError]
    message: str


def also(reduction: str, case: Wrong) -> Wrong:
    """The same beside a reduction, which a kernel digests before it sees the rest."""
    return Wrong({"reduction": reduction, **case.options}, case.kind, case.message)


OPTIONS = [
    Wrong({"axis": "1"}, InputTypeError, f"axis is '1'; {INTEGER}"),
    Wrong({"axis": None}, InputTypeError, f"axis is None; {INTEGER}"),
    Wrong({"axis": 1.0}, InputTypeError, f"axis is 1.0; {INTEGER}"),
    Wrong({"axis": True}, InputTypeError, f"axis is True; {INTEGER}"),
    Wrong({"axis": np.True_}, InputTypeError, "axis is .*True.*; expected an integer"),
    Wrong({"axis": ("a",)}, InputTypeError, "axis is 'a'; expected an integer"),
    Wrong({"axis": (1, None)}, InputTypeError, "axis is None; expected an integer"),
    Wrong({"axis": {1}}, InputTypeError, r"axis is \{1\}; expected an integer"),
    Wrong({"axis": 2}, AxisError, r"axis 2 does not exist: z has shape \(2, 3\)"),
    Wrong({"axis": 2**70}, AxisError, "does not exist"),
    Wrong({"axis": (1, -1)}, AxisError, "names one axis of z twice"),
    Wrong({"label_smoothing": "0.1"}, InputTypeError, "label_smoothing is '0.1'; expected a num"),
    Wrong({"label_smoothing": None}, InputTypeError, "label_smoothing is None; expected a number"),
    Wrong({"label_smoothing": False}, InputTypeError, "label_smoothing is False; expected a num"),
    Wrong({"label_smoothing": np.ones(2)}, InputTypeError, "label_smoothing is array.*expected a"),
    Wrong({"label_smoothing": np.nan}, ParameterError, "label_smoothing is nan; expected 0 <= e"),
    Wrong({"label_smoothing": 1.0}, ParameterError, "label_smoothing is 1.0; expected 0 <= e < 1"),
    Wrong({"margin": None}, InputTypeError, "margin is None; expected a number, a finite number"),
    Wrong({"margin": ""}, InputTypeError, "margin is ''; expected a number"),
    Wrong({"margin": False}, InputTypeError, "margin is False; expected a number"),
    Wrong({"margin": np.inf}, ParameterError, "margin is inf; expected a finite number >= 0"),
    Wrong({"class_weight": 3}, WeightError, r"class_weight has shape \(\); expected one a class"),
    Wrong({"class_weight": "balanced"}, InputTypeError, "class_weight is 'balanced'; expected one"),
    Wrong({"class_weight": [[1.0], [2.0, 3.0]]}, ShapeError, "class_weight is not a rectangular"),
    Wrong({"class_weight": [1.0, None, 1.0]}, InputTypeError, "class_weight has dtype object"),
    Wrong({"class_weight": {0: "a"}}, InputTypeError, "class_weight has dtype <U"),
    Wrong({"class_weight": {"a": 1.0}}, WeightError, "class_weight names label 'a'; there are 3"),
    Wrong({"class_weight": [1.0, -1.0, 1.0]}, WeightError, "class_weight has negative"),
    Wrong({"class_weight": HIDDEN[0]}, InputTypeError, "class_weight is a masked array"),
    Wrong({"ignore_label": 1.5}, InputTypeError, "ignore_label is 1.5; expected an integer"),
    Wrong({"ignore_label": "a"}, InputTypeError, "ignore_label is 'a'; expected an integer"),
    Wrong({"ignore_label": True}, InputTypeError, "ignore_label is True; expected an integer"),
    Wrong({"reduction": None}, ParameterError, "reduction is None; expected 'none', 'sum' or"),
    Wrong({"reduction": ["mean"]}, ParameterError, r"reduction is \['mean'\]; expected 'none'"),
    Wrong({"reduction": np.ones(2)}, ParameterError, "reduction is array"),
    Wrong({"check_target": None}, InputTypeError, "check_target is None; expected True or False"),
    Wrong({"check_target": 0}, InputTypeError, "check_target is 0; expected True or False"),
    Wrong({"sample_weight": 2.0}, WeightError, r"sample_weight has shape \(\); expected one a row"),
    Wrong({"sample_weight": [1.0]}, WeightError, r"sample_weight has shape \(1,\).*\(2,\)"),
    Wrong({"sample_weight": [1.0, np.nan]}, WeightError, "sample_weight has negative, infinite"),
    Wrong({"sample_weight": ["a", "b"]}, InputTypeError, "sample_weight has dtype <U1"),
    Wrong({"sample_weight": HIDDEN[0, 1:]}, InputTypeError, "sample_weight is a masked array"),
    Wrong({"where": 1}, InputTypeError, "where has dtype int64; expected bool"),
    Wrong({"where": "a"}, InputTypeError, "where has dtype <U1; expected bool"),
    Wrong({"where": [[True], [True, False]]}, InputTypeError, "where is no array of bool"),
    Wrong({"where": np.ones(4, bool)}, ShapeError, r"where has shape \(4,\).*\(2, 3\)"),
    Wrong({"where": HIDDEN > 0}, InputTypeError, "where is a masked array"),
    Wrong({"lable_smoothing": 0.1}, InputTypeError, "'lable_smoothing'; did you mean label_smoot"),
]
# The reductions that are computed before the arrays are looked at.
REDUCED = [also("mean", case) for case in OPTIONS if "reduction" not in case.options]
ARRAYS = [
    Wrong({"z": HIDDEN}, InputTypeError, "z is a masked array; expected plain numbers"),
    Wrong({"z": None}, InputTypeError, "z is None; expected float64"),
    Wrong({"z": "abc"}, InputTypeError, "z has dtype <U3; expected float64"),
    Wrong({"z": Z.astype(object)}, InputTypeError, "z has dtype object; expected float64"),
    Wrong({"z": Z > 0}, InputTypeError, "z has dtype bool; expected float64"),
    Wrong({"z": Z + 0j}, InputTypeError, "z has dtype complex128; expected float64"),
    Wrong({"z": np.float64(1.0)}, AxisError, "axis -1 does not exist: z has no axes"),
    Wrong({"z": [[1.0], [1.0, 2.0]]}, ShapeError, "z is not a rectangular array"),
    Wrong({"z": pandas.DataFrame({"a": ["x", "y"]})}, InputTypeError, "z has dtype"),
    Wrong({"z": np.ones((2, 0))}, ShapeError, "the class axis -1 of z is empty"),
    Wrong({"target": HIDDEN}, InputTypeError, "target is a masked array"),
    Wrong({"target": np.ma.masked_array([0, 1], [0, 1])}, InputTypeError, "target is a masked"),
    Wrong({"target": None}, TargetError, r"target has shape \(\)"),
    Wrong({"target": ["a", "b"]}, TargetError, "dtype <U1 is no integer dtype"),
    Wrong({"target": SOFT.astype(object)}, InputTypeError, "target has dtype object"),
    Wrong({"target": SOFT + 0j}, InputTypeError, "target has dtype complex128"),
    Wrong({"target": [0.0, 1.0]}, TargetError, "dtype float64 is no integer dtype"),
    Wrong({"target": [0, 3]}, TargetError, "label 3 at row 1 is out of range: there are 3"),
    Wrong({"target": [[0, 1], [1]]}, TargetError, "target is not a rectangular array"),
]
