"""Load thousands of damaged networks: each is refused with a `SoftgradError`, or can be used.

usage: python tools/fuzz_storage.py [FILES] [SEED]

Prints how many were refused and loaded, the slowest load and the growth of memory. Exit code 1 if a
file did anything else: another error, more than 5 seconds, more than 1 GiB.
"""

from __future__ import annotations

import collections
import resource
import signal
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from nn.mutated_files import Damage, originals
from softgrad.errors import SoftgradError
from softgrad.nn import Network
from softgrad.nn.description import describe

SECONDS = 5
BYTES = 2**30


def main(count: int, seed: int) -> int:
    """Run over `count` files."""
    rng = np.random.default_rng(seed)
    told: collections.Counter[tuple[str, str]] = collections.Counter()
    faults: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [Damage(network, folder).each(rng) for network in originals()]
        path = folder / "damaged"
        _limit_memory()
        start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(count):
            kind, content = next(files[number % len(files)])
            path.write_bytes(content)
            began = perf_counter()
            outcome = _outcome(path)
            slowest = max(slowest, perf_counter() - began)
            told[kind, outcome if outcome in ("refused", "loaded") else "FAULT"] += 1
            if outcome not in ("refused", "loaded"):
                faults.append(f"file {number} of seed {seed}, {kind}: {outcome}")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start
    for (kind, outcome), times in sorted(told.items()):
        print(f"{kind:10} {outcome:8} {times}")
    print(f"{count} files; slowest {slowest:.3f} s; memory grew by {grown / 1024:.0f} MiB")
    print(*faults, sep="\n")
    return bool(faults)


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _outcome(path: Path) -> str:
    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        network = Network.load(path)
    except SoftgradError:
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        signal.alarm(0)
    try:  # what was loaded can be described, saved, and loaded again; what it predicts is its own
        again = Network.load(network.save(path.with_name("again")))
        if describe(again) != describe(network):
            return f"comes back as {describe(again)}"
        network.predict(np.zeros((2, min(network.inputs, 100))))
    except SoftgradError as error:
        return "loaded" if "X has" in str(error) else f"{error!r}"
    except BaseException as error:
        return f"once loaded, {type(error).__name__}: {str(error)[:200]}"
    return "loaded"


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(arguments + [3000, 0][len(arguments) :])))
