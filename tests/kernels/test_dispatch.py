"""When kernels run, and that they say so: the setting, `explain`, the configuration, the log."""

import logging
import os
import subprocess
import sys

import numpy as np
import pytest

import softgrad as sg
from softgrad.kernels import _native, config, show_config

Z = np.random.default_rng(0).normal(size=(40, 6))
T = np.full(Z.shape, 0.125)


class Subclass(np.ndarray):
    pass


def python(code, **environment):
    kept = {name: value for name, value in os.environ.items() if name != "SOFTGRAD_KERNELS"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


STATE = """
import numpy, softgrad
from softgrad.kernels import config, get_threads, set_threads
layer = softgrad.OutputLayer("softmax", "squared_error")
layer.value(numpy.zeros((2, 3)), numpy.zeros((2, 3)))
softgrad.tanh(numpy.zeros(3))
set_threads(2)
print(config()["instruction set"], config()["kernels"], layer.explain(), get_threads(), sep="; ")
"""


def state(value):
    run = python(STATE, SOFTGRAD_KERNELS=value)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip().split("; ")


def test_kernels_can_be_switched_off():
    for value in ("off", "OFF", " off "):
        assert state(value) == [
            "none",
            "switched off by SOFTGRAD_KERNELS=off",
            "chain rule through probabilities (NumPy)",
            "1",
        ]


def test_kernels_run_unless_switched_off():
    fastest = _native.available_instruction_sets()[-1]
    explained = f"kernel softmax x squared_error f64 {fastest}, 1 thread"
    for value in ("", "on", "On"):
        assert state(value) == [fastest, "compiled", explained, "2"]


def test_an_instruction_set_can_be_forced():
    for name in _native.available_instruction_sets():
        explained = f"kernel softmax x squared_error f64 {name}, 1 thread"
        assert state(name) == [name, "compiled", explained, "2"]


def test_a_misspelt_setting_is_an_error_that_names_the_allowed_ones():
    run = python(STATE, SOFTGRAD_KERNELS="avx3")
    assert run.returncode != 0
    assert "SOFTGRAD_KERNELS must be one of off, on, baseline" in run.stderr
    assert "got 'avx3'" in run.stderr


def test_the_configuration_names_what_runs(capsys):
    show_config()
    printed = capsys.readouterr().out
    for name, value in config().items():
        assert f"{name}: {value}\n" in printed
    assert config()["numpy"] == np.__version__


def test_an_unknown_instruction_set_changes_nothing():
    before = _native.instruction_set()
    assert not _native.use_instruction_set("avx3")
    assert _native.instruction_set() == before


def explained(z=Z, t=T, loss="squared_error", **options):
    layer = sg.OutputLayer("softmax", loss)
    layer.value_and_gradient(z, t, **options)
    return layer.explain()


def test_a_kernel_names_itself_its_precision_instruction_set_and_threads(instruction_set):
    name = f"kernel softmax x squared_error {{}} {instruction_set}, 1 thread"
    for dtype, short in (("float64", "f64"), ("float32", "f32"), ("float16", "f16")):
        assert explained(Z.astype(dtype), T.astype(dtype)) == name.format(short)
    assert explained(Z, Z.argmax(-1), "focal").startswith("kernel softmax x focal f64 ")


@pytest.mark.parametrize(
    "arguments",
    [
        {"z": np.asfortranarray(Z)},
        {"z": Z[:, ::-1], "t": T[:, ::-1]},
        {"t": T.astype(np.float32)},
        {"t": Z.argmax(-1).astype(np.uint8), "loss": "cross_entropy"},
        {"axis": 0},
        {"axis": (1,)},
        {"axis": ()},
        {"where": Z > 0, "sample_weight": np.ones(40), "label_smoothing": 0.1},
        {"reduction": "mean"},
        {"reduction": "mean", "sample_weight": np.ones(40)},
        {"out": np.zeros((6, 40)).T},
    ],
    ids=" ".join,
)
def test_what_a_kernel_takes_as_it_is_is_not_copied(arguments):
    assert explained(**arguments).endswith("1 thread")


@pytest.mark.parametrize(
    "arguments",
    [
        {"z": Z.tolist()},
        {"z": Z.round().astype(int)},
        {"z": Z.astype(">f8")},
        {"z": Z.view(Subclass)},
        {"t": T.tolist()},
        {"t": (T > 1).astype(int)},
        {"z": Z.reshape(40, 2, 3), "t": T.reshape(40, 2, 3), "axis": (1, 2)},
        {"where": Z[0] > -9},
        {"sample_weight": [1.0] * 40},
        {"class_weight": {1: 2.0}, "t": Z.argmax(-1), "loss": "cross_entropy"},
        {"margin": 0.5},
        {"out": np.zeros((40, 6), np.float32)},
    ],
    ids=" ".join,
)
def test_what_has_to_be_made_regular_first_is_said_to_be_copied(arguments):
    assert explained(**arguments).endswith("1 thread, on copies of its arguments")


def test_before_a_call_and_without_a_kernel_the_chain_rule_is_named():
    layer = sg.OutputLayer("softmax", "squared_error")
    assert layer.explain() == "chain rule through probabilities (NumPy); nothing was computed yet"
    layer.gradient(Z, T)
    assert layer.explain().startswith("kernel ")
    layer.hessian(Z, T)  # an operator: no kernel gives one
    assert layer.explain() == "chain rule through probabilities (NumPy)"
    layer.value(Z, T)
    assert layer.explain().startswith("kernel ")
    layer.target_gradient(Z, T)
    assert layer.explain() == "chain rule through probabilities (NumPy)"


def test_the_debug_log_names_each_kernel_that_ran(caplog, instruction_set):
    layer = sg.OutputLayer("softmax", "squared_error")
    with caplog.at_level(logging.DEBUG, logger="softgrad.kernels"):
        sg.softmax(Z)
        sg.gelu.vjp(Z.astype(np.float32), Z.astype(np.float32))
        sg.tanh.hvp(Z.tolist(), Z, Z)
        layer.value(Z, T)
        sg.softmax.jacobian(Z)
    end = f"{instruction_set}, 1 thread"
    assert [record.getMessage() for record in caplog.records] == [
        f"kernel softmax forward f64 {end}",
        f"kernel gelu vjp f32 {end}",
        f"kernel tanh hvp f64 {end}",
        f"kernel softmax x squared_error f64 {end}",
    ]
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="softgrad.kernels"):
        sg.softmax(Z)
    assert not caplog.records
