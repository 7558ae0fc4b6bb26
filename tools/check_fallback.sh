#!/usr/bin/env bash
# check_fallback.sh FOLDER: with a compiler that fails, the installation is pure Python and says why,
# or fails where SOFTGRAD_REQUIRE_KERNELS asks for it. FOLDER takes a virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."
export CXX=/bin/false

python3 -m venv "$1"
"$1/bin/pip" install --quiet .
"$1/bin/python" -c '
from softgrad.kernels import config
entries = config()
assert entries["kernels"] == "not compiled at installation", entries
assert "/bin/false" in entries["the compiler said"], entries
import numpy, softgrad
assert softgrad.softmax(numpy.zeros(4)).tolist() == [0.25] * 4'

log=$1/required.log
if SOFTGRAD_REQUIRE_KERNELS=1 "$1/bin/pip" install --force-reinstall --no-deps . >"$log" 2>&1; then
    echo "installed without the kernels that SOFTGRAD_REQUIRE_KERNELS=1 asked for"
    exit 1
fi
grep -q '/bin/false' "$log"
grep -q 'SOFTGRAD_REQUIRE_KERNELS=1 makes that an error' "$log"
echo "said, and refused"
