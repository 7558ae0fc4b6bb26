"""A layer: any activation."""

from __future__ import annotations

from typing import Any

from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation as AnyActivation
from softgrad.keras.installed import keras
from softgrad.keras.told import tell, untold


@keras.saving.register_keras_serializable("softgrad")
class Activation(keras.layers.Layer):
    """An activation as a layer: `Activation("sparsemax")`. It is saved with the model.

    Args:
        activation: an activation or its name.
        axis: the class axis, or several.
        settings: of any layer of Keras: name, dtype, trainable.

    Masks of steps, as `keras.layers.Embedding` makes them, pass through.

    Raises:
        UnknownNameError, InputTypeError: it is no activation, nor the name of one.
    """

    def __init__(
        self,
        activation: str | AnyActivation,
        axis: int | list[int] | tuple[int, ...] = -1,
        **settings: Any,
    ) -> None:
        base: Any = super()
        base.__init__(**settings)
        self.activation = find_activation(activation)
        self.axis = tuple(axis) if isinstance(axis, list | tuple) else axis
        self.supports_masking = True

    def call(self, inputs: Any, where: Any = None) -> Any:
        """The output, of the inputs' shape; `where` is a mask that broadcasts to it, True = keep.

        (It is not called `mask`, as Keras would fill that in with the mask of steps.)
        """
        return self.activation(inputs, axis=self.axis, where=where)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs'."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What the layer is made of, as JSON has it.

        Raises:
            StorageError: the activation's class has no name (`softgrad.register` gives one).
        """
        base: Any = super()
        return {**base.get_config(), **tell(self.activation), "axis": self.axis}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Activation:
        """The layer that `get_config` told.

        Raises:
            StorageError: it is none.
        """
        return cls(**untold(config))
