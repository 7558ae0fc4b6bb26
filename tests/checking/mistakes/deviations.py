"""Right but for an epsilon, or for a constant of few digits."""

import numpy as np

from checking.derivatives import mean_cross_entropy, softmax, target_of
from checking.mistakes.registry import wrong


def scaled_tanh(z):
    return 1.7159 * np.tanh(2.0 * z / 3.0)


@wrong("small-deviation", "elementwise", scaled_tanh)
def constants_of_five_digits(z):
    return 1.1439 * (1.0 - (scaled_tanh(z) / 1.7159) ** 2)


@wrong("small-deviation", "gradient", mean_cross_entropy, batch=True)
def guarded_number_of_rows(z):
    rows = z.size // z.shape[-1]
    return (softmax(z) - target_of(z)) / (rows + 1e-4)
