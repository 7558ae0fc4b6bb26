"""Which sides of a `where` are dear enough to be left out where no lane takes them.

A vector computes both sides for all its lanes. What only one side uses goes into a block of its own
if it costs more than the question whether any lane wants it.
"""

from __future__ import annotations

from collections.abc import Sequence

from softgrad.kernels.generator.nodes import Node

# About so many exponentials' worth; everything else is free beside them.
_COSTS = {
    "exp": 1, "expm1": 1, "sinh": 2, "exp_times": 1, "log": 1, "log1p": 1, "log1pmx": 1,
    "asinh": 2, "tanh": 1, "atan": 1, "sin": 1, "logistic": 1, "logistic_times": 1,
    "logistic_slope_times": 1, "expm1_of_sum": 1, "pow": 2, "power": 2, "log_excess": 2,
    "log_ratio": 1, "relative_entropy_term": 2, "normal_pdf": 1, "normal_pdf_times": 1,
    "normal_cdf": 2, "log_normal_cdf": 4, "inverse_mills": 4, "mills_excess": 1,
    "exponential_pair": 3, "softplus_divergence": 20, "normal_divergence": 30,
    "log_log_divergence": 30,
}  # fmt: skip
_DEAR = 3


def left_out_sides(
    order: Sequence[Node], outputs: Sequence[Node]
) -> dict[tuple[int, int], set[int]]:
    """What each dear side of each choice alone uses, by (choice, 1 for yes or 2 for no).

    Args:
        order: the nodes of a function, each after its arguments.
        outputs: its results, which are always computed.
    """
    users: dict[int, list[Node]] = {}
    for node in order:
        for one in node.arguments:
            users.setdefault(id(one), []).append(node)
    always = set(map(id, outputs))
    found: dict[tuple[int, int], set[int]] = {}
    for choice in order:
        if (
            choice.operation != "where"
            or choice.kind != "entry"
            or choice.arguments[0].kind != "mask"
        ):
            continue
        for side in (1, 2):
            own = _used_by_one_side(order, choice, side, users, always)
            if sum(_COSTS.get(one.operation, 0) for one in order if id(one) in own) >= _DEAR:
                found[id(choice), side] = own
    return found


def _used_by_one_side(
    order: Sequence[Node],
    choice: Node,
    side: int,
    users: dict[int, list[Node]],
    always: set[int],
) -> set[int]:
    own: set[int] = set()
    others = [one for i, one in enumerate(choice.arguments) if i != side]
    for node in reversed(order):  # users come before what they use
        if id(node) in always or not node.arguments or any(one is node for one in others):
            continue
        by = users.get(id(node), [])
        if by and all(one is choice or id(one) in own for one in by):
            reached = node is choice.arguments[side] or any(id(one) in own for one in by)
            if reached:
                own.add(id(node))
    return own
