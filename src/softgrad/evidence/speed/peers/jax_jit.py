"""JAX: closed forms and its own derivatives under jit, on the processor."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from softgrad.evidence.speed.formulas import (
    DifferentiatingLibrary,
    Function,
    closed_form,
    differentiated,
)
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem

# XLA reads how many threads to make from these, once, when it starts.
_THREADS = ("NPROC", "PJRT_NPROC")


@contextmanager
def _session(threads: int) -> Generator[None]:
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    jax: Any = import_module("jax")
    try:
        with jax.default_device(jax.devices("cpu")[0]):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _calls(problem: Problem) -> Iterator[Call]:
    jax: Any = import_module("jax")
    library, task = _library(jax), problem.work.task
    forms = (
        ("closed form", closed_form(library, task)),
        ("autodiff", differentiated(library, task)),
    )
    for form, formula in forms:
        if formula is not None:
            yield Call(_compiled(jax, formula, problem), form)


def _compiled(jax: Any, formula: Function, problem: Problem) -> Callable[[], tuple[Any, ...]]:
    """Compiled ahead of time, so that 64 bits need to be enabled here and nowhere else."""
    task = problem.work.task
    shape = problem.z.shape
    with jax.enable_x64(problem.work.dtype == "float64"):
        inputs = [jax.device_put(array) for array in problem.inputs(task)]
        if not problem.work.reuses:
            compiled = jax.jit(formula).lower(*inputs).compile()
            return lambda: jax.block_until_ready(compiled(*inputs))

        def with_buffers(given: Any, _buffers: Any) -> tuple[Any, ...]:
            return formula(*given)

        # Donated buffers take the results, and are donated again at the next call.
        buffers = [jax.numpy.empty_like(inputs[0]) for _ in range(task.written)]
        donating = jax.jit(with_buffers, donate_argnums=1, keep_unused=True)
        step = donating.lower(inputs, buffers).compile()

    def run() -> tuple[Any, ...]:
        nonlocal buffers
        results = jax.block_until_ready(step(inputs, buffers))
        buffers = [result for result in results if result.shape == shape]
        return results

    return run


def _library(jax: Any) -> DifferentiatingLibrary:
    xp, nn = jax.numpy, jax.nn

    def softmax(z: Any) -> Any:
        return nn.softmax(z, axis=-1)

    def log_softmax(z: Any) -> Any:
        return nn.log_softmax(z, axis=-1)

    def gelu(z: Any) -> Any:
        return nn.gelu(z, approximate=False)  # the other one is its default

    def pick(x: Any, labels: Any) -> Any:
        return xp.take_along_axis(x, labels[:, None], axis=-1)

    def log_loss(z: Any, labels: Any) -> Any:
        return nn.logsumexp(z, axis=-1) - pick(z, labels)[:, 0]

    def coin_loss(z: Any, t: Any) -> Any:
        return (nn.softplus(z) - t * z).sum()

    def falling(z: Any) -> Any:
        return xp.sort(z, axis=-1)[..., ::-1]

    def largest(x: Any) -> Any:
        return xp.max(x, axis=-1, keepdims=True)

    return DifferentiatingLibrary(
        xp=xp,
        transforms=jax,
        activations={
            "softmax": softmax,
            "sigmoid": nn.sigmoid,
            "gelu": gelu,
            "silu": nn.silu,
            "mish": nn.mish,
            "relu": nn.relu,
        },
        log_softmax=log_softmax,
        log_loss=log_loss,
        coin_loss=coin_loss,
        softplus=nn.softplus,
        pick=pick,
        falling=falling,
        largest=largest,
    )


PEER = Peer("jax", ("jax",), _calls, session=_session)
