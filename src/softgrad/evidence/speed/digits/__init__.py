"""How many digits of a work's results are right, beside its speed."""

from softgrad.evidence.speed.digits.worst import worst_ulp_of

__all__ = ["worst_ulp_of"]
