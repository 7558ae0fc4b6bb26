"""The laws of the compiled kernels run where kernels can.

Where the package was installed without a compiler, or SOFTGRAD_KERNELS=off, they are not collected;
CI checks separately that kernels were compiled.
"""

from softgrad.kernels import config

collect_ignore_glob = [] if config()["kernels"] == "compiled" else ["test_kernel*.py"]
