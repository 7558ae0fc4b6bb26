"""Figures: training curves, confusion matrices, Jacobians, the label-noise experiment."""

from softgrad.pictures.confusion import confusion_matrix
from softgrad.pictures.jacobian import jacobian_heatmap, matrix_heatmaps
from softgrad.pictures.style import check_format, save

__all__ = [
    "check_format",
    "confusion_matrix",
    "jacobian_heatmap",
    "matrix_heatmaps",
    "save",
]
