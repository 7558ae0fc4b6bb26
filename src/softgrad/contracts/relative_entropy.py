"""KL(t || p) without cancellation: the loss that softmax and sigmoid are canonical for."""

from __future__ import annotations

from softgrad.arrays.exact import compensated_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import log1pmx
from softgrad.contracts.forms import Forms


def relative_entropy_terms(xp: Namespace, t: Array, p: Array, log_p: Array, d: Array) -> Array:
    """t log(t / p) - t + p >= 0, entry by entry, given the accurate difference d = t - p.

    Near t = p it is p ((1 + x) (log1p(x) - x) + x^2) with x = d / p, where both logarithms of
    the plain form would cancel; elsewhere log p keeps it finite where p underflows.
    """
    x = xp.where(xp.abs(d) < 0.5 * p, d / xp.where(p > 0, p, xp.ones_like(p)), xp.zeros_like(d))
    near = p * ((1.0 + x) * log1pmx(xp, x) + x * x)
    safe = xp.where(t > 0, t, xp.ones_like(t))
    logs = xp.where(t > 0, t * (xp.log(safe) - log_p), xp.zeros_like(t))
    far = xp.where(t == 0, p, logs - d)
    return xp.where(xp.abs(d) < 0.5 * p, near, far)


def simplex_relative_entropy(forms: Forms, t: Array) -> Array:
    """sum t log(t / p) for probabilities p of one class, one number a row.

    The terms add up to it but for sum t - sum p, and p sums to 1 exactly: what the targets lack
    or exceed is added back, so targets that do not sum to 1 are served as they are.
    """
    xp = forms.xp
    terms = relative_entropy_terms(xp, t, forms.p, forms.log.value, -forms.minus(t))
    surplus = _surplus(xp, t)
    nothing = ~xp.any(forms.p > 0, axis=-1)  # a row masked out whole has no mass to compare with
    return xp.sum(terms, axis=-1) + xp.where(nothing, xp.zeros_like(surplus), surplus)


def log_sum_excess(forms: Forms, t: Array, temperature: float = 1.0) -> Array:
    """logsumexp(z / T) + sum t log t - t.z / T, the loss that softmax is canonical for.

    For targets that sum to 1 it is KL(t || p); what they lack is weighed by the logsumexp, so
    that its gradient is p - t for any targets.
    """
    xp = forms.xp
    lacking = -_surplus(xp, t)
    top = xp.max(forms.logits, axis=-1)
    log_sum = top / temperature - xp.max(forms.log.value, axis=-1)
    unbalanced = (lacking != 0) & xp.isfinite(log_sum)
    extra = xp.where(unbalanced, lacking * log_sum, xp.zeros_like(lacking))
    return simplex_relative_entropy(forms, t) + extra


def _surplus(xp: Namespace, t: Array) -> Array:
    """sum(t) - 1, to twice the working precision before it is rounded."""
    return compensated_sum(xp, xp.concat([t, -xp.ones_like(t[..., :1])], axis=-1))


def coin_relative_entropy(xp: Namespace, forms: Forms, t: Array) -> Array:
    """t log(t / p) + (1 - t) log((1 - t) / (1 - p)), entry by entry."""
    tails = forms.other_side
    heads_term = relative_entropy_terms(xp, t, forms.p, forms.log.value, -forms.minus(t))
    d = forms.minus(t)
    return heads_term + relative_entropy_terms(xp, 1.0 - t, tails.p, tails.log.value, d)


def log_ratio(r: Forms, t: Array) -> Array:
    """log(t / p), entry by entry: through the difference where t is near p, which would cancel.

    Where both are 0 it is what it is for every t > 0 beside that p, infinity.
    """
    xp, p, d, log_p = r.xp, r.p, -r.minus(t), r.log.value
    near = xp.abs(d) < 0.5 * p
    x = xp.where(near, d / xp.where(p > 0, p, xp.ones_like(p)), xp.zeros_like(d))
    far = xp.where(log_p == -xp.inf, xp.where(t == t, xp.inf, t), xp.log(t) - log_p)
    return xp.where(near, xp.log1p(x), far)
