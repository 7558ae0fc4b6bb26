"""softgrad in JAX.

Arrays may be given to all of softgrad (`softgrad.softmax(z)`, `OutputLayer.value(z, y)`) without
importing this; what comes back is differentiable to second order, under jit, vmap and their kin.
See docs/jax.md.
"""
