"""A process that runs code which nobody has read gives up what such code could do harm with.

It is Linux's own means, called directly: resource limits, the capabilities of root, and a filter of
system calls (seccomp). What is given up cannot be had again, by root either.
"""

from softgrad.file_checking.confinement.confining import confine
from softgrad.file_checking.confinement.limits import Limits

__all__ = ["Limits", "confine"]
