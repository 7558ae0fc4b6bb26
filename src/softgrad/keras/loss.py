"""A loss for `model.compile`: any loss of any activation, of logits."""

from __future__ import annotations

from typing import Any

from softgrad.contracts.activation import Activation as AnyActivation
from softgrad.contracts.loss import Loss as AnyLoss
from softgrad.contracts.pair_facts import counts_by_entry
from softgrad.keras.installed import keras, ops
from softgrad.keras.targets import read_true
from softgrad.keras.told import tell, untold
from softgrad.layer import OutputLayer


@keras.saving.register_keras_serializable("softgrad")
class Loss(keras.losses.Loss):
    """Any loss of any activation: `model.compile(loss=Loss("softmax", "focal"))`.

    The model gives logits (its last layer has no activation), with the classes in the last axis:
    `Loss("softmax", "cross_entropy")` is `SparseCategoricalCrossentropy(from_logits=True)` and
    `CategoricalCrossentropy(from_logits=True)` in one. A row's loss is softgrad's; where it is the
    sum of the entries', as that of coins and of values, it is their mean, as in Keras:
    `Loss("sigmoid", "cross_entropy")` is `BinaryCrossentropy(from_logits=True)`. Masks, sample
    weights and reductions are Keras's. It is saved with the model.

    Args:
        activation: an activation or its name.
        loss: a loss, its name, or a weighted sum of losses.
        label_smoothing: e in [0, 1), the share of a target that is spread over the classes.
        check_target: whether numbers that the loss does not take as a target are an error, or
            computed with as they are. Labels are checked always.
        reduction: one of Keras's.
        name: of the loss, in what training prints.
        dtype: "float64"; with any other the loss is computed in float32, where labels are not
            rounded.

    Raises:
        UnknownNameError, InputTypeError: a name or an object is no activation, or no loss.
        PairError: the activation's output is not in the loss's domain.
        ParameterError: a setting has a value that it cannot have.
    """

    def __init__(
        self,
        activation: str | AnyActivation,
        loss: str | AnyLoss,
        *,
        label_smoothing: float = 0.0,
        check_target: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        base: Any = super()
        base.__init__(name=name, reduction=reduction, dtype=dtype)
        if self._dtype != "float64":
            # Keras casts labels to this dtype too, and 16 bits hold few of them.
            self._dtype_policy = keras.dtype_policies.get("float32")
            self._dtype = "float32"
        self._output = OutputLayer(
            activation, loss, label_smoothing=label_smoothing, check_target=check_target
        )
        self._is_mean = counts_by_entry(self._output.activation, self._output.loss)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One value a row, shape (...), of logits `y_pred` (..., C).

        `y_true` has labels, (...) or (..., 1), of any dtype; or a number an entry, (..., C).
        Losses of one observation a row take (...) or (..., 1), those of bounds (..., 2).

        Raises:
            TargetError: another shape, labels out of range or no whole numbers. In compiled JAX a
                label is looked at when the program runs, and is an error of JAX's.
        """
        z = ops.convert_to_tensor(y_pred)
        target = read_true(ops.convert_to_tensor(y_true), z, self._output.loss.target_kind)
        values = self._output.value(z, target)
        return values / z.shape[-1] if self._is_mean else values

    def get_config(self) -> dict[str, Any]:
        """What the loss is made of, as JSON has it.

        Raises:
            StorageError: the class of its activation or loss has no name (`softgrad.register`
                gives one).
        """
        base: Any = super()
        return {
            **base.get_config(),
            **tell(self._output.activation, self._output.loss),
            **self._output.settings,
            "dtype": self.dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss that `get_config` told.

        Raises:
            StorageError: it is none.
        """
        return cls(**untold(config))
