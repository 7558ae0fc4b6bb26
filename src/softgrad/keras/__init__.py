"""softgrad in Keras 3: a loss and a layer, of any pair and any activation.

Needs Keras on the backend of JAX or PyTorch: `pip install 'softgrad[keras]'`. See docs/keras.md.
"""

from softgrad.keras.activation import Activation
from softgrad.keras.loss import Loss

__all__ = ["Activation", "Loss"]
