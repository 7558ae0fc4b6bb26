"""Two worker processes train the model that one process trains."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import distributed
import numpy as np
import pytest
import xgboost as xgb

import softgrad as sg
from boosting.problems import weights_of
from softgrad.boosting import objective

ROWS, K = 2000, 3
ROUNDS = 5


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Inputs on a grid of 32 values, so that every process bins them alike."""
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 32, size=(ROWS, 5)).astype(float)
    scores = np.stack([inputs[:, 0] - inputs[:, 1], inputs[:, 2], inputs[:, 3]], axis=1) / 8
    return inputs, np.argmax(scores + rng.gumbel(size=(ROWS, K)), axis=1)


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    with warnings.catch_warnings():
        # Sockets and event loops that third parties leave to the garbage collector.
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                host="127.0.0.1",
            ) as cluster,
            distributed.Client(cluster) as found,
        ):
            yield found
        gc.collect()


def spread(client, array: np.ndarray):
    """A Dask array of two halves, the first on one worker, the second on the other."""
    import dask.array as da

    workers = sorted(client.scheduler_info()["workers"])
    assert len(workers) == 2
    halves = [
        client.scatter(half, workers=[worker], direct=True)
        for half, worker in zip(np.array_split(array, 2), workers, strict=True)
    ]
    return da.concatenate(
        [da.from_delayed(half, (len(array) // 2, *array.shape[1:]), array.dtype) for half in halves]
    )


@pytest.mark.filterwarnings("ignore")
def test_xgboost_on_two_processes(client):
    import xgboost.dask

    X, y = rows()
    w = weights_of(ROWS)
    obj = objective("softmax", sg.Focal(gamma=2.0), library="xgboost", classes=K)
    params = {**obj.params(y, w), "nthread": 1, "tree_method": "hist"}
    alone = xgb.train(params, xgb.DMatrix(X, y, weight=w), ROUNDS, obj=obj)
    matrix = xgboost.dask.DaskDMatrix(
        client, spread(client, X), spread(client, y), weight=spread(client, w)
    )
    assert len(matrix.worker_map) == 2
    trained = xgboost.dask.train(client, params, matrix, ROUNDS, obj=obj)
    together = trained["booster"]
    np.testing.assert_allclose(obj.predict(together, X), obj.predict(alone, X), atol=1e-5)
    losses = [
        obj.value(one.inplace_predict(X, predict_type="margin"), y, w) for one in (alone, together)
    ]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_lightgbm_on_two_processes(client):
    import lightgbm as lgb

    X, y = rows()
    obj = objective("softmax", sg.Focal(gamma=2.0), library="lightgbm", classes=K)
    words = {
        "objective": obj,
        "n_estimators": ROUNDS,
        "num_leaves": 8,
        "min_child_samples": 1,
        "verbosity": -1,
        "n_jobs": 1,
    }
    alone = lgb.LGBMClassifier(**words).fit(X, y)
    together = lgb.DaskLGBMClassifier(client=client, tree_learner="data", **words)
    together.fit(spread(client, X), spread(client, y))
    local = together.to_local()
    losses = [obj.value(one.predict(X, raw_score=True), y) for one in (alone, local)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-6)
    np.testing.assert_allclose(obj.predict(local, X), obj.predict(alone, X), atol=1e-5)
