"""A network as an estimator is softgrad.nn's network, with labels, weights and rows set aside."""

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import softgrad as sg
from softgrad.errors import InputTypeError, ParameterError, TargetError, UnknownNameError
from softgrad.nn import SGD, Adam, Cosine, Dense, Network
from softgrad.sklearn import NetworkClassifier, NetworkRegressor

RAW, CULTIVARS = load_wine(return_X_y=True)
WINE = StandardScaler().fit_transform(RAW)
NAMES = np.array(["barolo", "grignolino", "barbera"])[CULTIVARS]
RNG = np.random.default_rng(3)
X = RNG.normal(size=(200, 4))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]


def test_it_is_the_network_of_softgrad_nn() -> None:
    ours = NetworkClassifier(
        (8,), optimiser=Adam(learning_rate=0.01), schedule=Cosine(), epochs=5, batch_size=32
    )
    ours.set_params(random_state=4).fit(WINE, CULTIVARS)
    seed = int(np.random.RandomState(4).randint(2**31 - 1))
    network = Network([Dense(8), "relu", Dense(3)], ("softmax", "cross_entropy"), seed=seed)
    history = network.fit(
        WINE, CULTIVARS, epochs=5, batch_size=32, optimiser=Adam(learning_rate=0.01),
        schedule=Cosine(), progress=False,
    )  # fmt: skip
    np.testing.assert_array_equal(ours.predict_proba(WINE), network.predict(WINE))
    assert ours.loss_curve_ == history.loss


def test_without_hidden_layers_it_is_logistic_regression() -> None:
    ours = NetworkClassifier((), optimiser="lbfgs", weight_decay=0.01, random_state=0)
    theirs = LogisticRegression(C=1.0 / (0.01 * len(WINE)), tol=1e-10).fit(WINE, NAMES)
    p = ours.fit(WINE, NAMES).predict_proba(WINE)
    np.testing.assert_allclose(p, theirs.predict_proba(WINE), atol=1e-5)
    assert (ours.predict(WINE) == theirs.predict(WINE)).all()


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge", "squared_error"])
def test_two_classes_are_learnt_with_one_score(loss: str) -> None:
    model = NetworkClassifier(loss=loss, epochs=60, random_state=0).fit(WINE, CULTIVARS == 1)
    assert model.network_.outputs == 1
    assert model.score(WINE, CULTIVARS == 1) > 0.97


def test_rows_of_weight_nought_are_not_there() -> None:
    kept = np.arange(len(WINE)) % 3 > 0
    settings: dict[str, Any] = {"epochs": 10, "random_state": 0}
    apart = NetworkClassifier(**settings).fit(WINE[kept], NAMES[kept])
    weighed = NetworkClassifier(**settings).fit(WINE, NAMES, kept.astype(float))
    np.testing.assert_allclose(weighed.predict_proba(WINE), apart.predict_proba(WINE), atol=1e-9)


def test_class_weights_are_weights_of_their_rows() -> None:
    settings: dict[str, Any] = {"epochs": 10, "random_state": 0}
    by_class = NetworkClassifier(class_weight={"barolo": 3.0}, **settings).fit(WINE, NAMES)
    by_row = NetworkClassifier(**settings).fit(WINE, NAMES, np.where(NAMES == "barolo", 3.0, 1.0))
    np.testing.assert_allclose(by_class.predict_proba(WINE), by_row.predict_proba(WINE))


def test_it_stops_by_the_loss_of_the_eval_set_with_its_weights() -> None:
    some, others = slice(0, None, 2), slice(1, None, 2)
    weights = RNG.uniform(size=len(NAMES[others]))
    model = NetworkClassifier(
        activation="softmax", loss="focal", early_stopping=True, n_iter_no_change=3,
        learning_rate=0.05, random_state=0,
    )  # fmt: skip
    model.fit(
        WINE[some], NAMES[some], eval_set=(WINE[others], NAMES[others]), eval_sample_weight=weights
    )
    curve = model.validation_loss_curve_
    assert model.n_iter_ == len(curve) == int(np.argmin(curve)) + 4 < 200
    codes = np.searchsorted(model.classes_, NAMES[others])
    loss = sg.OutputLayer("softmax", "focal").value(
        model.network_.predict_logits(WINE[others]), codes, sample_weight=weights, reduction="mean"
    )
    assert float(loss) == pytest.approx(min(curve))
    assert len(model.validation_scores_) == len(curve)


