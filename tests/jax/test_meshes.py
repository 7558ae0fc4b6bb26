"""Several devices: rows or classes that lie on a mesh, and programs for another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
from jax import export

import softgrad as sg

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
