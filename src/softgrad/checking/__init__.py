"""The derivative checker: is it right, and if not, why."""

from softgrad.checking.assertion import assert_derivative
from softgrad.checking.checker import check
from softgrad.checking.classes import NamedReport, check_class, check_module
from softgrad.checking.findings import Candidate, Evidence
from softgrad.checking.report import Report

__all__ = [
    "Candidate",
    "Evidence",
    "NamedReport",
    "Report",
    "assert_derivative",
    "check",
    "check_class",
    "check_module",
]
