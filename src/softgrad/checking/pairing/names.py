"""Whether one name is that of another's derivative, by rule.

A derivative's name has a word that says so (prime, gradient, backward, d_ ...), anywhere; what is
left of it is its function's name, or nothing but general words (forward, compute, loss).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain

from softgrad.checking.pairing.words import any_of, words

#: Words that say "the derivative of".
MARKERS = any_of(
    "prime primes dash deriv derive derived derivs derivative derivatives derivate derivation "
    "diff differential differentiate der ddx dx dz grad grads gradient gradients gradiant "
    "back backward backwards backword backword backprop backpropagate backpropagation bprop "
    "bwd bkwd delta deltas jac jacob jacobi jacobian hess hessian slope vjp adjoint pullback "
    "derivada derivata derivee ableitung gradiente"
)
#: Of these, what is told from a whole name without its own word: `fprime`, `sigmoidderiv`.
_LONG = tuple(
    sorted(
        (one for one in MARKERS if len(one) >= 4 and one not in ("back", "derive")),
        key=len,
        reverse=True,
    )
)
_BACKWARD = any_of("back backward backwards backword backprop backpropagate bprop bwd bkwd")
_FORWARD = ("forward", "fwd", "fprop", "feedforward", "propagate")
_OUTCOME = ("loss", "cost", "error", "objective", "criterion", "energy")
_ACTIVATE = ("activation", "activate", "act", "activ", "activations", "nonlinearity")
_ANYTHING = (
    *("call", "f", "function", "func", "fn", "fun", "value", "evaluate", "eval", "compute"),
    *("apply", "output", "predict", "transform", "calculate", "calc", "get", "run", "a", "g", "h"),
)
_GENERAL: tuple[str, ...] = (*_FORWARD, *_ACTIVATE, *_OUTCOME, *_ANYTHING)
_FILLERS = any_of(
    "of the to 2 for wrt by with respect in on pass step feed prop propagate propagation numpy np "
    "my self single batch vec vectorized outputs x z input inputs and both layer"
)
#: Not a derivative of something, whatever else the name says: what is done with one.
_DEEDS = any_of(
    "check checker checking numerical numeric num numerically finite approx approximate descent "
    "ascent clip clipping update test tests plot print show step train optimizer hook cam zero "
    "accumulate sgd adam fit policy stochastic"
)

_COUNTS = any_of("binary multiclass multi categorical scalar vector array")
_OTHER_WORDS = {"expit": "sigmoid", "silu": "swish", "sigm": "sigmoid"}
SAME, KIN, SHORT, GENERAL, OWNERS = 100, 80, 60, 50, 40


def is_derivative(name: str) -> bool:
    """Whether a name says by a word of its own that it is a derivative."""
    found = words(name)
    return bool(MARKERS.intersection(found)) or (len(found) > 1 and found[0] == "d")


@cache
def likeness(function: str, derivative: str, owner: str = "") -> int:
    """How well the second name says that it is the derivative of the first; 0 where it does not.

    Args:
        function: a name.
        derivative: another one.
        owner: the name of the class that both are in, if they are in one.
    """
    own = words(function)
    if not own or function == derivative:
        return 0
    return max((_nearness(own, rest, owner) for rest in _rests(derivative)), default=0) or (
        SAME - 5 if "d" + "".join(own) == "".join(words(derivative)) else 0
    )


def rank(function: str, derivative: str) -> int:
    """The order in which functions of general names are preferred: forward for a backward alone."""
    found = [_GENERAL.index(word) for word in words(function) if word in _GENERAL]
    other_way = goes_forward(function) != goes_backward(derivative)
    return min(found, default=len(_GENERAL)) + len(words(function)) + len(_GENERAL) * other_way


def _rests(name: str) -> Iterator[tuple[str, ...]]:
    """What is left of a derivative's name without the words that make it one."""
    found = words(name)
    marked = [word in MARKERS for word in found]
    if found and found[0] == "d":
        marked[0] = True
    if len(found) > 1 and found[-1] in ("d", "p"):
        yield found[:-1]
    if any(marked):
        # `relu2deriv`, `output_to_derivative`
        joints = [w in ("2", "to") and any(marked[i : i + 2]) for i, w in enumerate(found)]
        yield tuple(w for w, m in zip(found, marked, strict=True) if not m)
        if any(joints):
            yield tuple(w for w, m, j in zip(found, marked, joints, strict=True) if not m and not j)
        return
    whole = "".join(found)
    for marker in _LONG:
        if whole.endswith(marker):
            yield (whole[: -len(marker)],)
        if whole.startswith(marker):
            yield (whole[len(marker) :],)


def _nearness(function: tuple[str, ...], rest: tuple[str, ...], owner: str) -> int:
    if rest and "".join(rest) == "".join(function):
        return SAME
    if _DEEDS.intersection(chain(rest, function)) and not _is_of_a_cell(function, rest):
        return 0
    own, wanted, home = _special(function), _special(rest), _special(words(owner))
    if own and wanted:
        if "".join(own) == "".join(wanted):
            return KIN
        if _is_one_of_several(own, wanted) or _is_one_of_several(wanted, own):
            return SHORT
        short = _is_short_for(own, rest) or _is_short_for(wanted, function)
        return SHORT if short else 0
    if not own and not wanted:
        return GENERAL if _of_one_kind(function, rest) else 0
    alike = "".join(own or wanted) == "".join(home)
    return OWNERS if alike and owner else 0


def _is_of_a_cell(function: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """`lstm_step_forward` and `lstm_step_backward`: a step of time, and none of training."""
    deeds = [*_DEEDS.intersection(function), *_DEEDS.intersection(rest)]
    return bool(set(_FORWARD).intersection(function)) and deeds == ["step", "step"]


def goes_backward(name: str) -> bool:
    """Whether it is the name of a backward pass, which a forward pass comes before."""
    return bool(_BACKWARD.intersection(words(name)))


def goes_forward(name: str) -> bool:
    """Whether it is the name of a forward pass."""
    return bool(set(_FORWARD).intersection(words(name)))


def _special(name: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say which function it is."""
    found = tuple(word for word in name if word not in _GENERAL and word not in _FILLERS)
    known = _OTHER_WORDS.get("".join(found))
    return found if known is None else (known,)


def _is_short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """`mse` for mean squared error, `sig` for sigmoid."""
    said = "".join(short)
    initials = "".join(word[0] for word in long)
    if len(said) > 1 and len(long) > 1 and initials.startswith(said):
        return True
    return len(long) == 1 and 2 < len(said) < len(long[0]) and long[0].startswith(said)


def _is_one_of_several(name: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """`focal_binary` and `focal`: the longer one says how many there are of something."""
    return (
        len(name) > len(other)
        and name[: len(other)] == other
        and _COUNTS.issuperset(name[len(other) :])
    )


def _of_one_kind(function: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """An activation's derivative is none of a loss that stands beside it."""
    kinds = (set(_OUTCOME), set(_ACTIVATE))
    own = [bool(kind.intersection(function)) for kind in kinds]
    wanted = [bool(kind.intersection(rest)) for kind in kinds]
    return not any(wanted) or not any(own) or own == wanted
