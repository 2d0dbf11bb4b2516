#!/usr/bin/env bash
# Leaves one abi3 manylinux wheel in dist/ that carries the libraries it links, and tries it in an empty environment.
set -euo pipefail
cd "$(dirname "$0")/.."
python="$PWD/.venv/bin/python"
work=build/wheel

rm -rf "$work" dist/faregate-*.whl
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$work" .
PATH="$PWD/.venv/bin:$PATH" "$python" -m auditwheel repair --strip --wheel-dir dist "$work"/faregate-*.whl \
  2>"$work/auditwheel.log" || { cat "$work/auditwheel.log" >&2; exit 1; }

"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index dist/faregate-*.whl
"$work/venv/bin/python" - <<'PYTHON'
import faregate

assert faregate.Book("tencent-facefusion").price("image", "calls", 89_000).amount == 16_020
with open("/proc/self/maps", encoding="utf-8") as maps:
    loaded = {line.split()[-1] for line in maps if "/libsqlite3" in line}
outside = [path for path in loaded if "/faregate.libs/" not in path]
assert loaded and not outside, f"libraries from outside the wheel: {outside}"
PYTHON
echo "wheel: $(ls dist/faregate-*.whl)"