def test_rows_are_set_aside_where_there_is_no_eval_set() -> None:
    model = NetworkRegressor(early_stopping=True, n_iter_no_change=2, epochs=50, random_state=1)
    model.fit(X, Y)
    assert len(model.validation_loss_curve_) == model.n_iter_
    again = clone(model).fit(X, Y)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_an_eval_set_with_an_unknown_label_is_refused() -> None:
    others = np.where(NAMES == "barolo", "nebbiolo", NAMES)
    with pytest.raises(TargetError, match=r"eval_set's y has the label .*nebbiolo"):
        NetworkClassifier(epochs=1).fit(WINE, NAMES, eval_set=(WINE, others))
    with pytest.raises(InputTypeError, match="2 pairs"):
        NetworkClassifier(epochs=1).fit(WINE, NAMES, eval_set=[(WINE, NAMES), (WINE, NAMES)])


def test_partial_fits_learn_from_batch_to_batch() -> None:
    model = NetworkClassifier(random_state=0, learning_rate=0.02)
    order = RNG.permutation(len(WINE))
    for _ in range(8):
        for rows in np.array_split(order, 6):
            model.partial_fit(WINE[rows], NAMES[rows], classes=np.unique(NAMES))
    assert model.n_iter_ == len(model.loss_curve_) == 48
    assert model.score(WINE, NAMES) > 0.95
    first = NetworkClassifier(random_state=0)
    first.partial_fit(WINE[:10], NAMES[:10], classes=np.unique(NAMES))  # of one class alone
    assert first.predict_proba(WINE).shape == (len(WINE), 3)
    with pytest.raises(TargetError, match="not those of the first call"):
        first.partial_fit(WINE, NAMES, classes=["barolo", "nebbiolo"])
    with pytest.raises(ParameterError, match="partial_fit does not see all rows"):
        NetworkClassifier(class_weight="balanced").partial_fit(WINE, NAMES)


def test_a_warm_start_goes_on() -> None:
    model = NetworkRegressor(epochs=20, random_state=0, warm_start=True).fit(X, Y)
    reached = model.loss_curve_[-1]
    assert model.fit(X, Y).loss_curve_[0] < 1.2 * reached
    assert model.set_params(hidden=(3,)).fit(X, Y).network_.layers[0] == Dense(3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_stay_as_wide_as_they_came(dtype: Any) -> None:
    model = NetworkRegressor(epochs=2).fit(X.astype(dtype), Y)
    assert model.predict(X.astype(dtype)).dtype == dtype


def test_several_columns_have_one_network() -> None:
    both = np.stack([Y, -Y], axis=1)
    model = NetworkRegressor(epochs=100, random_state=0).fit(X, both)
    assert model.predict(X).shape == both.shape
    assert model.score(X, both) > 0.6
    several = np.stack([Y > 0.0, X[:, 0] > 0.0], axis=1).astype(int)
    classifier = NetworkClassifier(epochs=100, random_state=0).fit(X, several)
    assert classifier.score(X, several) > 0.7


def test_quantiles_ascend_and_gaussian_has_a_deviation() -> None:
    quantiles = NetworkRegressor(loss="multi_quantile", epochs=20, random_state=0).fit(X, Y)
    assert (np.diff(quantiles.predict(X), axis=1) >= 0.0).all()
    gaussian = NetworkRegressor(loss="gaussian", epochs=20, random_state=0).fit(X, Y)
    _, deviation = gaussian.predict(X, return_std=True)
    assert (deviation > 0.0).all()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"hidden": (0,)}, ParameterError, r"hidden is \(0,\)"),
        ({"hidden_activation": "rellu"}, UnknownNameError, "rellu"),
        ({"optimiser": SGD(), "learning_rate": 0.1}, ParameterError, "of its own"),
        ({"optimiser": "lbfgs", "learning_rate": 0.1}, ParameterError, "no learning rate"),
        ({"optimiser": "lbfgs", "batch_size": 10}, ParameterError, "all rows in every step"),
        ({"batch_size": "large"}, ParameterError, "batch_size is 'large'"),
        ({"epochs": 0}, ParameterError, "epochs is 0"),
        ({"early_stopping": True, "validation_fraction": 1.0}, ParameterError, "fraction is 1.0"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    settings: dict[str, Any], error: Any, message: str
) -> None:
    with pytest.raises(error, match=message):
        NetworkClassifier(**settings).fit(WINE, NAMES)


def test_sparse_inputs_are_refused() -> None:
    with pytest.raises(TypeError, match="dense data is required"):
        NetworkClassifier().fit(csr_matrix(WINE), NAMES)


def test_searches_and_pipelines_take_it() -> None:
    model = make_pipeline(
        StandardScaler(), NetworkClassifier((16,), learning_rate=0.05, epochs=15, random_state=0)
    )
    grid = {"networkclassifier__loss": ["cross_entropy", sg.Focal(gamma=2.0)]}
    assert GridSearchCV(model, grid, cv=2).fit(RAW, NAMES).best_score_ > 0.9
