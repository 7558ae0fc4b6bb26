"""What a check compared: their derivative, the reference, and the difference."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from softgrad.checking import Report
from softgrad.errors import ParameterError
from softgrad.pictures.jacobian import MOST_NUMBERS, draw_matrix
from softgrad.pictures.numbers import largest_magnitude
from softgrad.pictures.palette import INK
from softgrad.pictures.style import house_style, new_figure


def derivative_heatmaps(report: Report, *, decimals: int = 3) -> Figure:
    """Three matrices side by side, with one scale of colour for theirs and the reference.

    The entry that is furthest off has a frame.

    Args:
        report: of `softgrad.check`.
        decimals: decimals of the numbers in the cells.

    Raises:
        ParameterError: the check wrote no matrices out: it stopped before, or a row is long.
    """
    matrices, evidence = report.matrices, report.evidence
    if matrices is None or evidence is None:
        raise ParameterError("report: this check wrote out no matrices that could be drawn")
    theirs, reference = matrices.theirs, matrices.reference
    m, n = reference.shape
    both = largest_magnitude(theirs, reference)
    apart = theirs - reference
    apart = np.where(np.abs(apart) <= evidence.uncertainty, 0.0, apart)  # nothing that is known
    panels = (
        ("Theirs", theirs, both),
        ("Reference", reference, both),
        ("Difference", apart, None),
    )
    few = max(m, n) <= MOST_NUMBERS
    cell = 0.22 + 0.09 * (decimals + 4)
    wide = max(3.4, cell * (n + 1)) if few else 5.0
    high = max(1.1, 0.62 * cell * m) if few else max(1.5, 5.0 * min(1.0, m / n))
    with house_style():
        figure = new_figure((wide + 1.5) * 3, high + 2.0)
        for k, (title, matrix, largest) in enumerate(panels):
            axes = figure.add_subplot(1, 3, k + 1)
            draw_matrix(figure, axes, matrix, title, "output", "input", decimals, largest)
            if report.verdict == "wrong":
                cell_of_evidence = (evidence.j, evidence.i)
                axes.add_patch(Rectangle(cell_of_evidence, 1, 1, fill=False, ec=INK, lw=2.0))
        verdict = report.verdict + (f": {report.diagnosis}" if report.diagnosis else "")
        where = f"row {matrices.row}, taken as {evidence.form}"
        figure.suptitle(f"{verdict}   ({where})", x=0.01, ha="left", fontsize=12, color=INK)
    return figure
