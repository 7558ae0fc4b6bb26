"""A temperature that is traced: logits are divided by it here, and the activation's own is 1.

What it is differentiated by is then the logits, as often as those are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Work
from softgrad.contracts.loss import LivesOn
from softgrad.contracts.numbers import is_traced_scalar
from softgrad.errors import ParameterError
from softgrad.jax.rows import of_rows
from softgrad.jax.untyped import jnp
from softgrad.layer import OutputLayer
from softgrad.layer.request import Request

# How often a result is divided by the temperature, by the method that it is of.
_POWERS = {
    "value": (0,),
    "gradient": (1,),
    "value_and_gradient": (0, 1),
    "gradient_and_hessian_diagonal": (1, 2),
    "hvp": (1,),
    "target_gradient": (0,),
}


def traced_divisor(activation: Activation, z: Any) -> tuple[Activation, Any]:
    """The activation that divides by 1, and what stands in the place; None where it is a number.

    One that is not above 0, which cannot be refused, makes all that depends on it NaN.
    """
    name = activation.divided_by
    divisor: Any = getattr(activation, name) if name else None
    if not is_traced_scalar(divisor):
        return activation, None
    divisor = divisor.astype(of_rows(z.dtype))
    return replace(cast(Any, activation), **{name: 1.0}), jnp.where(divisor > 0, divisor, jnp.nan)


def divide(z: Any, divisor: Any) -> Any:
    """z / divisor, where what is infinite or NaN is no part of the derivative by the divisor."""
    finite = jnp.isfinite(z)
    return jnp.where(finite, jnp.where(finite, z, 0.0) / divisor, z)


def of_map(found: Any, work: Work, divisor: Any, z: Any) -> Any:
    """What a form or product with the divided logits is with those that are given."""
    if work in (Work.VJP, Work.HVP):
        found = found / divisor
    return found.astype(z.dtype)


def undivided(layer: OutputLayer, activation: Activation, options: Any) -> OutputLayer:
    """The layer of logits that are divided before.

    Raises:
        ParameterError: more than its activation depends on the temperature, or on the logits.
    """
    terms = [term for _, term in layer.loss.terms]
    is_mixed = len({term.needs_potential for term in terms}) > 1
    of_logits = any(one.lives_on is LivesOn.LOGITS and not one.needs_potential for one in terms)
    if is_mixed or of_logits or Request(options, layer.request).margin:
        raise ParameterError(
            f"{layer.activation.divided_by} is traced, which {layer!r} does not take: a margin, "
            "losses of the logits and sums with fenchel_young need a number"
        )
    return OutputLayer(activation, layer.loss, **layer.settings)


def of_layer(found: Any, method: str, layer: OutputLayer, divisor: Any, z: Any) -> Any:
    """What a method's result of the divided logits is of those that are given."""
    powers = _POWERS[method]
    parts = found if len(powers) > 1 else [found]
    # A loss that is built from the potential T F(z / T) is T times that of z / T.
    power = 1 if layer.loss.terms[0][1].needs_potential else 0
    scaled = tuple(
        (part * divisor ** (power - by)).astype(z.dtype)
        for part, by in zip(parts, powers, strict=True)
    )
    return scaled if len(powers) > 1 else scaled[0]
