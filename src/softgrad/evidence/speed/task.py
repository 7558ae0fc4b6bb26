"""What is computed: an activation or a pair, and which of its values or derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Quantity = Literal[
    "value", "vjp", "jvp", "hvp", "value_and_vjp", "value_and_gradient", "gradient_and_hessian"
]
TargetKind = Literal[
    "labels", "distributions", "coins", "chances", "attained", "logarithms", "observations"
]

# How a quantity is called in the name of a work.
_TITLES: dict[Quantity, str] = {
    "value": "",
    "vjp": " vjp",
    "jvp": " jvp",
    "hvp": " hvp",
    "value_and_vjp": ", value + vjp",
    "value_and_gradient": ", value + gradient",
    "gradient_and_hessian": ", gradient + Hessian diagonal",
}
# Losses that are measured with labels and with distributions.
_OF_LABELS_TOO = ("cross_entropy", "focal", "squared_error")
# How many arrays of the logits' shape are written.
_WRITTEN: dict[Quantity, int] = {
    "value": 1,
    "vjp": 1,
    "jvp": 1,
    "hvp": 1,
    "value_and_vjp": 2,
    "value_and_gradient": 1,
    "gradient_and_hessian": 2,
}


@dataclass(frozen=True, slots=True)
class Task:
    """One quantity of one activation or pair.

    The results, in order: the output; the product (vjp, jvp, hvp); the sum of the losses of all
    rows and its gradient by the logits; or gradient and diagonal of the Hessian. The hvp of a pair
    is the Hessian of that sum times a direction.

    Attributes:
        quantity: which.
        activation: its name in the catalogue.
        loss: its name in the catalogue, for the last two quantities and the hvp of a pair.
        target: int64 labels (rows,); or of the logits' shape: probabilities, entries 0 and 1,
            chances of such, outputs that the activation attains, logarithms of probabilities;
            or numbers (rows,).
    """

    quantity: Quantity
    activation: str
    loss: str = ""
    target: TargetKind = "labels"

    @property
    def title(self) -> str:
        """The task in words, such as "softmax x focal, soft targets, value + gradient"."""
        what = f"{self.activation} x {self.loss}" if self.loss else self.activation
        # Where labels are possible too.
        if self.target == "distributions" and self.loss in _OF_LABELS_TOO:
            what += ", soft targets"
        # The ready-made entmax is the one at alpha = 1.5: the name says so.
        named = f"{what}-1.5" if what == "entmax" else what
        return f"{named}{_TITLES[self.quantity]}"

    @property
    def written(self) -> int:
        """How many arrays of the logits' shape the results are."""
        return _WRITTEN[self.quantity]
