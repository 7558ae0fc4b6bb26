"""Compiled kernels: the same results as the array-API definitions, faster.

This is the only room that knows hardware. `install` registers what this process can run in
`softgrad.contracts.fast_paths`; the environment variable SOFTGRAD_KERNELS=off keeps it empty.
"""

from softgrad.kernels.configuration import config, show_config
from softgrad.kernels.dispatch import install
from softgrad.kernels.threads import get_threads, set_threads

__all__ = ["config", "get_threads", "install", "set_threads", "show_config"]
