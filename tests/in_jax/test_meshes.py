"""Several devices: rows or classes that lie on a mesh, and programs for another process."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax
import numpy as np
import pytest
from jax import export

import softgrad as sg
from softgrad.jax import kernel_calls

SCRIPT = Path(__file__).with_name("on_a_mesh.py")


def test_a_mesh_of_four_devices() -> None:
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    command = [sys.executable, "-W", "error", str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_program_is_exported_by_the_definitions() -> None:
    z, y = np.eye(3), np.array([0, 1, 1])
    slope = jax.jit(jax.grad(sg.OutputLayer("entmax", "fenchel_young", reduction="mean").value))
    text = export.export(slope)(z, y).serialize()
    want = sg.OutputLayer("entmax", "fenchel_young", reduction="mean").gradient(z, y)
    np.testing.assert_allclose(export.deserialize(text).call(z, y), want, rtol=1e-12)


def test_a_program_is_written_alike_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that JAX's cache on disk knows it again."""
    texts: list[str] = []
    for _ in range(2):
        for kept in ("_calls", "_numbers"):
            monkeypatch.setattr(kernel_calls, kept, {})
        texts.append(jax.jit(lambda z: sg.softmax(z)).lower(np.eye(3)).as_text())
    assert texts[0] == texts[1]


def test_threads_that_compile_at_once_have_numbers_of_their_own() -> None:
    layers = [sg.OutputLayer("softmax", sg.Focal(gamma=float(g))) for g in range(40)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(kernel_calls._number_of, layers))
    assert [kernel_calls._calls[number] for number in numbers] == layers
