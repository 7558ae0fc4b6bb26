#!/usr/bin/env bash
# install_light.sh ENVIRONMENT RESOLUTION PACKAGE: into a virtual environment, PACKAGE (the absolute
# path of a wheel or a source tree) with its extras and what its tests need, but for PyTorch, JAX
# and ONNX: gigabytes, and no part of the package. The versions are those that pyproject.toml
# allows: the oldest of what it names where RESOLUTION is lowest-direct, else (highest) the newest.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1/bin/python
versions=$1/versions.txt

"$python" -m pip install --quiet uv
"$python" -m uv pip compile --quiet --python "$python" --resolution "$2" --extra test \
    --output-file "$versions" pyproject.toml
"$python" -m uv pip install --quiet --python "$python" --constraint "$versions" \
    "softgrad[all] @ file://$3" array-api-strict catboost hypothesis lightgbm ml_dtypes pytest \
    pytest-xdist xgboost-cpu
"$python" -m uv pip list --python "$python"
