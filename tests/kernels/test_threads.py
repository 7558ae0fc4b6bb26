"""Threads change how long a call takes, and no bit of what it gives."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import ml_dtypes
import numpy as np
import pytest

import softgrad as sg
from softgrad.kernels import _native, get_threads, set_threads

# Work for many threads: tall, wide, long rows, more rows than a part by one.
SHAPES = [(30_001, 3), (100, 1000), (2, 140_000), (4097, 16)]
CASES = [(shape, dtype) for shape in SHAPES for dtype in (np.float64, np.float32)]
CASES += [(SHAPES[0], np.float16), (SHAPES[1], ml_dtypes.bfloat16)]
pytestmark = pytest.mark.usefixtures("default_threads")


def everything(z):
    """Results of every kind of loop, as bytes."""
    labels = np.arange(len(z)) % z.shape[1]
    half = np.full(z.shape, 0.25, z.dtype)
    weight = (np.arange(len(z)) % 3).astype(np.float32 if z.itemsize == 2 else z.dtype)
    labelled = sg.OutputLayer("softmax", "cross_entropy", reduction="mean")
    dense = sg.OutputLayer("softmax", "squared_error")
    inside = z.copy()
    found = [
        sg.softmax(z),
        sg.entmax(inside, out=inside),
        labelled.gradient(z, labels, out=np.empty_like(z)),
        sg.sparsemax(z),
        sg.gelu(z),
        sg.softmax.vjp(z, half),
        *labelled.value_and_gradient(z, labels),
        *dense.value_and_gradient(z, half, sample_weight=weight),
        *dense.gradient_and_hessian_diagonal(z, half, where=z > -1),
    ]
    return [part.tobytes() for part in found]


@pytest.mark.parametrize(("shape", "storage"), CASES, ids=str)
def test_results_do_not_depend_on_the_number_of_threads(instruction_set, storage, shape):
    z = np.random.default_rng(1).normal(size=shape).astype(storage)
    z[0, 1] = np.inf  # one tile leaves the fast loop
    for stored in (z, np.asfortranarray(z)):
        found = []
        for threads in (1, 2, 3, 5):
            set_threads(threads)
            found.append(everything(stored))
        assert found == [found[0]] * 4


def test_large_calls_are_offered_to_all_threads_and_small_ones_to_one():
    layer = sg.OutputLayer("softmax", "squared_error")
    name = f"kernel softmax x squared_error f64 {_native.instruction_set()}"
    large = np.zeros((50_000, 8))
    for threads, said in ((1, "1 thread"), (2, "2 threads"), (5, "5 threads")):
        set_threads(threads)
        assert get_threads() == threads
        layer.value_and_gradient(large, large)
        assert layer.explain() == f"{name}, {said}"
        layer.value_and_gradient(large[:10], large[:10])
        assert layer.explain().endswith(", 1 thread")


@pytest.mark.parametrize("count", [0, -1, 1.0, "2", True, [2]])
def test_a_wrong_number_of_threads_is_an_error_and_changes_nothing(count):
    set_threads(3)
    with pytest.raises(sg.errors.ParameterError, match="expected an integer >= 1, or None"):
        set_threads(count)
    assert get_threads() == 3


def test_many_threads_may_be_asked_for_and_none_goes_back():
    before = get_threads()
    set_threads(10**12)
    assert get_threads() >= 64
    set_threads(None)
    assert get_threads() == before


def test_many_python_threads_at_once_are_right():
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(20_000, 5)) for _ in range(8)]
    set_threads(1)
    wanted = [everything(z) for z in inputs]
    set_threads(3)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(everything, inputs)) == wanted


def test_the_number_of_threads_may_change_while_others_work():
    z = np.random.default_rng(0).normal(size=(20_000, 5))
    wanted, stop = everything(z), threading.Event()

    def change():
        while not stop.is_set():
            for count in (1, 4, 2, None):
                set_threads(count)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(10):
            assert everything(z) == wanted
    finally:
        stop.set()
        changing.join()


def test_other_threads_run_during_a_large_call():
    z, target = np.zeros((64, 50_000)), np.zeros(64, int)
    layer = sg.OutputLayer("softmax", "cross_entropy")
    for call in (lambda: sg.softmax(z, out=z), lambda: layer.gradient(z, target, out=z)):
        started, finished = threading.Event(), threading.Event()

        def work(call=call, started=started, finished=finished):
            started.set()
            for _ in range(20):
                call()
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


def python(code, **environment):
    """The output of a fresh process; it must not hang, nor fail."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.mark.parametrize(
    ("environment", "threads"),
    [
        ({}, PROCESSORS),
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "3,2"}, 3),
        ({"OMP_NUM_THREADS": "7", "OMP_THREAD_LIMIT": "2"}, 2),
        ({"OMP_THREAD_LIMIT": "1"}, 1),
        ({"OMP_NUM_THREADS": "0"}, PROCESSORS),
        ({"OMP_NUM_THREADS": "many"}, PROCESSORS),
    ],
    ids=str,
)
def test_the_environment_sets_the_default(environment, threads):
    code = "from softgrad.kernels import get_threads; print(get_threads())"
    assert python(code, **environment) == str(threads)


FORK = """
import os, sys, numpy as np, softgrad as sg
from softgrad.kernels import set_threads
set_threads(3)
z = np.random.default_rng(0).normal(size=(50_000, 5))
want = sg.softmax(z)
layer = sg.OutputLayer("softmax", "squared_error")
layer.value_and_gradient(z, z)
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        right = all(np.array_equal(sg.softmax(z), want) for _ in range(20))
        layer.value_and_gradient(z, z)
        used = layer.explain().endswith("3 threads")
        os._exit(0 if right and used else 1)
    children.append(child)
    assert np.array_equal(sg.softmax(z), want)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
"""


if hasattr(os, "fork"):

    def test_a_forked_process_starts_its_own_threads():
        assert python(FORK) == "[0, 0, 0]"


EXIT = """
import threading, time, numpy as np, softgrad as sg
from softgrad.kernels import set_threads
set_threads(3)
z = np.zeros((100_000, 5))
sg.softmax(z)
def forever():
    while True:
        sg.softmax(z)
for _ in range(2):
    threading.Thread(target=forever, daemon=True).start()
time.sleep(0.05)
print("done")
"""


@pytest.mark.parametrize("attempt", range(3))
def test_the_interpreter_ends_while_kernels_run(attempt):
    assert python(EXIT) == "done"


SCARCE = """
import resource, numpy as np, softgrad as sg
from softgrad.kernels import set_threads
z = np.zeros((200_000, 16))
want = sg.softmax(z)
with open("/proc/self/statm") as file:
    size = int(file.read().split()[0]) * resource.getpagesize()
unlimited = resource.getrlimit(resource.RLIMIT_AS)
room = size + 60_000_000  # for a few threads' stacks
resource.setrlimit(resource.RLIMIT_AS, (room, unlimited[1]))
set_threads(64)
sg.softmax(z, out=z)
resource.setrlimit(resource.RLIMIT_AS, unlimited)
print(np.array_equal(z, want))
"""

if sys.platform == "linux":  # others do not limit the address space

    def test_where_no_more_threads_can_be_started_fewer_do_the_work():
        assert python(SCARCE) == "True"
