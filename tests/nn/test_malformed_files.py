"""Whatever a file holds: it becomes a network, or a `StorageError`, soon and in little memory."""

from __future__ import annotations

import json
import os
import resource

import numpy as np
import pytest
from safetensors.numpy import load_file

from nn.mutated_files import Damage, originals
from nn.saved_networks import description_of, network, rewritten
from softgrad.errors import StorageError
from softgrad.layer.options import Settings
from softgrad.nn import Dense, Network
from softgrad.nn.description_schema import SETTINGS
from softgrad.nn.tensor_file import TensorFile


@pytest.fixture
def path(tmp_path):
    return network().build(3).save(tmp_path / "network.safetensors")


def refused(path, message, **changes):
    """The file with another description is no network, and is not waited for."""
    rewritten(path, network=json.dumps({**description_of(path), **changes}))
    with pytest.raises(StorageError, match=message):
        Network.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": 10**12}, "needs float64 of shape"),
        ({"inputs": 1e12}, "inputs is .*; expected a whole number >= 1"),
        ({"inputs": True}, "inputs is True"),
        ({"seed": -1}, "seed is -1; expected a whole number >= 0"),
        ({"seed": 0.5}, "seed is 0.5"),
        ({"dtype": "O"}, "dtype is 'O'; expected 'float64' or 'float32'"),
        ({"task": "zzz"}, "task is 'zzz'; expected null or 'classes' or 'coins' or 'values'"),
        ({"epochs_trained": "many"}, "epochs_trained is 'many'"),
        ({"loss": []}, "loss has 0 items"),
        ({"loss": [[float("nan"), {"name": "cross_entropy"}]]}, "expected a finite number"),
        ({"loss": [[1.0, {"name": "cross_entropy", "zzz": 1}]]}, "'zzz' that is not known"),
        ({"loss": [[1.0, {"name": "softmax"}]]}, "name is 'softmax'; expected a name"),
        ({"activation": {"name": ["softmax"]}}, "expected a name of the catalogue"),
        ({"activation": {"name": "softmax", "temperature": 10**400}}, "a finite number"),
        ({"activation": {"name": "softmax", "temperature": True}}, "a finite number"),
        ({"activation": {"name": "softmax", "temperature": 0}}, "expected a number > 0"),
        ({"activation": {"name": "gelu", "approximate": "no"}}, "expected true or false"),
        ({"activation": {"name": "gumbel_softmax", "noise": "loud"}}, "expected a number"),
        ({"activation": {"name": "gumbel_softmax", "noise": [1, 2]}}, "rows of 3 logits"),
        ({"settings": {"axis": 2}}, "axis 2 does not exist"),
        ({"activation": {"name": "tanh"}}, "cross_entropy|CrossEntropy"),
        ({"settings": {"axis": "a"}}, "settings.axis is 'a'; expected a whole number"),
        ({"settings": {"axis": {"tuple": ["a"]}}}, "expected a whole number"),
        ({"settings": {"reduction": "zzz"}}, "settings.reduction is 'zzz'"),
        ({"settings": {"label_smoothing": "0.1"}}, "settings.label_smoothing is '0.1'"),
        ({"settings": {"margin": -1}}, "settings.margin is -1"),
        ({"settings": {"ignore_label": "a"}}, "settings.ignore_label is 'a'"),
        ({"settings": {"class_weight": "balanced"}}, "class_weight is 'balanced'"),
        ({"settings": {"class_weight": [1.0, -1.0]}}, r"class_weight\[1\] is -1.0"),
        ({"settings": {"class_weight": {"mapping": [["a", 1.0]]}}}, "a label is 'a'"),
        ({"settings": {"sample_weight": [1.0]}}, "'sample_weight' that is not known"),
        ({"notes": {"mapping": [[[], 1]]}}, "a key that cannot be one"),
        ({"notes": {"array": [0], "dtype": "V1000000000"}}, "expected the dtype of an array"),
        ({"notes": {"array": ["a", "b"], "dtype": "U9999999"}}, "too large"),
        ({"notes": {"array": [1], "shape": [2], "dtype": "int64"}}, "no array"),
        ({"notes": {"else": 1}}, "expected an object of array, tuple, mapping"),
        ({"layers": "relu"}, "layers is 'relu'; expected a list"),
        ({"layers": [{"layer": "dense", "units": 3}]}, "has no 'biases'"),
        ({"layers": [{"layer": ["dense"]}]}, "expected 'dense' or 'activation'"),
        ({"zzz": 1}, "'zzz' that is not known"),
    ],
)
def test_a_description_is_read_by_a_schema_before_anything_is_made(path, changes, message):
    refused(path, message, **changes)


