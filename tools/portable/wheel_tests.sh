#!/usr/bin/env bash
# A wheel is installed for the machine it is for, and tests are run with it there: `wheel_tests.sh PLATFORM VERSION FOLDER
# "WORDS OF PYTHON"`, a Python of that version. What it answers the vectors with is what this machine answers.
set -euo pipefail
platform=$1 version=$2 folder=$3
read -r -a python <<<"$4"
rm -rf "$folder"
mkdir -p "$folder/answers"
build/portable/wheel-tools/bin/python -m pip install --quiet --disable-pip-version-check --target "$folder/installed" \
  --platform "$platform" --python-version "$version" --only-binary :all: pytest colorama \
  dist/faregate-*-abi3-"$platform".whl
case $platform in
  *linux*) # a Python that is run by something is started anew by the same
    printf '#!/bin/sh\nexec %s "$@"\n' "${python[*]}" >"$folder/python"
    chmod +x "$folder/python"
    printf 'import sys\n\nsys.executable = "%s"\n' "$PWD/$folder/python" >"$folder/installed/sitecustomize.py"
    ;;
esac
# By pipes alone: with a file or the null device of this system the interpreter for Windows does not begin.
: | PYTHONPATH="$folder/installed" PYTHONUTF8=1 FAREGATE_ANSWERS="$folder/answers" "${python[@]}" \
  -m pytest -q -p no:cacheprovider tests/python/test_vectors.py tests/python/test_gate.py tests/python/test_ledger.py \
  2>&1 | cat
diff -r build/portable/here/vectors "$folder/answers"
