"""The Bregman divergence of the Tsallis entropies, term by term and without cancellation."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace

# Gauss-Legendre's rule on [0, 1] with 12 nodes, in pairs that are symmetric about 1/2: distance
# from 1/2 and weight (Abramowitz and Stegun 1972, table 25.4, halved).
_NODES = (
    (0.0626167042557345, 0.1245735229067014),
    (0.18391574949909009, 0.11674626826917741),
    (0.293658977143308735, 0.10158371336153297),
    (0.384951337097152343, 0.0800391642716731),
    (0.4520586281852374345, 0.053469662997659212),
    (0.49078031712335964, 0.023587668193255914),
)


def tsallis_divergence(xp: Namespace, alpha: float, t: Array, p: Array, d: Array) -> Array:
    """[t^a - p^a - a p^(a-1) (t - p)] / (a (a - 1)) >= 0 for a = alpha > 1, given d = t - p.

    At alpha = 2 it is d^2 / 2. Near t = p it is d^2 times the mean of (1 - x) (p + x d)^(a-2) over
    x in [0, 1], by a quadrature of positive terms; elsewhere no term cancels more than a few bits.
    """
    if alpha == 2.0:
        return 0.5 * d * d
    if alpha == 1.5:
        root_t, root_p = xp.sqrt(t), xp.sqrt(p)
        total = root_t + root_p
        gap = d / xp.where(total > 0.0, total, xp.ones_like(total))
        return gap * gap * (root_t + 0.5 * root_p) / 0.75
    positive = p > 0.0
    one = xp.where(positive, p, xp.ones_like(p))
    # Nodes that are enough for x^8 are not for x^98.
    reach = min(1.0, 8.0 / max(alpha - 2.0, 1.0))
    near = positive & (d >= -0.5 * reach * p) & (d <= reach * p)
    small = xp.where(near, d, xp.zeros_like(d))
    mean = xp.zeros_like(p)
    for distance, weight in _NODES:
        for x in (0.5 - distance, 0.5 + distance):
            mean = mean + weight * (1.0 - x) * (one + x * small) ** (alpha - 2.0)
    inner = small * small * mean

    rate = alpha - 1.0
    both = positive & (t > 0.0)
    above = xp.where(both, t, one)
    tiny = one <= 4.0 / float(xp.finfo(p.dtype).max)  # there t / p may overflow
    ratio = above / xp.where(tiny, above, one)
    log_ratio = xp.where(tiny, xp.log(above) - xp.log(one), xp.log(ratio))
    raised = one**rate
    growth = raised * xp.expm1(rate * log_ratio) / rate  # (t^(a-1) - p^(a-1)) / (a - 1)
    outer = (t * growth - raised * d) / alpha
    alone = xp.where(t > 0.0, xp.where(t > 0.0, t, one) ** alpha / (alpha * rate), 0.0)
    empty = xp.where(t == 0.0, raised * one / alpha, outer)
    return xp.where(positive, xp.where(near, inner, empty), alone + (t - t) + (p - p))
