"""An estimator comes back from its file as it was, and nothing else comes from a file."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_wine

import softgrad as sg
from softgrad.errors import NotFittedError, StorageError
from softgrad.nn import Adam, Cosine, WarmUp
from softgrad.sklearn import (
    LinearClassifier,
    LinearRegressor,
    NetworkClassifier,
    NetworkRegressor,
    load,
)

WINE, CULTIVARS = load_wine(return_X_y=True)
WINE = (WINE - WINE.mean(axis=0)) / WINE.std(axis=0)
NAMES = np.array(["barolo", "grignolino", "barbera"])[CULTIVARS]
ALCOHOL = WINE[:, 0] + 0.1 * CULTIVARS
SOME: list[tuple[Any, Any]] = [
    (LinearClassifier(loss=sg.Focal(gamma=1.5), class_weight={"barolo": 2.0}), NAMES),
    (LinearClassifier(class_weight="balanced"), NAMES.astype(object)),
    (LinearClassifier(loss=sg.cross_entropy + 0.01 * sg.z_loss, activation="softmax"), CULTIVARS),
    (LinearClassifier(loss="hinge", C=0.01), CULTIVARS == 1),
    (LinearRegressor(loss=sg.MultiQuantile(tau=(0.2, 0.8)), max_iter=300), ALCOHOL),
    (LinearRegressor(loss="gaussian"), ALCOHOL),
    (NetworkClassifier((4,), hidden_activation=sg.GELU(), epochs=2), np.eye(3)[CULTIVARS]),
    (
        NetworkRegressor(
            (4, 3), optimiser=Adam(learning_rate=0.01), schedule=WarmUp(1.0, Cosine(0.1)), epochs=3
        ),
        np.stack([ALCOHOL, -ALCOHOL], axis=1),
    ),
]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return LinearClassifier().fit(WINE, NAMES).save(tmp_path / "model")


@pytest.mark.parametrize(("model", "y"), SOME, ids=lambda one: type(one).__name__)
def test_what_is_loaded_is_what_was_saved(model: Any, y: Any, tmp_path: Path) -> None:
    model.fit(WINE, y)
    found = load(model.save(tmp_path / "model"))
    assert type(found) is type(model)
    assert repr(found) == repr(model)
    np.testing.assert_array_equal(found.predict(WINE), model.predict(WINE))
    if hasattr(model, "classes_"):
        assert found.classes_.dtype == model.classes_.dtype
        np.testing.assert_array_equal(found.classes_, model.classes_)
    assert found.loss_curve_ == model.loss_curve_
    assert found.n_iter_ == model.n_iter_


def test_names_of_features_are_kept(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(WINE[:, :2], columns=["alcohol", "acid"])
    found = load(LinearClassifier().fit(frame, NAMES).save(tmp_path / "model"))
    assert list(found.feature_names_in_) == ["alcohol", "acid"]
    with pytest.raises(ValueError, match="feature names"):
        found.predict(frame.rename(columns={"acid": "base"}))


def test_a_class_loads_its_own_kind(saved: Path) -> None:
    assert isinstance(LinearClassifier.load(saved), LinearClassifier)
    with pytest.raises(StorageError, match="holds a LinearClassifier, not a LinearRegressor"):
        LinearRegressor.load(saved)


def test_what_has_no_form_in_a_file_is_said_before_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "model"
    with pytest.raises(NotFittedError, match="call fit first"):
        LinearClassifier().save(path)
    seeded = NetworkRegressor(epochs=1, random_state=np.random.RandomState(0)).fit(WINE, ALCOHOL)
    with pytest.raises(StorageError, match=r"random_state: .* has no form in a file"):
        seeded.save(path)

    class Own(LinearClassifier):
        pass

    with pytest.raises(StorageError, match="a Own has no form in a file"):
        Own().fit(WINE, NAMES).save(path)
    assert not path.exists()


def rewritten(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(entries["softgrad.json"])
    change(header)
    entries["softgrad.json"] = json.dumps(header).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h.update({"class": "Popen"}), "estimator.class is 'Popen'"),
        (lambda h: h.update(version=2), "version 2 of the format"),
        (lambda h: h.update(more=1), "'more' that is not known"),
        (lambda h: h.pop("output"), "has no 'output'"),
        (lambda h: h["parameters"].update(n_jobs={"plain": 2}), "has no parameter 'n_jobs'"),
        (lambda h: h["parameters"].update(C={"code": "1"}), "'code' that is not known"),
        (lambda h: h["parameters"].update(C={}), "an object with one of"),
        (lambda h: h["output"]["activation"].update(name="eval"), "a name of the catalogue"),
        (lambda h: h["output"].update(columns=2), "3 labels for 2 columns"),
        (lambda h: h["output"].update(columns=10**9), "columns is 1000000000"),
        (lambda h: h["output"].update(labels=[[]]), "expected a label"),
        (lambda h: h["output"].update(activation={"name": "identity"}), "does not fit"),
        (lambda h: h["features"].update(count=12), "expected shape"),
        (lambda h: h["features"].update(names=["a"]), "1 names for 13 features"),
        (lambda h: h["fitted"].update(coef_=[1.0]), "keeps no 'coef_'"),
        (lambda h: h["fitted"].update(n_iter_=-1), "n_iter_ is -1"),
        (lambda h: h.update(model="softgrad.json"), "lacks its model"),
    ],
)
def test_a_header_that_was_changed_is_refused(saved: Path, change: Any, message: str) -> None:
    rewritten(saved, change)
    with pytest.raises(StorageError, match=message):
        load(saved)


def test_other_files_are_refused(saved: Path, tmp_path: Path) -> None:
    content = saved.read_bytes()
    path = tmp_path / "other"
    for cut in (0, 1, 30, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        with pytest.raises(StorageError, match="no archive, or only a part"):
            load(path)
    path.write_bytes(pickle.dumps(LinearClassifier()))
    with pytest.raises(StorageError, match="pickles can run any code"):
        load(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("softgrad.json", "{}")
        archive.writestr("model", b"0" * 10**6)
    with pytest.raises(StorageError, match="compressed or encrypted"):
        load(path)
    with pytest.raises(StorageError, match="cannot be read"):
        load(tmp_path / "nothing")


def test_a_damaged_byte_is_never_anything_but_a_storage_error(saved: Path) -> None:
    content = saved.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(content), size=150):
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(rng.integers(8))
        saved.write_bytes(damaged)
        try:
            found = load(saved)
        except StorageError:
            continue
        assert found.predict(WINE).shape == NAMES.shape
