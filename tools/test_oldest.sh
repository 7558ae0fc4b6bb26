#!/usr/bin/env bash
# test_oldest.sh WHEEL FOLDER: each command, boosting, networks and a part of the laws, with the
# oldest version of every direct dependency that pyproject.toml allows, in all extras. FOLDER takes
# a virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -m venv "$2"
tools/install_light.sh "$2" lowest-direct "$1"

# The oldest ones have their own quarrels with the newest of what they need themselves.
"$2/bin/pytest" -n 2 -p no:cacheprovider -W ignore::DeprecationWarning \
    tests/cli/test_each_command.py tests/activations/test_entmax.py tests/activations/test_sparsemax.py \
    tests/losses tests/operators tests/nn tests/boosting/test_objective.py tests/pictures \
    tests/laws/test_pairs.py
