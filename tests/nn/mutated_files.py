"""Files of networks that were damaged at random: by the byte, in the header, in the description."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import softgrad as sg
from softgrad.nn import Dense, Network

# What may stand where something else is expected: wrong types, sizes and shapes of every kind.
POISON: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 0.5, -0.0, 1e308, float("nan"), float("inf"), 2**63, 10**12),
    *(
        10**400,
        -(10**400),
        "",
        "a",
        "no",
        "zzz",
        "\0",
        "\ud800",
        "x" * 10_000,
        [],
        {},
        [[]],
        [None],
    ),
    *([0] * 1000, [{}] * 1000, {"name": "softmax"}, {"name": "focal", "gamma": "2"}),
    *({"tuple": []}, {"tuple": 3}, {"tuple": [-1, "a"]}, {"mapping": 3}, {"mapping": [[1]]}),
    *({"mapping": [[[], 1]]}, {"mapping": [[{"tuple": [[]]}, 1]]}, {"mapping": [], "tuple": []}),
    *({"array": [1, 2], "dtype": kind} for kind in ("V1000000000", "U9999999", "O", "f8,f8", "f8")),
    *({"array": [1, [2]], "dtype": "float64"}, {"array": "a", "dtype": "int64"}),
    *(
        {"array": [10**30], "dtype": "int64"},
        {"array": [], "shape": [0, 10**9], "dtype": "float64"},
    ),
    *({"array": [1], "shape": [2], "dtype": "float64"}, {"array": ["1"], "dtype": "float64"}),
)


def originals() -> list[Network]:
    """Networks with something of everything that a file can hold."""
    rng = np.random.default_rng(0)
    everything = Network(
        [Dense(4, biases=False), sg.LeakyReLU(slope=0.2), Dense(3), sg.GELU(approximate=True)],
        sg.OutputLayer(
            sg.Softmax(temperature=0.5),
            sg.cross_entropy + 0.1 * sg.Focal(gamma=1.5),
            class_weight={0: 2.0, 2: 0.5},
            label_smoothing=0.1,
            ignore_label=-1,
            axis=-1,
        ),
        inputs=3,
    )
    everything.notes = {"names": ["a", "b"], "scale": (16.0, 0.1), "ids": rng.normal(size=(2, 3))}
    noisy = sg.OutputLayer(sg.GumbelSoftmax(noise=np.zeros(3)), "squared_error", margin=0.5)
    coins = sg.OutputLayer("sigmoid", "cross_entropy", axis=(), class_weight=np.ones(2))
    return [
        everything,
        Network([Dense(3)], noisy, inputs=2, dtype="float32", seed=7),
        Network([Dense(5), "relu", Dense(2)], coins, inputs=2),
    ]


class Damage:
    """One file of a network, and all that can happen to it.

    Args:
        network: what is saved.
        folder: where it is saved, for a moment.
    """

    def __init__(self, network: Network, folder: Path) -> None:
        self.whole = network.save(folder / "whole").read_bytes()
        length = struct.unpack("<Q", self.whole[:8])[0]
        self._header = self.whole[8 : 8 + length].decode()
        self._data = self.whole[8 + length :]

    def each(self, rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
        """Damaged files without end, each with a word for what was done."""
        kinds = (self._flipped, self._cut, self._length, self._text, self._tree, self._described)
        while True:
            for kind in kinds:
                yield kind.__name__.strip("_"), kind(rng)

    def _flipped(self, rng: np.random.Generator) -> bytes:
        """A few bytes, most of them in the header."""
        content = bytearray(self.whole)
        end = len(content) if rng.random() < 0.3 else 8 + len(self._header)
        for place in rng.integers(0, end, rng.integers(1, 9)):
            content[place] = rng.integers(0, 256)
        return bytes(content)

    def _cut(self, rng: np.random.Generator) -> bytes:
        """Shorter, longer, or with a part that occurs twice."""
        a, b = sorted(rng.integers(0, len(self.whole), 2))
        return (self.whole[:a], self.whole + self.whole[a:b], self.whole[:a] + self.whole[b:])[
            rng.integers(0, 3)
        ]

    def _length(self, rng: np.random.Generator) -> bytes:
        """A header that says another length than it has."""
        true = len(self._header.encode())
        known = (0, 1, true - 1, true + 1, 2**31, 2**63, 2**64 - 1, len(self.whole), 8 * 2**20 + 1)
        length = (
            known[rng.integers(0, len(known))] if rng.random() < 0.5 else rng.integers(2 * true)
        )
        return struct.pack("<Q", int(length)) + self.whole[8:]

    def _text(self, rng: np.random.Generator) -> bytes:
        """A sign of JSON in place of another, a part left out or doubled."""
        signs = '{}[]",:\\0e-'
        a, b = sorted(rng.integers(0, len(self._header), 2))
        b = min(b, a + 20)
        sign = signs[rng.integers(0, len(signs))]
        middle = (sign, "", 2 * self._header[a:b], sign * 5000)[rng.integers(0, 4)]
        return self._with_header(self._header[:a] + middle + self._header[b:])

    def _tree(self, rng: np.random.Generator) -> bytes:
        """A value of the header."""
        return self._with_header(json.dumps(_mutated(json.loads(self._header), rng)))

    def _described(self, rng: np.random.Generator) -> bytes:
        """A value of the description inside of it."""
        header = json.loads(self._header)
        description = json.loads(header["__metadata__"]["network"])
        for _ in range(rng.integers(1, 4)):
            description = _mutated(description, rng)
        header["__metadata__"]["network"] = json.dumps(description)
        return self._with_header(json.dumps(header))

    def _with_header(self, header: str) -> bytes:
        told = header.encode()
        return struct.pack("<Q", len(told)) + told + self._data


def _mutated(tree: Any, rng: np.random.Generator) -> Any:
    """A copy with one value changed, left out, added or moved."""
    tree = json.loads(json.dumps(tree))
    places = list(_places(tree))
    if not places:
        return POISON[rng.integers(0, len(POISON))]
    holder, key = places[rng.integers(0, len(places))]
    other, other_key = places[rng.integers(0, len(places))]
    poison = POISON[rng.integers(0, len(POISON))]
    choice = rng.integers(0, 8)
    if choice == 0:
        del holder[key]
    elif choice == 1 and isinstance(holder, list):
        holder.extend([holder[key]] * int(rng.integers(1, 3000)))
    elif choice == 1:
        holder["zzz"] = poison
    elif choice == 2:
        holder[key] = json.loads(json.dumps(other[other_key]))
    else:
        holder[key] = poison
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each value as its container and its key."""
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])
