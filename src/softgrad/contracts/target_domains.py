"""What numbers a target may have: each loss declares it, and both paths hold to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from softgrad.arrays.namespaces import Array, Namespace, is_known
from softgrad.contracts.domains import CLOSED_COINS, OF_COINS, SHARES, Domain
from softgrad.contracts.targets import Target, at_entry, at_row, place_of_first
from softgrad.errors import TargetError

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss, RowLoss

Limits = tuple[float, float, float]


def domain_of_targets(loss: RowLoss, output: Domain, classes: int) -> Domain:
    """What an entry of a target may be, for predictions in `output` with rows of that length.

    Shares of the classes are, where each entry is a coin or a row is one score, the share of one
    side: from 0 to 1. A loss that follows its activation takes what that tends to, ends included.
    """
    declared = loss.allowed_targets()
    if declared is None:
        declared = SHARES if "simplex" in output.kind else replace(output, has_low=True)
    if declared == SHARES and _is_coin(loss, output, classes):
        return CLOSED_COINS
    return declared


def entries_are_coins(loss: Loss, output: Domain, classes: int) -> bool:
    """Whether each entry of a target is one side's share of two, for every term of the loss."""
    return all(_is_coin(term, output, classes) for _, term in loss.terms)


def _is_coin(term: RowLoss, output: Domain, classes: int) -> bool:
    """A probability of its own, or the only score of a row that names one of two classes."""
    of_classes = term.targets == "classes" and term.allowed_targets() in (SHARES, CLOSED_COINS)
    one_score = classes == 1 and output.kind == "values" and of_classes
    return one_score or output.kind in OF_COINS


def takes_shares(loss: Loss) -> bool:
    """Whether an entry of a target may be a share of its class, which smoothing makes of it."""

    def does(term: RowLoss) -> bool:
        declared = term.allowed_targets()
        return declared is None or declared.has(0.5)

    return loss.target_kind not in ("labels", "row", "bounds") and all(
        does(term) for _, term in loss.terms
    )


def target_limits(loss: RowLoss, output: Domain) -> Limits | None:
    """For a kernel: the least target, the largest, and that of rows of one entry; None for all."""
    several, one = (domain_of_targets(loss, output, classes) for classes in (2, 1))
    if several.is_everything:
        return None
    return (*several.closed_ends, one.closed_ends[1])


def check_target_values(
    loss: Loss,
    output: Domain,
    xp: Namespace,
    target: Target,
    classes: int,
    counted: Callable[[], Array | None],
) -> None:
    """Raise for the first entry of a target that a term of the loss is not defined for.

    Args:
        loss: whose terms declare what they take.
        output: where the predictions lie.
        xp: the namespace of the target.
        target: in canonical shape, before smoothing.
        classes: how many entries a row has.
        counted: gives a mask of the entries that count, or None for all; asked for only where an
            entry lies outside. What is masked out or has weight 0 is not looked at, and NaN
            passes: it makes its row NaN.

    Raises:
        TargetError: it names the entry and its row.
    """
    if loss.target_kind == "bounds":
        check_bounds(xp, target.entries, counted())
    for _, term in loss.terms:
        domain = domain_of_targets(term, output, classes)
        if domain.is_everything:
            continue
        if target.labels is not None:
            check_labels_are_meant(term, domain)
        elif not _all_inside(xp, target.entries, domain):
            _raise_first_outside(term, domain, xp, target.entries, counted())


def check_bounds(xp: Namespace, bounds: Array, counted: Array | None) -> None:
    """Raise `TargetError` for a lower bound above its upper one, or at infinity, or both at 0."""
    low, high = bounds[..., :1], bounds[..., 1:]
    wrong = (low > high) | (low == float("inf")) | (high == 0.0)
    if counted is not None:
        wrong = wrong & counted
    if not is_known(xp.any(wrong)):
        return
    number, place = place_of_first(xp, wrong, low)
    upper, _ = place_of_first(xp, wrong, high)
    raise TargetError(
        f"target has the bounds {float(number):g} and {float(upper):g}{at_row(place[:-1])}; "
        "expected a lower bound that is finite and not above the upper one, and not both 0"
    )


def check_labels_are_meant(term: RowLoss, domain: Domain) -> None:
    """Raise `TargetError` unless a row of zeros and a one is in the domain of targets."""
    if not (domain.has(0.0) and domain.has(1.0)):
        raise TargetError(
            f"target holds labels, which stand for rows of zeros and a one; {term!r} takes "
            f"targets in {domain.interval} here: give one number an entry"
        )


def _all_inside(xp: Namespace, entries: Array, domain: Domain) -> bool:
    """Known to be, at the cost of two reductions; False also where an entry is NaN."""
    if 0 in tuple(entries.shape):
        return True
    ends = xp.stack([xp.min(entries), xp.max(entries)])
    return is_known(~xp.any(domain.excludes(ends) | (ends != ends)))


def _raise_first_outside(
    term: RowLoss, domain: Domain, xp: Namespace, entries: Array, counted: Array | None
) -> None:
    outside = domain.excludes(entries)
    if counted is not None:
        outside = outside & counted
    if not is_known(xp.any(outside)):
        return
    number, place = place_of_first(xp, outside, entries)
    signs = number == -1.0 and domain == CLOSED_COINS
    hint = "; for labels -1 and 1 give (y + 1) / 2" if signs else ""
    raise TargetError(
        f"target is {float(number):g}{at_entry(place, entries.shape[-1])}; {term!r} takes targets "
        f"in {domain.interval} here ({domain.name}){hint}"
    )
