"""ONNX Runtime: small graphs, with inputs and results bound to memory that is at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem

OPERATORS = 20  # the version of ONNX's operators that has Gelu
FORMAT = 10  # the version of its files that goes with it
ERRORS_ONLY = 3


class Graph(NamedTuple):
    """Nodes as "result = Operator(argument, argument)", and the names of the results.

    The inputs are z, then g, v or target; the last axis is the class axis. `one` and `minus_one`
    are numbers of z's dtype, `classes` is how many there are, and `off_on` is (0, 1).
    """

    nodes: tuple[str, ...]
    results: tuple[str, ...]


_SOFTMAX = "p = Softmax(z)"
_LESS_HOT = ("hot = OneHot(target, classes, off_on)", "gradient = Sub(p, hot)")

_GRAPHS: dict[tuple[str, str, str], Graph] = {
    ("value", "softmax", ""): Graph((_SOFTMAX,), ("p",)),
    ("value", "sigmoid", ""): Graph(("p = Sigmoid(z)",), ("p",)),
    ("value", "gelu", ""): Graph(("p = Gelu(z)",), ("p",)),
    ("value", "mish", ""): Graph(("p = Mish(z)",), ("p",)),
    ("value", "silu", ""): Graph(("s = Sigmoid(z)", "p = Mul(z, s)"), ("p",)),
    ("vjp", "softmax", ""): Graph(
        (_SOFTMAX, "pg = Mul(p, g)", "c = ReduceSum(pg, last)", "d = Sub(g, c)", "w = Mul(p, d)"),
        ("w",),
    ),
    ("jvp", "softmax", ""): Graph(
        (_SOFTMAX, "pv = Mul(p, v)", "c = ReduceSum(pv, last)", "d = Sub(v, c)", "w = Mul(p, d)"),
        ("w",),
    ),
    ("gradient_and_hessian", "softmax", "cross_entropy"): Graph(
        (_SOFTMAX, *_LESS_HOT, "q = Sub(one, p)", "hessian = Mul(p, q)"),
        ("gradient", "hessian"),
    ),
    ("value_and_gradient", "softmax", "cross_entropy"): Graph(
        (
            "log_p = LogSoftmax(z)",
            "p = Exp(log_p)",
            *_LESS_HOT,
            "at = Unsqueeze(target, last)",
            "picked = GatherElements(log_p, at)",
            "total = ReduceSum(picked)",
            "value = Mul(total, minus_one)",
        ),
        ("value", "gradient"),
    ),
}
# Many of its operators exist in single precision only.
_IN_DOUBLE = (("value", "softmax", ""),)
# Attributes that differ from the operators' defaults.
_ATTRIBUTES: dict[str, dict[str, int]] = {"GatherElements": {"axis": 1}}


def _calls(problem: Problem) -> Iterator[Call]:
    task = problem.work.task
    known = (task.quantity, task.activation, task.loss)
    graph = _GRAPHS.get(known)
    kinds = ("float32", "float64") if known in _IN_DOUBLE else ("float32",)
    if graph is None or problem.work.dtype not in kinds or task.target == "distributions":
        return
    for form, spins in (("", "1"), ("without spinning", "0")):
        yield Call(_bound(graph, problem, spins), form)


def _bound(graph: Graph, problem: Problem, spins: str) -> Callable[[], tuple[Any, ...]]:
    runtime: Any = import_module("onnxruntime")
    # Other layouts are not known to it.
    inputs = {name: np.ascontiguousarray(array) for name, array in _named(problem).items()}
    z = inputs["z"]
    results = {
        name: np.empty((1, 1) if name == "value" else z.shape, z.dtype) for name in graph.results
    }
    options = runtime.SessionOptions()
    options.intra_op_num_threads = problem.threads
    options.log_severity_level = ERRORS_ONLY
    # Its threads may spin while it works, but not afterwards in the turns of others.
    options.add_session_config_entry("session.intra_op.allow_spinning", spins)
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = runtime.InferenceSession(
        _model(graph, inputs, results), options, providers=["CPUExecutionProvider"]
    )
    binding = session.io_binding()
    for name, array in inputs.items():
        binding.bind_cpu_input(name, array)

    # What is bound is read and written where it is: it has to stay alive as long as the calls.
    def run(_kept: object = inputs) -> tuple[Any, ...]:
        session.run_with_iobinding(binding)
        return tuple(results.values())

    def run_anew(_kept: object = inputs) -> tuple[Any, ...]:
        session.run_with_iobinding(binding)
        return tuple(value.numpy() for value in binding.get_outputs())

    for name, array in results.items():
        if problem.work.reuses:
            binding.bind_output(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        else:
            binding.bind_output(name, "cpu")
    return run if problem.work.reuses else run_anew


def _named(problem: Problem) -> dict[str, NDArray[Any]]:
    task = problem.work.task
    others = {"vjp": ("g",), "jvp": ("v",), "hvp": ("g", "v"), "value": ()}
    names = ("z", *others.get(task.quantity, ("target",)))
    return dict(zip(names, problem.inputs(task), strict=True))


def _model(
    graph: Graph, inputs: dict[str, NDArray[Any]], results: dict[str, NDArray[Any]]
) -> bytes:
    onnx: Any = import_module("onnx")
    helper = onnx.helper
    z = inputs["z"]
    constants = {  # the runtime drops those that a graph does not use
        "one": np.ones((), z.dtype),
        "minus_one": np.full((), -1.0, z.dtype),
        "last": np.array([-1]),
        "classes": np.array(z.shape[-1]),
        "off_on": np.array([0, 1], z.dtype),
    }

    def described(arrays: dict[str, NDArray[Any]]) -> list[Any]:
        return [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
            )
            for name, array in arrays.items()
        ]

    made = helper.make_graph(
        [_node(helper, node) for node in graph.nodes],
        "work",
        described(inputs),
        described(results),
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    versions = [helper.make_opsetid("", OPERATORS)]
    return helper.make_model(made, opset_imports=versions, ir_version=FORMAT).SerializeToString()


def _node(helper: Any, text: str) -> Any:
    result, call = text.split(" = ")
    operator, _, arguments = call.removesuffix(")").partition("(")
    return helper.make_node(
        operator, arguments.split(", "), [result], **_ATTRIBUTES.get(operator, {})
    )


PEER = Peer("onnxruntime", ("onnxruntime", "onnx"), _calls)
