"""Errors in ULP, as `softgrad.testing` counts them."""

from softgrad.testing.ulp import ulp_errors as ulp_errors
from softgrad.testing.ulp import within as within
