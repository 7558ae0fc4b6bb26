"""Forward and backward in PyTorch: softgrad.torch beside PyTorch's own, eager and compiled.

Gradients go into a new tensor each time, as in training. The calls take turns, the best of each
counts, and each result is checked against the first before it is timed.

Run: python -m softgrad.evidence.speed.in_pytorch [threads]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import softgrad as sg
from softgrad.evidence.speed.measure import thread_limit
from softgrad.evidence.speed.timing import Effort, best_times
from softgrad.evidence.speed.torch_threads import torch_threads

EFFORT = Effort(repeats=20, patience=4.0)
SHAPES = ((100_000, 10), (8_192, 1_000), (256, 131_072))
SMALL = (1, 10)
# The entmax package sorts, and takes seconds on the widest rows.
_SPARSE_SHAPE = (8_192, 1_000)
_TOLERANCE = {"float32": 1e-5, "bfloat16": 0.05}

Calls = dict[str, Callable[[Any], Any]]


def _losses(shape: tuple[int, int]) -> Iterator[tuple[str, Calls]]:
    """Each work, as functions of the logits that give one number."""
    torch: Any = import_module("torch")
    modules: Any = import_module("softgrad.torch")
    functional = torch.nn.functional
    rows, classes = shape
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, classes, (rows,), generator=generator)
    soft = torch.randn(shape, generator=generator).softmax(-1)
    ours, focal = modules.Loss("softmax", "cross_entropy"), modules.Loss("softmax", "focal")

    def textbook_focal(z: Any) -> Any:
        logs = functional.log_softmax(z, -1).gather(1, labels[:, None])[:, 0]
        return ((1.0 - logs.exp()) ** 2 * -logs).mean()

    yield (
        "cross-entropy, labels",
        {
            "softgrad": lambda z: ours(z, labels),
            "torch": lambda z: functional.cross_entropy(z, labels),
        },
    )
    yield (
        "cross-entropy, soft targets",
        {
            "softgrad": lambda z: ours(z, soft.to(z.dtype)),
            "torch": lambda z: functional.cross_entropy(z, soft.to(z.dtype)),
        },
    )
    yield "focal", {"softgrad": lambda z: focal(z, labels), "torch": textbook_focal}


def _activations(shape: tuple[int, int], dtype: str) -> Iterator[tuple[str, Calls]]:
    """The same of activations, as functions of the logits whose output has an upstream gradient."""
    torch: Any = import_module("torch")
    yield "softmax", {"softgrad": sg.softmax, "torch": lambda z: torch.softmax(z, -1)}
    if shape == _SPARSE_SHAPE and dtype == "float32" and find_spec("entmax"):
        package: Any = import_module("entmax")
        for name, one in (("sparsemax", sg.sparsemax), ("entmax15", sg.entmax)):
            yield name, {"softgrad": one, "entmax": getattr(package, name)}


def _compiled(calls: Calls) -> Calls:
    """With the compiled forms of those that can be compiled."""
    torch: Any = import_module("torch")
    both = {f"{name}.compile": torch.compile(calls[name]) for name in ("softgrad", "torch")}
    return {**calls, **both}


def _backward(call: Callable[[Any], Any], z: Any, upstream: Any) -> Callable[[], Any]:
    def step() -> Any:
        z.grad = None
        found = call(z)
        found.backward(upstream if found.ndim else None)
        return z.grad

    return step


def compare(shape: tuple[int, int], dtype: str) -> None:
    """Print milliseconds of each call, and softgrad's share of the fastest other."""
    torch: Any = import_module("torch")
    z = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    z = z.to(getattr(torch, dtype)).requires_grad_()
    upstream = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(z.dtype)
    works: list[tuple[str, Calls]] = [*_losses(shape), *_activations(shape, dtype)]
    for title, calls in works:
        every = _compiled(calls) if "torch" in calls else calls
        steps = {name: _backward(call, z, upstream) for name, call in every.items()}
        first = next(iter(steps.values()))().float()
        for name, step in steps.items():
            gap = float((step().float() - first).abs().max() / first.abs().max())
            if gap > _TOLERANCE[dtype]:
                raise AssertionError(f"{title}, {shape}: {name} differs by {gap}")
        best = best_times(steps, EFFORT)
        fastest = min(seconds for name, seconds in best.items() if "softgrad" not in name)
        times = ", ".join(f"{name} {seconds * 1e3:.3g}" for name, seconds in best.items())
        share = best["softgrad"] / fastest
        print(f"{title} {shape[0]} x {shape[1]} {dtype}: {share:.2f} of the best ({times} ms)")


def compare_small() -> None:
    """Print microseconds of a call on ten numbers: what is paid before anything is computed."""
    torch: Any = import_module("torch")
    modules: Any = import_module("softgrad.torch")
    z, labels = torch.randn(SMALL), torch.tensor([3])
    given, upstream = z.clone().requires_grad_(), torch.ones(SMALL)
    loss = modules.Loss("softmax", "cross_entropy")
    theirs = torch.nn.CrossEntropyLoss()
    calls: dict[str, Callable[[], object]] = {
        "softmax, softgrad": lambda: sg.softmax(z),
        "softmax, torch": lambda: torch.softmax(z, -1),
        "cross-entropy, softgrad": lambda: loss(z, labels),
        "cross-entropy, torch": lambda: theirs(z, labels),
        "softmax and back, softgrad": lambda: sg.softmax(given).backward(upstream),
        "softmax and back, torch": lambda: torch.softmax(given, -1).backward(upstream),
        "cross-entropy and back, softgrad": lambda: loss(given, labels).backward(),
        "cross-entropy and back, torch": lambda: theirs(given, labels).backward(),
    }
    for name, seconds in best_times(calls, EFFORT).items():
        print(f"{name}: {seconds * 1e6:.1f} us")


def main(arguments: Sequence[str]) -> None:
    """Print every row, on so many threads; the small calls on one."""
    torch: Any = import_module("torch")
    threads = int(arguments[0]) if arguments else 2
    torch.manual_seed(0)
    with thread_limit(1), torch_threads(1):
        compare_small()
    with thread_limit(threads), torch_threads(threads):
        for shape in SHAPES:
            for dtype in _TOLERANCE:
                compare(shape, dtype)


if __name__ == "__main__":
    main(sys.argv[1:])
