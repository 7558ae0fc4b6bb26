"""Pictures of what is computed: figures (Matplotlib), and how objects look in a notebook (HTML).

A figure's file is read when its name is first asked for: a notebook's tables need no Matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softgrad.pictures.confusion import confusion_matrix as confusion_matrix
    from softgrad.pictures.derivative_check import derivative_heatmaps as derivative_heatmaps
    from softgrad.pictures.jacobian import jacobian_heatmap as jacobian_heatmap
    from softgrad.pictures.jacobian import matrix_heatmaps as matrix_heatmaps
    from softgrad.pictures.label_noise import label_noise_chart as label_noise_chart
    from softgrad.pictures.speeds import Speeds as Speeds
    from softgrad.pictures.speeds import roofline as roofline
    from softgrad.pictures.style import check_format as check_format
    from softgrad.pictures.style import save as save
    from softgrad.pictures.training import fit_summary as fit_summary
    from softgrad.pictures.training import training_curves as training_curves
    from softgrad.pictures.training import training_summary as training_summary

_FILES = {
    "Speeds": "speeds",
    "check_format": "style",
    "confusion_matrix": "confusion",
    "derivative_heatmaps": "derivative_check",
    "fit_summary": "training",
    "jacobian_heatmap": "jacobian",
    "label_noise_chart": "label_noise",
    "matrix_heatmaps": "jacobian",
    "roofline": "speeds",
    "save": "style",
    "training_curves": "training",
    "training_summary": "training",
}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return [*_FILES]
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FILES[name]}"), name)
    globals()[name] = found  # the next look-up finds it without asking
    return found
