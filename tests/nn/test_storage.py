"""Networks in files: bit for bit there and back, and nothing else is ever loaded."""

import json
import pickle

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import softgrad as sg
from nn.saved_networks import description_of, network, rewritten
from softgrad.errors import NotFittedError, StorageError
from softgrad.nn import Dense, Network, storage
from softgrad.nn.tensor_file import TensorFile

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
LABELS = rng.integers(0, 3, 40)


@pytest.fixture
def path(tmp_path):
    one = network()
    one.fit(X, LABELS, epochs=2)
    return one.save(tmp_path / "network.safetensors")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_is_saved_comes_back_bit_for_bit(dtype, tmp_path):
    one = network(dtype)
    one.fit(X, LABELS, epochs=2)
    same = Network.load(one.save(tmp_path / "network.safetensors"))
    np.testing.assert_array_equal(same.parameters, one.parameters)
    np.testing.assert_array_equal(same.predict(X), one.predict(X))
    assert same.evaluate(X, LABELS) == one.evaluate(X, LABELS)
    assert repr(same) == repr(one)
    assert (same.dtype, same.seed, same.task, same.epochs_trained) == (dtype, 0, "classes", 2)
    assert same.output.settings == one.output.settings
    assert same.notes["classes"] == ["a", "b", "c"]
    assert same.notes["scale"] == (16.0, 0.1)
    np.testing.assert_array_equal(same.notes["ids"], np.arange(3))


def test_training_goes_on_after_loading_as_if_nothing_had_happened(path):
    settings = {"optimiser": "sgd", "epochs": 1}
    loaded, kept = Network.load(path), network()
    kept.fit(X, LABELS, epochs=2)
    for one in (loaded, kept):
        one.fit(X, LABELS, **settings)
    np.testing.assert_array_equal(loaded.parameters, kept.parameters)


def covering_pairs():
    """Pairs in which every activation and every loss occurs at least once."""
    seen, found = set(), []
    for pair in sg.pairs():
        if not seen.issuperset(pair):
            seen.update(pair)
            found.append(pair)
    return found


@pytest.mark.parametrize("pair", covering_pairs(), ids=" x ".join)
def test_every_activation_and_every_loss_can_be_saved(pair, tmp_path):
    one = Network([Dense(3)], pair, inputs=2)
    same = Network.load(one.save(tmp_path / "one.safetensors")).output
    assert same.loss == one.output.loss
    assert type(same.activation) is type(one.output.activation)
    assert same.activation.hyper_parameters == one.output.activation.hyper_parameters


def test_an_axis_of_entries_comes_back_as_a_tuple(tmp_path):
    layer = sg.OutputLayer("sigmoid", "cross_entropy", axis=())
    one = Network([Dense(3)], layer, inputs=2)
    assert Network.load(one.save(tmp_path / "n")).output.settings == {"axis": ()}


def test_a_pickle_is_refused_without_being_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was loaded",))

    path = tmp_path / "network.pkl"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(StorageError, match=r"looks like a pickle .* never loaded"):
        Network.load(path)
    np.savez(tmp_path / "network.npz", X)
    with pytest.raises(StorageError, match="or an archive"):
        Network.load(tmp_path / "network.npz")


@pytest.mark.parametrize("keep", [0, 4, 60, -1])
def test_a_truncated_file_is_refused(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(StorageError, match="no safetensors file, or only a part of one"):
        Network.load(path)


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path):
    with pytest.raises(StorageError, match="No such file"):
        Network.load(tmp_path / "nothing")
    with pytest.raises(StorageError, match="cannot be read"):
        Network.load(tmp_path)


def test_another_format_or_version_is_refused(path):
    rewritten(path, version="99")
    with pytest.raises(
        StorageError, match="version 99 of the format; this softgrad reads version 1"
    ):
        Network.load(path)
    rewritten(path, format="something else")
    with pytest.raises(StorageError, match="holds no softgrad network"):
        Network.load(path)
    save_file({"x": X}, path)
    with pytest.raises(StorageError, match="holds no softgrad network"):
        Network.load(path)


