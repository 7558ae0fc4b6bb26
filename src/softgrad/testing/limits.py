"""How far from what is true the laws let a result be."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, kw_only=True)
class Limits:
    """In ULP of what each law names, as the catalogue holds itself to them.

    Attributes:
        value, log, complement: of an activation's output, in its three forms.
        jacobian, row_jacobian: of an entry of it; of a map of whole rows, a product of up to three
            rounded factors.
        curvature: in ULP of sum_k |g_k| |second derivative of output k|.
        product: of products with a vector, in ULP of the sum of their absolute terms.
        loss_value, loss_derivative: of a loss by its own prediction.
        pair_value, pair_gradient, pair_hessian, gauss_newton: in ULP of the condition numbers of
            `softgrad.testing.exact_pairs`.
        felt_value, felt_slope, felt_curvature: whether what rounding the logits once does to a
            value, to a derivative, and to a second one (and a product) is counted to its size.
    """

    value: float = 4.0
    log: float = 4.0
    complement: float = 4.0
    jacobian: float = 4.0
    row_jacobian: float = 8.0
    curvature: float = 16.0
    product: float = 16.0
    loss_value: float = 4.0
    loss_derivative: float = 8.0
    pair_value: float = 4.0
    pair_gradient: float = 8.0
    pair_hessian: float = 32.0
    gauss_newton: float = 32.0
    felt_value: bool = False
    felt_slope: bool = False
    felt_curvature: bool = False

    def loosened(self, factor: float) -> Limits:
        """Every limit times a factor."""
        numbers = {
            one.name: factor * getattr(self, one.name)
            for one in fields(self)
            if not one.name.startswith("felt")
        }
        return replace(self, **numbers)


#: Of an entry whose special numbers nobody has told: a value may pass through 0 at any logit, and
#: terms of mixed signs may cancel as in the entry of the catalogue that has most of them.
OF_ANY = Limits(
    pair_value=8.0,
    pair_gradient=32.0,
    pair_hessian=4096.0,
    gauss_newton=4096.0,
    felt_value=True,
    felt_slope=True,
    felt_curvature=True,
)
