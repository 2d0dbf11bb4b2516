#!/usr/bin/env bash
# A wheel for another machine, of the package as this one builds it and a core that is compiled for that one:
# `wheel.sh PYTHON TARGET TAG`. PYTHON has ziglang, wheel, auditwheel and abi3audit. The core carries SQLite.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$PWD/$1 target=$2 tag=$3
from=build/portable
into=$from/wheel-$tag
headers=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')
compile=("$python" -m ziglang cc -target "$target" -O2 -fPIC -fvisibility=hidden -g0 -w -DPy_LIMITED_API=0x030b0000
  -Icore/include -I$from/libsqlite3-sys/sqlite3 -I"$headers")
case $target in *macos*) link=(-bundle -undefined dynamic_lookup) ;; *) link=(-shared -s) ;; esac
rm -rf "$into"
mkdir -p "$into"
[ -e $from/wheel-here/.done ] || {
  rm -rf $from/wheel-here
  CFLAGS=-O0 .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --wheel-dir $from/wheel-here .
  touch $from/wheel-here/.done
}
"$python" -m wheel unpack --dest "$into" $from/wheel-here/faregate-*.whl >/dev/null
package=$(echo "$into"/faregate-*)
rm "$package"/faregate/_core*
"${compile[@]}" "${link[@]}" -o "$package/faregate/_core.abi3.so" bindings/python/*.c core/faregate.c \
  core/faregate_store.c $from/libsqlite3-sys/sqlite3/sqlite3.c
"$python" - "$package" "$tag" <<'PYTHON'
import sys
from pathlib import Path

[path] = Path(sys.argv[1]).glob("*.dist-info/WHEEL")
lines = [line for line in path.read_text().splitlines() if not line.startswith("Tag:") and line]
path.write_text("\n".join([*lines, f"Tag: cp311-abi3-{sys.argv[2]}"]) + "\n")
PYTHON
mkdir -p dist
"$python" -m wheel pack --dest-dir dist "$package" >/dev/null
made=$(echo dist/faregate-*-cp311-abi3-"$tag".whl)
"$python" -m abi3audit --strict --assume-minimum-abi3 3.11 "$made"
case $tag in
  manylinux* | musllinux*) # that this machine's rules for such wheels are met
    PATH="$(dirname "$python"):$PATH" "$python" -m auditwheel show "$made" | tee "$into/auditwheel.txt"
    grep -qF "$tag" "$into/auditwheel.txt"
    ;;
esac
echo "wheel: $made"
