"""Figures: Jacobians, derivative checks, training, confusion matrices, label noise, speed."""

from softgrad.pictures.confusion import confusion_matrix
from softgrad.pictures.derivative_check import derivative_heatmaps
from softgrad.pictures.jacobian import jacobian_heatmap, matrix_heatmaps
from softgrad.pictures.label_noise import label_noise_chart
from softgrad.pictures.roofline import Speeds, roofline
from softgrad.pictures.style import check_format, save
from softgrad.pictures.training import fit_summary, training_curves, training_summary

__all__ = [
    "Speeds",
    "check_format",
    "confusion_matrix",
    "derivative_heatmaps",
    "fit_summary",
    "jacobian_heatmap",
    "label_noise_chart",
    "matrix_heatmaps",
    "roofline",
    "save",
    "training_curves",
    "training_summary",
]
