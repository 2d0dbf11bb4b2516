#!/usr/bin/env bash
# The wheel for Windows: `windows_wheel.sh CORE PYTHON "WORDS OF WINE"` leaves dist/faregate-VERSION-cp311-abi3-win_amd64.whl
# of the objects in the folder CORE, against the stable ABI of the CPython in PYTHON, checks that it uses no more than
# that, and runs tests with it by that interpreter.
set -euo pipefail
core=$1 windows_python=$2
read -r -a wine <<<"$3"
python=.venv/bin/python
tools=build/portable/wheel-tools
work=build/portable/windows/wheel
rm -rf "$work" dist/faregate-*-win_amd64.whl
mkdir -p "$work/stage" dist

if [ ! -e "$tools/.ready" ]; then
  "$python" -m venv "$tools"
  "$tools/bin/python" -m pip install --quiet --disable-pip-version-check 'abi3audit>=0.0.20,<1' 'wheel>=0.45,<1'
  touch "$tools/.ready"
fi

# What is Python in it, and what it says of itself, as setuptools has them for every wheel.
"$python" setup.py -q build_py --build-lib "$work/stage" 2>/dev/null
"$python" setup.py -q dist_info --output-dir "$work/stage" >/dev/null 2>&1
x86_64-w64-mingw32-gcc -std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror -O2 -s -static-libgcc -shared \
  -DPy_LIMITED_API=0x030b0000 -Icore/include -isystem "$windows_python/include" -o "$work/stage/faregate/_core.pyd" \
  bindings/python/*.c "$core"/faregate.o "$core"/faregate_store.o "$core"/sqlite3.o "$windows_python/libs/python3.lib"
printf 'Wheel-Version: 1.0\nGenerator: faregate\nRoot-Is-Purelib: false\nTag: cp311-abi3-win_amd64\n' \
  >"$work/stage/$(cd "$work/stage" && echo faregate-*.dist-info)/WHEEL"
"$tools/bin/python" -m wheel pack --dest-dir dist "$work/stage" >/dev/null
wheel=$(echo dist/faregate-*-win_amd64.whl)
"$tools/bin/python" -m abi3audit --strict "$wheel" >"$work/abi3audit.log" 2>&1 || { cat "$work/abi3audit.log" >&2; exit 1; }

"$python" -m zipfile -e "$wheel" "$work/installed"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check --target "$work/installed" --platform win_amd64 \
  --python-version 3.14 --only-binary :all: pytest colorama
mkdir -p "$work/answers"
# By pipes alone: with a file or the null device of this system that interpreter does not begin.
: | PYTHONPATH="$work/installed" PYTHONUTF8=1 FAREGATE_ANSWERS="$work/answers" "${wine[@]}" "$windows_python/python.exe" \
  -m pytest -q -p no:cacheprovider tests/python/test_vectors.py tests/python/test_gate.py tests/python/test_ledger.py \
  2>&1 | cat
diff -r build/portable/here/vectors "$work/answers"