def test_missing_foreign_and_misshapen_parameters_are_refused(path):
    tensors = load_file(path)
    rewritten(path, {k: v for k, v in tensors.items() if k != "layers.2.biases"})
    with pytest.raises(StorageError, match=r"lacks the parameter layers\.2\.biases"):
        Network.load(path)
    rewritten(path, {**tensors, "extra": X})
    with pytest.raises(StorageError, match="a parameter extra"):
        Network.load(path)
    for wrong in (np.zeros(2), np.zeros(3, np.float32)):
        rewritten(path, {**tensors, "layers.2.biases": wrong})
        with pytest.raises(StorageError, match=r"needs float64 of shape \(3,\)"):
            Network.load(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d.pop("activation"),
        lambda d: d["activation"].update(name="sofmax"),
        lambda d: d["activation"].update(temperature=-1.0),
        lambda d: d["layers"].append({"layer": "convolution"}),
        lambda d: d.update(inputs="many"),
        lambda d: d.update(loss=None),
    ],
)
def test_a_damaged_description_is_refused(path, damage):
    description = description_of(path)
    damage(description)
    rewritten(path, network=json.dumps(description))
    with pytest.raises(StorageError, match=r"the description in .* cannot be used"):
        Network.load(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(path, monkeypatch):
    before = path.read_bytes()

    def no_space(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(StorageError, match="cannot be written: No space left"):
        network().build(3).save(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_what_a_file_cannot_hold_is_refused(tmp_path):
    with pytest.raises(NotFittedError):
        network().save(tmp_path / "n")
    one = network().build(3)
    one.notes["made by"] = object()
    with pytest.raises(StorageError, match="has no form in a file"):
        one.save(tmp_path / "n")

    class Doubled(Dense):
        pass

    with pytest.raises(StorageError, match="Doubled has no form"):
        Network([Doubled(3)], inputs=2).save(tmp_path / "n")
    with pytest.raises(StorageError, match="cannot be written"):
        Network([Dense(3)], inputs=2).save(tmp_path / "no folder" / "n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_can_be_loaded_or_is_not_saved(tmp_path):
    for name, value, message in (
        ("task", "zzz", "task is 'zzz'"),
        ("epochs_trained", "many", "epochs_trained is 'many'"),
        ("notes", {"x": np.zeros(2, complex)}, "has no form in a file"),
        ("notes", {"x": np.longdouble(1)}, "has no form in a file"),
        ("notes", {"x": np.array([None])}, "has no form in a file"),
        ("notes", {"x": "y" * 8_000_000}, "keep long notes in a file of their own"),
    ):
        one = Network([Dense(3)], inputs=2)
        setattr(one, name, value)
        for save in (one.save, lambda path, one=one: storage.check_can_save(one, path)):
            with pytest.raises(StorageError, match=message):
                save(tmp_path / "n")
    one = Network([Dense(3)], inputs=2)
    one.notes["itself"] = one.notes
    with pytest.raises(StorageError, match="no form in a file"):
        one.save(tmp_path / "n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.float32([[1, np.nan]]),
        np.array(["a", "bcd"], dtype="U7"),
        np.array([True, False]),
        np.array(3),
        np.array([1, 2], dtype=">i4"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_in_notes_keep_shape_and_dtype(tmp_path, array):
    one = Network([Dense(3)], inputs=2)
    one.notes["array"] = array
    same = Network.load(one.save(tmp_path / "n")).notes["array"]
    assert (same.shape, same.dtype) == (array.shape, array.dtype)
    np.testing.assert_array_equal(same, array)


def test_what_softgrad_reads_is_what_the_library_of_the_format_reads(path):
    theirs = load_file(path)
    with TensorFile(path) as file:
        assert set(file.tensors) == set(theirs)
        for name, array in theirs.items():
            np.testing.assert_array_equal(file.read(name), array)


@pytest.mark.parametrize("length", [640, 896, 19280])
def test_a_header_whose_length_looks_like_a_pickle_or_an_archive_is_no_less_a_header(
    tmp_path, length
):
    """The first bytes of the file are its length: 0x80 begins a pickle, PK an archive."""
    one = Network([Dense(1)], inputs=1)
    one.notes = {"text": ""}
    shortest = int.from_bytes(one.save(tmp_path / "n").read_bytes()[:8], "little")
    one.notes["text"] = "x" * (length - shortest)
    start = one.save(tmp_path / "n").read_bytes()[:8]
    assert int.from_bytes(start, "little") == length
    assert start[:1] == b"\x80" or start[:2] == b"PK"
    assert Network.load(tmp_path / "n").notes == one.notes
