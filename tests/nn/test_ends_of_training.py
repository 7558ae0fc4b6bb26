"""However training ends, nothing is lost: Ctrl-C, divergence, infinite losses."""

import numpy as np
import pytest

from softgrad.errors import SoftgradError, StorageError, TrainingError
from softgrad.nn import LBFGS, SGD, Dense, Network, storage, training

rng = np.random.default_rng(3)
X = rng.normal(size=(90, 4))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0).astype(int)


def network():
    return Network([Dense(8), "tanh", Dense(3)], ("softmax", "squared_error"))


def interrupt_after(epoch, seen=None):
    def callback(history):
        if seen is not None and history.best_epoch == history.epochs:
            seen.append(history.epochs)
        if history.epochs == epoch:
            raise KeyboardInterrupt

    return callback


@pytest.mark.parametrize("optimiser", ["adam", "sgd", "lbfgs"])
def test_an_interruption_keeps_the_best_parameters_and_the_history(optimiser, tmp_path):
    one = network()
    path = tmp_path / "best.safetensors"
    history = one.fit(
        X, LABELS, epochs=30, optimiser=optimiser, callback=interrupt_after(3), checkpoint=path
    )
    assert history.interrupted
    assert history.epochs == 3
    assert one.evaluate(X, LABELS)["loss"] == min(history.loss)
    assert history.checkpoint == path.resolve()
    assert str(path.resolve()) in history.message
    assert history.message.startswith(
        "interrupted in epoch 4; the parameters are those of the best"
    )
    np.testing.assert_array_equal(Network.load(path).parameters, one.parameters)


def test_an_interruption_returns_to_the_best_epoch_not_the_last():
    one = network()
    settings = {"optimiser": SGD(learning_rate=8.0, momentum=0.9), "epochs": 60}
    noise = (X[:30], rng.integers(0, 3, 30))
    history = one.fit(X, LABELS, validation_data=noise, callback=interrupt_after(20), **settings)
    assert history.best_epoch < 20
    assert one.evaluate(*noise)["loss"] == min(history.val_loss)


def test_an_interruption_in_the_first_epoch_keeps_what_was_learnt_so_far(monkeypatch):
    one = network()
    one.build(4)
    before = one.parameters.copy()
    plain, calls = Network.value_and_gradient, []

    def interrupted(self, *given, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return plain(self, *given, **options)

    monkeypatch.setattr(Network, "value_and_gradient", interrupted)
    history = one.fit(X, LABELS, batch_size=10)
    assert history.interrupted
    assert history.epochs == 0
    assert not np.array_equal(one.parameters, before)
    assert "before the first epoch's end" in history.message


def test_a_loss_that_is_not_finite_names_its_batch_and_keeps_the_best(tmp_path):
    regression = Network([Dense(1)], ("identity", "squared_error"))
    path = tmp_path / "best.safetensors"
    y = X @ [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(TrainingError) as caught:
        regression.fit(
            X, y, optimiser=SGD(learning_rate=1e200), epochs=5, batch_size=30, checkpoint=path
        )
    message = str(caught.value)
    assert "is inf in epoch 1, batch 2" in message or "not finite in epoch 1, batch" in message
    assert "learning rate ten times lower" in message
    assert "scale the inputs" in message
    assert str(path) in message
    assert np.all(np.isfinite(regression.parameters))
    assert isinstance(caught.value, SoftgradError)
    np.testing.assert_array_equal(Network.load(path).parameters, regression.parameters)


def test_divergence_is_noticed_while_the_loss_is_still_finite():
    regression = Network([Dense(1)], ("identity", "squared_error"))
    y = X @ [1.0, 2.0, 3.0, 4.0]
    settings = {"epochs": 200, "batch_size": 90}
    with pytest.raises(TrainingError, match="training diverges: the loss was") as caught:
        regression.fit(X, y, optimiser=SGD(learning_rate=1.5, momentum=0.0), **settings)
    assert "best epoch, 1" in str(caught.value)
    assert np.all(np.isfinite(regression.predict(X)))


def test_an_infinite_loss_before_the_first_step_is_no_fault_of_the_learning_rate():
    one = Network([Dense(1)], ("identity", "squared_error"))
    with pytest.raises(TrainingError, match=r"the loss is (inf|nan) before the first step"):
        one.fit(X * 1e200, np.zeros(90))


def test_a_checkpoint_that_cannot_be_written_is_noticed_before_training(tmp_path):
    for path in (tmp_path / "no folder" / "n", tmp_path):
        one = network()
        with pytest.raises(StorageError, match="cannot be written"):
            one.fit(X, LABELS, checkpoint=path)
        assert one.epochs_trained == 0
    assert list(tmp_path.iterdir()) == []


def test_a_validation_loss_that_is_not_finite_is_never_the_best(monkeypatch):
    one = network()
    X_held_out, real = X[:7], one.measure

    def spoilt(data, targets, weights=None):
        found = real(data, targets, weights)
        broken = len(data) == 7 and one.epochs_trained == 2
        return {**found, "loss": np.nan} if broken else found

    monkeypatch.setattr(one, "measure", spoilt)
    history = one.fit(X, LABELS, validation_data=(X_held_out, LABELS[:7]), epochs=4)
    assert np.isnan(history.val_loss[2])
    assert history.best_epoch != 3


def test_other_errors_pass_through_untouched():
    def broken(history):
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        network().fit(X, LABELS, callback=broken)


def test_a_checkpoint_is_written_at_the_end_and_as_parameters_improve(tmp_path, monkeypatch):
    from softgrad.nn import training

    monkeypatch.setattr(training, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    path, sizes = tmp_path / "best.safetensors", []
    one = network()
    history = one.fit(
        X, LABELS, epochs=3, checkpoint=path, callback=lambda _: sizes.append(path.exists())
    )
    assert sizes == [True, True, True]
    assert history.checkpoint == path.resolve()
    np.testing.assert_array_equal(Network.load(path).parameters, one.parameters)


def test_lbfgs_stops_by_patience():
    noise = (X[:30], rng.integers(0, 3, 30))
    history = network().fit(
        X, LABELS, optimiser=LBFGS(), epochs=300, validation_data=noise, patience=2
    )
    assert history.stopped_early
    assert history.epochs == history.best_epoch + 2


def test_a_checkpoint_that_has_no_room_for_a_while_ends_no_training(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    write, told = storage.write_file, []

    def full_at_first(path, data):
        told.append(len(told))
        if len(told) < 3:
            raise StorageError(f"{path} cannot be written: No space left on device")
        return write(path, data)

    monkeypatch.setattr(storage, "write_file", full_at_first)
    one = network()
    history = one.fit(X, LABELS, epochs=5, checkpoint=tmp_path / "n")
    assert (history.epochs, len(told) > 3) == (5, True)
    np.testing.assert_array_equal(Network.load(tmp_path / "n").parameters, one.parameters)
