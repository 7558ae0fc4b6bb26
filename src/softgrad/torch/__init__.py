"""softgrad in PyTorch: modules of any activation and any loss.

Tensors may be given to all of softgrad (`softgrad.softmax(t)`, `OutputLayer.value(t, y)`) without
importing this; what comes back is differentiable to second order. See docs/pytorch.md.
"""

# A program that was exported and is loaded calls the operators by name: all of them, and their
# derivatives, have to be there.
from softgrad.torch import bridge as bridge
from softgrad.torch.modules import Activation as Activation
from softgrad.torch.modules import Loss as Loss

__all__ = ["Activation", "Loss"]
