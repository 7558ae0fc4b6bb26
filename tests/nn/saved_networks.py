"""A network with something of everything in it, and its file with other content."""

from __future__ import annotations

import json

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import softgrad as sg
from softgrad.nn import Dense, Network


def network(dtype="float64"):
    layer = sg.OutputLayer(
        sg.Softmax(temperature=0.5),
        sg.cross_entropy + 0.1 * sg.Focal(gamma=1.5),
        class_weight={0: 2.0, 2: 0.5},
        label_smoothing=0.1,
        axis=-1,
    )
    one = Network([Dense(4, biases=False), sg.LeakyReLU(slope=0.2), Dense(3)], layer, dtype=dtype)
    one.notes = {"classes": ["a", "b", "c"], "scale": (16.0, np.float64(0.1)), "ids": np.arange(3)}
    return one


def rewritten(path, tensors=None, **header):
    """The file with other tensors or another header."""
    with safe_open(path, framework="numpy") as file:
        old = file.metadata()
    save_file(load_file(path) if tensors is None else tensors, path, {**old, **header})


def description_of(path):
    with safe_open(path, framework="numpy") as file:
        return json.loads(file.metadata()["network"])
