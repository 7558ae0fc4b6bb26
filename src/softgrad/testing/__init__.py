"""The laws of the catalogue, for activations and losses of your own: `check_entry(MyLoss())`."""

from softgrad.testing.entry import check_entry
from softgrad.testing.report import Finding, LawError, Report

__all__ = ["Finding", "LawError", "Report", "check_entry"]
