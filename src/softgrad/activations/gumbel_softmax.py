"""Gumbel-softmax, softmax of logits with Gumbel noise: a smooth draw of one class."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast, final

import numpy as np

from softgrad.arrays.exact import two_sum
from softgrad.arrays.namespaces import Array, Namespace, device_of
from softgrad.arrays.places import first_largest
from softgrad.arrays.special import sum_of_weights
from softgrad.contracts.domains import SIMPLEX, Domain
from softgrad.contracts.exponential import exponential_weights
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.parameters import choice, parameter
from softgrad.errors import CapabilityError, ParameterError
from softgrad.operators import CategoricalCovariance


@final
@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class GumbelSoftmax(Normalised):
    """p_i = exp((z_i + g_i) / T) / sum_j exp((z_j + g_j) / T) with g_i standard Gumbel noise.

    The argmax of z + g is a draw of one class with the probabilities softmax(z); T -> 0 makes p
    that draw. Derivatives are by z at fixed noise: those of softmax at z + g.

    Where the noise comes from decides what a second call sees:

    - `noise`: an array that broadcasts to the logits with the class axis last;
    - `generator` as an integer: a seed, from which every call draws the same n numbers and adds
      them to every row; for tests, and to compare runs under one noise;
    - `generator` as a `numpy.random.Generator`: new noise in every entry at every call, which can
      be repeated by starting from the same generator; as a `torch.Generator`, for tensors alone;
    - `key`: a key of `jax.random`, from which the noise of all entries is drawn, for JAX's arrays
      and whatever is traced;
    - none of them: new noise at every call. Value and gradient asked for in two calls then belong
      to two draws: ask for both in one (`linearize`, `value_and_gradient`).

    Args:
        temperature: T > 0.
        noise: the noise itself.
        generator, key: where to draw it from; one of these and `noise` at most.

    Source: Jang, Gu and Poole 2017; Maddison, Mnih and Teh 2017. g = -log(E) with E exponential,
    which cannot be infinite; seeds and generators draw it as float32 numbers in either dtype.
    """

    name: ClassVar[str] = "gumbel_softmax"
    domain: ClassVar[Domain] = SIMPLEX
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    divided_by: ClassVar[str] = "temperature"
    noisy: ClassVar[str] = "softmax"

    temperature: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5,))
    noise: Any = choice(None)
    generator: np.random.Generator | int | None = choice(None)
    key: Any = choice(None)

    def validate(self) -> None:
        """Noise from one place only, and an integer seed that is not negative."""
        given = [name for name in ("noise", "generator", "key") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ParameterError(f"GumbelSoftmax: give {' or '.join(given)}, not both")
        seed = cast(object, self.generator)
        if seed is None or isinstance(seed, np.random.Generator) or _is_of_torch(seed):
            return
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ParameterError(
                f"GumbelSoftmax: generator is {seed!r}; expected a numpy.random.Generator, "
                "a seed >= 0 or None"
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GumbelSoftmax) and self._value == other._value

    def __hash__(self) -> int:
        # Neither an array nor a generator may count: both can change.
        return hash((GumbelSoftmax, self.temperature))

    @property
    def _value(self) -> tuple[Any, ...]:
        noise = None if self.noise is None else np.asarray(self.noise)
        shown = None if noise is None else (noise.shape, noise.tolist())
        source = self.generator
        stream = pickle.dumps(source) if isinstance(source, np.random.Generator) else source
        # (A key that is traced has no numbers: it is itself alone.)
        return self.temperature, shown, stream, None if self.key is None else id(self.key)

    @classmethod
    def examples(cls) -> tuple[Self, ...]:
        """With seeds, for without one no two calls agree."""
        return cls(generator=0), cls(generator=1, temperature=0.5)

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """Softmax's weights of z + g, with the rounding error of that sum put back."""
        noise = xp.asarray(self.draw_noise(tuple(z.shape)), dtype=z.dtype, device=device_of(xp, z))
        # Infinite and NaN logits swallow the noise; their rounding error would be NaN.
        total, low = two_sum(z, noise)
        low = xp.where(xp.isfinite(low), low, xp.zeros_like(low))
        w = exponential_weights(xp, total, self.temperature)
        k = first_largest(xp, total)
        at_largest = xp.sum(xp.where(k, low, xp.zeros_like(low)), axis=-1, keepdims=True)
        gap = (low - at_largest) / self.temperature
        weights = w.weights + w.weights * gap
        rest = sum_of_weights(xp, xp.where(k, xp.zeros_like(weights), weights))
        return Weights(
            weights, w.log_weights + gap, rest + 0.0 * w.rest, k & w.mask, w.slope, w.bend
        )

    def from_output(self, xp: Namespace, p: Array) -> CategoricalCovariance:
        """(diag(p) - p p^T) / T, whatever the noise was."""
        return CategoricalCovariance.from_probabilities(xp, p, 1.0 / self.temperature)

    def draw_noise(self, shape: tuple[int, ...]) -> Array:
        """The noise of logits of that shape, class axis last.

        Raises:
            ParameterError: the generator is torch's, which draws for tensors.
        """
        if self.noise is not None:
            return self.noise
        if self.key is not None:
            from jax import numpy, random

            return random.gumbel(self.key, shape, numpy.float32)
        source = self.generator
        if isinstance(source, np.random.Generator):
            return _gumbel(source, shape)
        if source is None:
            return _gumbel(np.random.default_rng(), shape)
        if _is_of_torch(source):
            raise ParameterError(
                "GumbelSoftmax: generator is torch's, which draws for tensors; for other arrays "
                "expected a numpy.random.Generator, a seed >= 0 or None"
            )
        return _gumbel(np.random.default_rng(source), shape[-1:])

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition, for noise that is the same at every call.

        Raises:
            CapabilityError: every call draws new noise, or the noise is not that of one row.
        """
        from mpmath import exp, fsum, mpf

        said = isinstance(self.generator, int | np.integer) or self.key is not None
        fresh = self.noise is None and not said
        noise = None if fresh else np.asarray(self.draw_noise((len(z),)), dtype=np.float64)
        if noise is None or noise.ndim > 1:
            raise CapabilityError(f"{self!r} has no exact value: give a seed, or noise of one row")
        shared = np.broadcast_to(noise, (len(z),)).tolist()
        e = [exp((x + mpf(g)) / self.temperature) for x, g in zip(z, shared, strict=True)]
        return [x / fsum(e) for x in e]


def _is_of_torch(source: object) -> bool:
    return type(source).__module__.partition(".")[0] == "torch"


def _gumbel(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """-log E with E ~ Exp(1), as float32 numbers."""
    tiny = float(np.finfo(np.float64).smallest_normal)
    exponential = np.maximum(generator.standard_exponential(shape), tiny)
    return (-np.log(exponential)).astype(np.float32)
