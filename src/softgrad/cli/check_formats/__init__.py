"""What `softgrad check` says, in the formats that editors and CI systems read."""

from softgrad.cli.check_formats.github import github
from softgrad.cli.check_formats.junit import junit
from softgrad.cli.check_formats.outcome import Outcome
from softgrad.cli.check_formats.sarif import sarif

__all__ = ["Outcome", "github", "junit", "sarif"]
