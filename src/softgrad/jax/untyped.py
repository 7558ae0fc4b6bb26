"""What this room takes of JAX, whose types are partly unknown to a type checker."""

from __future__ import annotations

from typing import Any

import jax as _jax
import jax.numpy as _jnp
from jax.extend.core import Primitive as _Primitive
from jax.interpreters import ad as _ad
from jax.interpreters import batching as _batching
from jax.interpreters import mlir as _mlir
from jax.sharding import PartitionSpec as _PartitionSpec

jax: Any = _jax
jnp: Any = _jnp
ad: Any = _ad
batching: Any = _batching
mlir: Any = _mlir
Primitive: Any = _Primitive
PartitionSpec: Any = _PartitionSpec
