"""From a table to a file to predictions of raw rows, whatever they come as."""

from __future__ import annotations

import numpy as np
import pytest

from softgrad.errors import (
    CapabilityError,
    DataError,
    ParameterError,
    ShapeError,
    StorageError,
)
from softgrad.layer import OutputLayer
from softgrad.nn import Dense, Network, load
from softgrad.nn.data import Scale, TableError, notes_of, read_table

ROWS = [(20 + k, "red" if k % 3 else "blue", "old" if k > 9 else "young") for k in range(20)]
NEW = "colour,extra,age\nred,1,39\nblue,2,20\n"


def trained(tmp_path, target, output, *, missing="refuse", epochs=150):
    """The path of a network of the table, and the network with its scales."""
    path = tmp_path / "people.csv"
    text = "".join(f"{age},{colour},{group}\n" for age, colour, group in ROWS)
    path.write_text(f"age,colour,group\n{text}", encoding="utf-8")
    task = "values" if target == "age" else "classes"
    data = read_table(path, target, task=task, missing=missing)
    inputs, targets = Scale.of_inputs(data), Scale.of_targets(data, OutputLayer(*output))
    network = Network([Dense(max(1, len(data.classes)))], output, seed=0)
    goal = targets.apply(data.targets) if targets else data.targets
    network.fit(inputs.apply(data.inputs), goal, epochs=epochs)
    network.notes = notes_of(data, inputs, targets)
    return network.save(tmp_path / "model.safetensors"), network, inputs, targets


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    pair = ("softmax", "cross_entropy")
    return load(trained(tmp_path_factory.mktemp("model"), "group", pair)[0])


def test_predictions_are_those_of_the_network_that_was_trained(tmp_path):
    path, network, scale, _ = trained(tmp_path, "group", ("softmax", "cross_entropy"))
    (tmp_path / "new.csv").write_text(NEW, encoding="utf-8")
    by_hand = network.predict(scale.apply(np.array([[39.0, 0, 1], [20, 1, 0]])))
    found = load(path)
    np.testing.assert_array_equal(found.predict_proba(tmp_path / "new.csv"), by_hand)
    assert found.predict(tmp_path / "new.csv").tolist() == ["old", "young"]
    assert (found.columns, found.classes) == (["age", "colour"], ("old", "young"))


def test_rows_in_any_form_give_the_same(model):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    columns = {"colour": ["red", "blue"], "age": [39, 20]}
    expected = model.predict_proba(columns)
    forms = [
        pandas.DataFrame(columns),
        polars.DataFrame(columns),
        np.array([[39, "red"], [20, "blue"]], dtype=object),
        [[39, "red"], [20, "blue"]],
    ]
    for rows in forms:
        np.testing.assert_array_equal(model.predict_proba(rows), expected)


def test_values_come_back_in_their_own_unit(tmp_path):
    path, network, scale, targets = trained(tmp_path, "age", ("identity", "squared_error"))
    inputs = scale.apply(np.array([[0.0, 1, 1, 0]]))
    found = load(path)
    expected = targets.undo(network.predict(inputs))[:, 0]
    np.testing.assert_array_equal(found.predict([["red", "old"]]), expected)
    assert 30 < expected[0] < 39
    with pytest.raises(CapabilityError, match="predicts values, not probabilities"):
        found.predict_proba([["red", "old"]])


def test_logarithms_of_probabilities_come_as_probabilities(tmp_path):
    pair = ("log_softmax", "negative_log_likelihood")
    found = load(trained(tmp_path, "group", pair, epochs=1)[0]).predict_proba([[39, "red"]])
    np.testing.assert_allclose(found.sum(), 1.0, rtol=1e-15)


@pytest.mark.parametrize(
    ("rows", "error", "told"),
    [
        ({"age": [1]}, TableError, "a column that the model was trained on is not there: colour"),
        ({"Age": [1], "colour": ["red"]}, TableError, "not there: age; did you mean Age"),
        (
            {"age": [1], "colour": ["green"]},
            TableError,
            "row 0, column 'colour': 'green' is no cat",
        ),
        ({"age": ["old"], "colour": ["red"]}, TableError, "'old' is not a number"),
        ({"age": [None], "colour": ["red"]}, TableError, "the value is missing"),
        ({"age": [np.inf], "colour": ["red"]}, TableError, "inf is not finite"),
        ({"age": [1, 2], "colour": ["red"]}, ShapeError, "different lengths"),
        ([[1, "red", 2]], ShapeError, "3 columns; expected 2: age, colour"),
        ([1, "red"], ShapeError, "one row is"),
    ],
)
def test_rows_that_do_not_fit_are_refused(model, rows, error, told):
    with pytest.raises(error) as caught:
        model.predict(rows)
    assert told in str(caught.value)


def test_a_model_that_fills_missing_values_does_so_in_new_rows(tmp_path):
    path, network, scale, _ = trained(
        tmp_path, "group", ("softmax", "cross_entropy"), missing="mean", epochs=1
    )
    expected = network.predict(scale.apply(np.array([[29.5, 0, 0]])))  # the mean of 20 ... 39
    found = load(path).predict_proba({"age": [None], "colour": [""]})
    np.testing.assert_array_equal(found, expected)


def test_a_category_that_was_not_trained_on_is_none_where_asked(tmp_path):
    path, network, scale, _ = trained(tmp_path, "group", ("softmax", "cross_entropy"), epochs=1)
    rows = {"age": [30, 30], "colour": ["green", "red"]}
    with pytest.raises(TableError, match=r"'green' is no category.*with unknown='none'"):
        load(path).predict(rows)
    expected = network.predict(scale.apply(np.array([[30.0, 0, 0], [30, 0, 1]])))
    model = load(path, unknown="none")
    np.testing.assert_array_equal(model.predict_proba(rows), expected)
    assert model.schema.unknown(model.table(rows)) == {"colour": ["green"]}
    with pytest.raises(ParameterError, match="unknown is 'drop'; expected refuse, none"):
        load(path, unknown="drop")


def test_a_network_that_knows_nothing_of_tables_or_lies_is_refused(tmp_path):
    path, network, _, _ = trained(tmp_path, "group", ("softmax", "cross_entropy"), epochs=1)
    notes = dict(network.notes)
    network.notes = {}
    with pytest.raises(DataError, match="takes no raw rows"):
        load(network.save(path))
    for lie in (
        {"table": {**notes["table"], "columns": [{"name": "age", "categories": 3, "unit": ""}]}},
        {"table": {**notes["table"], "columns": notes["table"]["columns"][:1]}},
        {"table": 3},
        {"table": {**notes["table"], "missing": "mean"}},
        {"classes": ["a", "b", "c"]},
        {"input_centre": [0.0]},
        {"input_spread": ["x", "y", "z"]},
    ):
        network.notes = {**notes, **lie}
        with pytest.raises(StorageError, match="notes of this network cannot be used"):
            load(network.save(path))
