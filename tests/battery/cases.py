"""What the battery runs over: activations, their logarithms and complements, losses of layers.

Each is a function of logits to one number by softgrad's call, and the same by a formula in torch's
operations (`battery.formulas`), with the formula's derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from battery.formulas import form
from battery.formulas_of_losses import has_formula, row_value
from laws.cases import targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Work
from softgrad.contracts.forms import LivesOn

#: Away from what is a kink of any activation, and an entry above each threshold in every row.
LOGITS = (
    (1.3171, -0.6843, 0.8137, 0.1931),
    (-0.8219, 0.6907, 1.5713, -1.1791),
    (0.3217, 1.8093, -1.3259, 0.5711),
)
#: How close together logits are for activations that give 0 to what lies far below: with some
#: zeros, and with none, where the logarithm of a zero would be asked for.
CLOSE, CLOSER = 0.25, 0.125
DIRECTION = ((0.5, -1.0, 2.0, 0.25), (-0.75, 1.5, 0.125, 1.0), (1.0, 0.0, -0.5, 0.375))
FROM_ABOVE = (1.5, -0.75, 0.5)
KINDS = (
    "entry by entry",
    "symmetric Jacobian",
    "other Jacobian",
    "log, complement",
    "loss of labels",
    "loss of numbers",
    "with weights",
)


@dataclass(frozen=True, eq=False)
class Case:
    """A function and its formula at one point; `function` takes `axis` and `where`."""

    name: str
    kind: str
    function: Callable[..., Tensor]
    formula: Callable[[Tensor], Tensor]
    #: The gradient of softgrad for arrays, with a mask.
    of_arrays: Callable[..., Any]
    z: Tensor
    #: What is made of each row of logits, beside inputs of as many rows, and its formula.
    rows: Callable[..., Tensor]
    inputs: tuple[Tensor, ...]
    row_formula: Callable[[Tensor], Tensor]
    #: Whether forward over forward mode is offered.
    symmetric: bool = True
    v: Tensor = field(init=False)

    def __post_init__(self) -> None:
        v = torch.tensor(DIRECTION, dtype=torch.float64)[:, : self.z.shape[-1]].contiguous()
        object.__setattr__(self, "v", v)

    @cached_property
    def value(self) -> Tensor:
        """What the formula gives."""
        return self.formula(self.z)

    @cached_property
    def rows_by_formula(self) -> Tensor:
        """What the formula gives for each row."""
        return self.row_formula(self.z)

    @cached_property
    def gradient(self) -> Tensor:
        """The formula's gradient."""
        return torch.func.grad(self.formula)(self.z)

    @cached_property
    def hessian(self) -> Tensor:
        """The formula's second derivative, of the shape of z twice."""
        slope = torch.func.grad(self.formula)
        found: Tensor = torch.autograd.functional.jacobian(slope, self.z, vectorize=True)
        return found

    @cached_property
    def bend(self) -> Tensor:
        """Hessian times v."""
        return torch.einsum("ijkl,kl->ij", self.hessian, self.v)


_OF_LOGARITHMS = ("reverse_kl_divergence", "jensen_shannon")


def _logits(activation: Any, n: int, zeros: bool) -> Tensor:
    z = torch.tensor(LOGITS, dtype=torch.float64)[:, :n].contiguous()
    sparse = activation.domain.kind == "simplex" and activation.domain.has_low
    return z * (CLOSE if zeros else CLOSER) if sparse else z


def map_case(activation: Any, name: Any = "output") -> Case:
    """A form of an activation's output, times fixed numbers."""
    z = _logits(activation, 4, name != "log")
    weights = torch.linspace(-1.0, 1.5, z.numel(), dtype=torch.float64).reshape(z.shape)
    call = activation if name == "output" else getattr(activation, name)
    formula = form(activation, name)

    def function(x: Tensor, axis: int = -1, where: Any = None) -> Tensor:
        above = weights.to(x.device, x.dtype)
        return (call(x, axis=axis, where=where) * (above if axis == -1 else above.T)).sum()

    def of_arrays(x: Any, where: Any) -> Any:
        return evaluate(activation, name, Work.VJP, x, -1, where, None, weights.numpy())

    rowwise = ("other Jacobian", "symmetric Jacobian")[activation.symmetric]
    kind = rowwise if activation.rowwise else "entry by entry"
    kind = kind if name == "output" else "log, complement"
    return Case(
        f"{name} of {activation!r}" if name != "output" else repr(activation),
        kind,
        function,
        lambda x: (formula(x) * weights).sum(),
        of_arrays,
        z,
        lambda x: call(x),
        (),
        formula,
        symmetric=name == "output" and activation.symmetric,
    )


