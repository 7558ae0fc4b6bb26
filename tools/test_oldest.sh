#!/usr/bin/env bash
# test_oldest.sh WHEEL FOLDER: the command line, boosting and a part of the laws, with the oldest
# version of every direct dependency that pyproject.toml allows, in all extras. FOLDER takes a
# virtual environment. PyTorch, JAX and ONNX stay out: gigabytes, and no part of the package.
set -euo pipefail
cd "$(dirname "$0")/.."
wheel=$1
folder=$2
bin=$folder/bin

python3 -m venv "$folder"
"$bin/pip" install --quiet uv
"$bin/uv" pip compile --quiet --python "$bin/python" --resolution lowest-direct --extra test \
    --output-file "$folder/oldest.txt" pyproject.toml
"$bin/uv" pip install --quiet --python "$bin/python" --constraint "$folder/oldest.txt" \
    "softgrad[all] @ file://$wheel" array-api-strict catboost hypothesis lightgbm ml_dtypes \
    pytest pytest-xdist xgboost-cpu
"$bin/uv" pip list --python "$bin/python"

# The oldest ones have their own quarrels with the newest of what they need themselves.
"$bin/pytest" -n 2 -p no:cacheprovider -W ignore::DeprecationWarning \
    tests/cli/test_each_command.py tests/activations/test_sparsemax.py tests/activations/test_entmax.py \
    tests/losses tests/operators tests/nn tests/boosting/test_objective.py tests/pictures \
    tests/laws/test_pairs.py
