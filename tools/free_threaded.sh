#!/usr/bin/env bash
# Runs the tests of the Python package under an interpreter without a GIL: `free_threaded.sh PYTHON`.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-}
venv=build/free-threaded

if [ -z "$python" ]; then
  echo "there is no free-threaded Python here; name one: make free-threaded FREE_THREADED=/path/to/python3.13t" >&2
  exit 1
fi
"$python" -c 'import sys; sys.exit(sys._is_gil_enabled())' || { echo "$python has a GIL" >&2; exit 1; }
rm -rf "$venv"
"$python" -m venv "$venv"
# From 6.140 on hypothesis is built with Rust.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "pytest>=8.3,<10" "hypothesis>=6.100,<6.140" .
for round in 1 2 3 4 5; do # whatever the turns
  "$venv/bin/python" -m pytest -q -p no:cacheprovider tests/python/test_threads.py
done
"$venv/bin/python" -m pytest -q -p no:cacheprovider tests/python/test_{account,gate,gate_model,interpreters,ledger,memory,vectors}.py
"$venv/bin/python" -c 'import faregate, sys; sys.exit(sys._is_gil_enabled())' # no module has brought it back
