#!/usr/bin/env bash
# newer_python.sh FOLDER [PYTEST ARGUMENT...]: compile, import and test with the Python of a newer
# Debian: `testing`, or what SUITE names. Without arguments, the tests of kernels and boosting.
# Needs root and debootstrap. FOLDER takes that Debian, and is kept for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
shift
[ $# -gt 0 ] || set -- tests/kernels tests/boosting --ignore tests/boosting/test_dask.py

if [ ! -e "$folder/usr/bin/python3" ]; then
    debootstrap --variant=minbase --include=ca-certificates,g++,python3-dev,python3-venv \
        "${SUITE:-testing}" "$folder"
fi
cp /etc/resolv.conf "$folder/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/"
rm -rf "$folder/softgrad"
mkdir "$folder/softgrad"
git ls-files -z | tar --create --null --files-from - | tar --extract --directory "$folder/softgrad"
mountpoint --quiet "$folder/proc" || mount -t proc proc "$folder/proc"
trap 'umount "$folder/proc"' EXIT

chroot "$folder" /bin/sh -ec '
    cd /softgrad
    export HOME=/root SOFTGRAD_REQUIRE_KERNELS=1
    python3 -m venv --clear /opt/softgrad
    tools/install_light.sh /opt/softgrad highest /softgrad
    rm -rf src
    /opt/softgrad/bin/python -VV
    /opt/softgrad/bin/softgrad config
    exec /opt/softgrad/bin/pytest -p no:cacheprovider "$@"' sh "$@"
