"""When kernels run, that they say so, and that they agree with the definitions."""

import subprocess
import sys
import threading

import numpy as np
import pytest

import softgrad as sg
from softgrad.contracts.fast_paths import fast_paths
from softgrad.kernels import _native, config, show_config
from softgrad.kernels.dispatch import SoftmaxCrossEntropy, SoftmaxForward

FORWARD = SoftmaxForward(_native)
PAIR = SoftmaxCrossEntropy(_native)
NUMBER_OF_ULP = 4  # the goal for either side of the comparison


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


STATE = """
import softgrad
from softgrad.contracts.fast_paths import fast_paths
from softgrad.kernels import config
print(len(fast_paths.forward), config()["instruction set"], config()["kernels"])
"""


def test_kernels_can_be_switched_off():
    assert python(STATE, SOFTGRAD_KERNELS="off").stdout.startswith("0 none switched off")


def test_kernels_run_unless_switched_off():
    fastest = _native.available_instruction_sets()[-1]
    for value in ("", "on"):
        run = python(STATE, SOFTGRAD_KERNELS=value)
        assert run.stdout.split()[1:] == [fastest, "compiled"]
        assert int(run.stdout.split()[0]) > 0


def test_an_instruction_set_can_be_forced():
    run = python(STATE, SOFTGRAD_KERNELS="baseline")
    assert run.stdout.split()[1:] == ["baseline", "compiled"]


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


def test_a_path_describes_itself(instruction_set):
    assert FORWARD.describe(np.zeros(3)) == f"kernel softmax f64 {instruction_set}"
    z = np.zeros(3, np.float32)
    assert PAIR.describe(z) == f"kernel softmax x cross_entropy f32 {instruction_set}"


def test_only_the_last_axis_without_a_mask_is_served():
    z = np.ones((2, 3))
    for axis in (-1, 1):
        assert FORWARD(sg.Softmax(), z, axis, None, None).shape == z.shape
    for axis in (0, -2, (-1,), (0, 1), None):
        assert FORWARD(sg.Softmax(), z, axis, None, None) is None
    assert FORWARD(sg.Softmax(), z, -1, np.ones((2, 3), bool), None) is None
    assert FORWARD(sg.Softmax(), [1.0, 2.0], 0, None, None) is None


@pytest.mark.parametrize("label_dtype", [np.uint8, np.int16, np.int32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype_are_served(label_dtype):
    z = np.random.default_rng(1).normal(size=(5, 4))
    labels = np.array([0, 3, 1, 2, 2])
    want = PAIR(sg.Softmax(), sg.CrossEntropy(), z, labels, None, None)
    got = PAIR(sg.Softmax(), sg.CrossEntropy(), z, labels.astype(label_dtype), None, None)
    np.testing.assert_array_equal(got[0], want[0])
    np.testing.assert_array_equal(got[1], want[1])


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_the_kernel_agrees_with_the_definition(instruction_set, dtype, temperature, monkeypatch):
    rng = np.random.default_rng(2)
    z = rng.normal(scale=4, size=(20, 9)).astype(dtype)
    softmax = sg.Softmax(temperature=temperature)
    layer = sg.OutputLayer(softmax, sg.cross_entropy, reduction="none")
    targets = [rng.integers(9, size=20), rng.dirichlet(np.ones(9), size=20).astype(dtype)]
    fast = [softmax(z), *(part for t in targets for part in layer.value_and_gradient(z, t))]
    monkeypatch.setattr(fast_paths, "forward", {})
    monkeypatch.setattr(fast_paths, "value_and_gradient", {})
    slow = [softmax(z), *(part for t in targets for part in layer.value_and_gradient(z, t))]
    unit = np.finfo(dtype).eps
    for got, want in zip(fast, slow, strict=True):
        # Residuals p - t are differences: compare in ULP of numbers of size 1 there.
        np.testing.assert_allclose(got, want, rtol=NUMBER_OF_ULP * unit, atol=unit)


def test_other_threads_run_during_a_large_call():
    z = np.zeros((64, 50_000))
    started, finished = threading.Event(), threading.Event()

    def work():
        started.set()
        _native.softmax(z, 1.0, z)
        finished.set()

    # With so long a switch interval nobody takes the interpreter from a thread that keeps it.
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        started.wait()
        ran_during_the_call = not finished.is_set()
        thread.join()
    finally:
        sys.setswitchinterval(before)
    assert ran_during_the_call
