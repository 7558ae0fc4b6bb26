"""Writes the entry-by-entry stages of the kernels in C++, from the definitions in Python.

`python -m softgrad.kernels.generator FOLDER` traces the formulas of every element-wise activation,
coin, separable loss and loss of the true class (`tracing`), with hyper-parameters as symbols and a
branch on one followed to both sides (`branches`); equal parts are one node (`nodes`), and what is
known of a number's range decides which function serves it (`ranges`, `functions`). CMake runs it
before it compiles; nothing of it is committed.
"""
