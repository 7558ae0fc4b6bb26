"""The special functions that activations and losses share, under one name each."""

from softgrad.arrays.shifted import ShiftedExponentials as ShiftedExponentials
from softgrad.arrays.shifted import pairwise_sum as pairwise_sum
from softgrad.arrays.shifted import shifted_exponentials as shifted_exponentials