def test_the_schema_knows_every_setting_of_an_output_layer_and_every_field_of_a_layer(tmp_path):
    assert set(SETTINGS) == set(Settings.__annotations__)
    path = Network([Dense(2)], inputs=1).save(tmp_path / "n")
    assert set(description_of(path)["layers"][0]) == {"layer", *Dense.__annotations__}


def test_text_for_a_flag_of_a_layer_is_refused(path):
    layers = description_of(path)["layers"]
    layers[0]["biases"] = "no"
    refused(path, r"layers\[0\].biases is 'no'; expected true or false", layers=layers)


def test_what_cannot_be_a_description_is_refused_at_once(path):
    for told in ("", "[" * 100_000, "null", '{"a": 1, "a": 2}', "{", "[]"):
        rewritten(path, network=told)
        with pytest.raises(StorageError, match=r"the description in .* cannot be used"):
            Network.load(path)


def test_the_size_of_a_description_is_bounded(path):
    relu = {"layer": "activation", "activation": {"name": "relu"}}
    refused(path, "expected 0 to 1000", layers=[relu] * 2_000)
    refused(path, "expected at most 8388608", notes="x" * 9_000_000)


def test_a_header_that_says_two_gigabytes_is_not_read(path):
    length = 2**31
    with path.open("r+b") as file:
        file.write(length.to_bytes(8, "little"))
        file.truncate(length + 100)  # takes no room on disk
    with pytest.raises(StorageError, match="its header has 2147483648 bytes"):
        Network.load(path)


def test_numbers_that_are_none_are_neither_saved_nor_loaded(path):
    tensors = load_file(path)
    for wrong in (np.nan, np.inf):
        tensors["layers.2.biases"][1] = wrong
        rewritten(path, tensors)
        with pytest.raises(StorageError, match="biases has entries that are NaN or infinite"):
            Network.load(path)
        one = network().build(3)
        one.parameters[-1] = wrong
        with pytest.raises(StorageError, match=r"layers\.2\.biases of this network has entries"):
            one.save(path)


def test_a_file_that_is_cut_short_while_it_is_read_is_refused(tmp_path):
    path = Network([Dense(400)], inputs=100).save(tmp_path / "n")
    with TensorFile(path) as file:
        os.truncate(path, 100_000)
        with pytest.raises(StorageError, match="it became shorter"):
            file.read("layers.0.weights")


def test_a_pipe_in_place_of_a_network_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError, match="it is a pipe"):
        Network.load(tmp_path / "pipe")
    with pytest.raises(StorageError, match="it is a pipe"):
        network().build(3).save(tmp_path / "pipe")
    with pytest.raises(StorageError, match="NUL"):
        Network.load("a\0b")


def test_damaged_files_are_refused_with_one_kind_of_error_and_little_memory(tmp_path):
    """tools/fuzz_storage.py runs over thousands."""
    random = np.random.default_rng(1)
    files = [Damage(one, tmp_path).each(random) for one in originals()]
    damaged = tmp_path / "damaged"
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    messages = []
    for number in range(480):
        _, content = next(files[number % len(files)])
        damaged.write_bytes(content)
        try:
            Network.load(damaged)
        except StorageError as error:
            messages.append(str(error))
    assert 400 < len(messages) < 480  # some damage is none
    assert max(map(len, messages)) < 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start < 64 * 1024