def pair_case(
    activation: Any, loss: Any, which: int = -1, columns: int = 4, **settings: Any
) -> Case:
    """A loss of logits, its rows times fixed numbers or by a reduction."""
    n = loss.row_length or columns
    z = _logits(activation, n, loss.name not in _OF_LOGARITHMS)
    goal = targets(activation, loss, z.numpy())[which]
    t, dense = torch.tensor(goal.given), torch.tensor(goal.dense)
    layer, above = OutputLayer(activation, loss), torch.tensor(FROM_ABOVE, dtype=torch.float64)
    formula = row_value(activation, loss)
    other = z.flip(0)
    # What the target alone makes of a Fenchel-Young loss is not in the formula.
    rest: Any = torch.tensor(layer.value(other.numpy(), goal.given)) - formula(other, dense)
    rest = rest if loss.needs_potential else 0.0
    weight = settings.get("sample_weight")
    if weight is not None:
        above = torch.tensor(weight, dtype=torch.float64) / sum(weight)

    def function(x: Tensor, axis: int = -1, where: Any = None) -> Tensor:
        goal = t.to(x.device)
        moves = axis != -1 and goal.dim() == 2 and loss.targets != "bounds"
        goal = goal.T.contiguous() if moves else goal
        if weight is not None:
            given = {**settings, "sample_weight": torch.tensor(weight, device=x.device).double()}
            return layer.value(x, goal, axis=axis, where=where, **given)
        rows = layer.value(x, goal, axis=axis, where=where, **settings)
        return (rows * above.to(x.device, x.dtype)).sum() if rows.dim() else rows

    def of_arrays(x: Any, where: Any) -> Any:
        rows = above.numpy()[:, None]
        return layer.gradient(x, goal.given, where=where) * rows

    return Case(
        f"{activation!r}, {loss!r}, {goal.name}" + "".join(f", {s}" for s in settings),
        "with weights" if settings else f"loss of {'labels' if t.dim() < 2 else 'numbers'}",
        function,
        lambda x: ((formula(x, dense) + rest) * above).sum(),
        of_arrays,
        z,
        lambda x, goal: layer.value(x, goal),
        (t,),
        lambda x: formula(x, dense) + rest,
    )


def activation_cases() -> list[Case]:
    """Every activation; those that give them also as logarithm and complement."""
    found = [map_case(kind.examples()[0]) for kind in ACTIVATIONS.values()]
    for kind in ACTIVATIONS.values():
        one = kind.examples()[0]
        # The logarithm of an output that is 0 and whose derivative is softmax's is of no formula.
        if one.domain.kind in ("simplex", "sub-simplex", "coins"):
            forms = ("log", "complement") if one.derivative_is_exact else ("complement",)
            found += [map_case(one, name) for name in forms]
    return found


def _ill_defined(activation: Any, loss: Any) -> bool:
    """Whether the logarithm of an output that is 0 would be differentiated."""
    return activation.name == "hardmax" and loss.lives_on is LivesOn.LOG


def all_pairs() -> list[tuple[Any, Any]]:
    """The pairs whose value has a formula."""
    found = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in pairs()]
    return [pair for pair in found if has_formula(*pair) and not _ill_defined(*pair)]


def few_pairs() -> list[tuple[Any, Any]]:
    """Each loss with two activations, taken in turn, and each activation with a loss."""
    by_loss: dict[str, list[tuple[Any, Any]]] = {}
    for pair in all_pairs():
        by_loss.setdefault(pair[1].name, []).append(pair)
    found: list[tuple[Any, Any]] = []
    met: dict[str, int] = {}
    for group in by_loss.values():
        for pair in sorted(group, key=lambda pair: met.get(pair[0].name, 0))[:2]:
            met[pair[0].name] = met.get(pair[0].name, 0) + 1
            found.append(pair)
    return found


def pair_cases(chosen: list[tuple[Any, Any]]) -> list[Case]:
    """The pairs, with labels where they take them, every other one with numbers."""
    return [
        pair_case(*pair, which=0 if with_labels(pair[1], i % 2 == 1) else -1)
        for i, pair in enumerate(chosen)
    ]


def with_labels(loss: Any, wanted: bool) -> bool:
    """Whether a loss is to be tried with labels: where they are wanted, or all it takes."""
    return loss.targets == "labels" or (loss.targets == "classes" and wanted)


def weighted_cases() -> list[Case]:
    """Pairs with a weight a row, and the mean by the weights."""
    weight = [0.5, 3.0, 1.25]
    chosen = [("softmax", "cross_entropy"), ("sigmoid", "focal"), ("tanh", "huber")]
    chosen += [("sparsemax", "squared_error"), ("log_softmax", "negative_log_likelihood")]
    return [
        pair_case(
            ACTIVATIONS[a].examples()[0],
            LOSSES[b](),
            0,
            reduction="mean",
            sample_weight=weight,
        )
        for a, b in chosen
    ]
