"""What one process does with Keras on the backend that KERAS_BACKEND names, as JSON on its output.

`python session.py FOLDER`: a model is saved to that folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

import softgrad as sg
from keras_cases import CASES, LABELS, TAGS_OF_WORDS, WEIGHTS, WORDS, Case, X, Y
from softgrad.keras import Activation, Loss
from softgrad.keras.installed import check_backend


def numbers(tensor: Any) -> Any:
    return keras.ops.convert_to_numpy(tensor).tolist()


def loss_of(case: Case, reduction: str | None) -> Loss:
    return Loss(case.activation, case.loss, reduction=reduction, **case.settings)


def both(case: Case) -> list[Any]:
    """softgrad's loss, and Keras's."""
    theirs = getattr(keras.losses, case.keras)(from_logits=True)
    return [loss_of(case, "sum_over_batch_size"), theirs]


def slopes(loss: Loss, y_true: Any, z: np.ndarray) -> Any:
    """The gradient by the logits, by the backend's own differentiation."""
    if keras.backend.backend() == "jax":
        import jax

        return numbers(jax.jit(jax.grad(lambda z: loss(y_true, z)))(keras.ops.array(z)))
    import torch

    tensor = torch.tensor(z, requires_grad=True)
    return numbers(torch.autograd.grad(loss(y_true, tensor), tensor)[0])


def fitted(loss: Any, y: np.ndarray, *layers: Any, rate: float = 1.0, **options: Any) -> Any:
    """A head of zeros on some layers, and what its training printed."""
    head = keras.layers.Dense(3, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((X.shape[1],)), *layers, head])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss=loss)
    return model, model.fit(X, y, batch_size=len(X), verbose=0, **options).history["loss"]


def after_one_step(loss: Any, y: np.ndarray, **options: Any) -> Any:
    """The weights after a step of length 1 from zeros: minus the gradient."""
    return fitted(loss, y, **options)[0].get_weights()[0].tolist()


def saved(folder: Path) -> dict[str, Any]:
    """A model of sequences with padded steps, and with an activation inside, saved and loaded."""
    words = keras.Input((3,), dtype="int32")
    steps = keras.layers.Embedding(5, 4, mask_zero=True)(words)
    logits = keras.layers.Dense(3)(Activation(sg.LeakyReLU(slope=0.25))(steps))
    model = keras.Model(words, logits)
    focal = 1.0 * sg.Focal(gamma=1.5) + 0.01 * sg.z_loss
    model.compile(optimizer="adam", loss=Loss("softmax", focal, label_smoothing=0.125))
    model.fit(WORDS, TAGS_OF_WORDS, epochs=2, verbose=0)
    model.save(folder / "model.keras")
    again = keras.saving.load_model(folder / "model.keras")
    return {
        "logits": numbers(again(WORDS)),
        "logits before": numbers(model(WORDS)),
        "loss": again.evaluate(WORDS, TAGS_OF_WORDS, verbose=0),
        "activation": repr(again.layers[2].activation),
        "config": again.loss.get_config() == model.loss.get_config(),
    }


def trained(policy: str) -> dict[str, Any]:
    """Losses on the way of a network, and the dtypes of what it and its loss give."""
    keras.config.set_dtype_policy(policy)
    loss = Loss("sparsemax", "fenchel_young")
    hidden = keras.layers.Dense(8), Activation("gelu")
    model, losses = fitted(loss, Y, *hidden, rate=0.5, epochs=30)
    return {"losses": losses, "loss": str(loss(Y, model(X)).dtype), "model": str(model(X).dtype)}


def message(call: Callable[[], Any]) -> str:
    """What a call is refused with."""
    try:
        call()
    except Exception as error:  # of softgrad's, or of JAX's around it
        return f"{type(error).__name__}: {error}"
    return "no error"


Z = CASES[0].z
halved = Loss("softmax", "focal", dtype="float16")
kept = Activation("softmax")(keras.ops.array(Z), where=np.array([True, False, True]))
found = {
    "values": [numbers(loss_of(case, None)(case.y_true, case.z)) for case in CASES],
    "slopes": [slopes(loss_of(case, "sum"), case.y_true, case.z) for case in CASES],
    "beside keras": [
        [numbers(loss(case.y_true, case.z, np.array([1, 2, 0, 1]))) for loss in both(case)]
        for case in CASES
        if case.keras
    ],
    "steps": {n: after_one_step(Loss("entmax", "fenchel_young"), y) for n, y in LABELS.items()},
    "weighted step": after_one_step(Loss("softmax", "focal"), Y, sample_weight=WEIGHTS),
    "class-weighted step": after_one_step(Loss("softmax", "focal"), Y, class_weight={1: 3.0}),
    "saved": saved(Path(sys.argv[1])),
    "kept": numbers(kept),
    "half labels": numbers(
        Loss("softmax", "focal", dtype="float16")(np.array([2049]), np.zeros((1, 3000)))
    ),
    "messages": {
        "range": message(lambda: Loss("softmax", "focal")(np.array([0, 1, 3, 2]), Z)),
        "range, in fit": message(lambda: fitted(Loss("softmax", "focal"), Y + 1)),
        "whole": message(lambda: Loss("softmax", "focal")(np.array([0, 1.5, 2, 2]), Z)),
        "shape": message(lambda: Loss("softmax", "focal")(np.zeros((4, 2)), Z)),
        "pair": message(lambda: Loss("softmax", "hinge")),
        "backend": message(lambda: check_backend("tensorflow")),
        "config": message(lambda: Activation.from_config({"activation": {"name": "softmx"}})),
    },
    **{policy: trained(policy) for policy in ("float32", "mixed_float16")},
}
print(json.dumps(found))
