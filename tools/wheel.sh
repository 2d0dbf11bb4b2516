#!/usr/bin/env bash
# An abi3 wheel in dist/ of a module that was built for some machine: `wheel.sh MODULE PLATFORM`, where a platform is
# what a wheel's name says, as manylinux_2_28_aarch64. The module must use no more of Python than the stable ABI has, and
# no library of Linux that such a platform does not have.
set -euo pipefail
cd "$(dirname "$0")/.."
module=$1 platform=$2
python=build/portable/wheel-tools/bin/python
work=$(dirname "$module")/wheel
rm -rf "$work" dist/faregate-*-abi3-"$platform".whl
mkdir -p "$work" dist

cp -r build/portable/wheels/any "$work/stage"
cp "$module" "$work/stage/faregate/"
printf 'Wheel-Version: 1.0\nGenerator: faregate\nRoot-Is-Purelib: false\nTag: cp311-abi3-%s\n' "$platform" \
  >"$work/stage/$(cd "$work/stage" && echo faregate-*.dist-info)/WHEEL"
"$python" -m wheel pack --dest-dir dist "$work/stage" >/dev/null
wheel=$(echo dist/faregate-*-abi3-"$platform".whl)

log=$work/log
"$python" -m abi3audit --strict "$wheel" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
case $platform in
  *linux*)
    "$python" -m auditwheel show "$wheel" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    tr '\n' ' ' <"$log" | grep -q "is consistent with the following platform tag: \"$platform\"" ||
      { cat "$log" >&2; exit 1; }
    ;;
esac
echo "wheel: $wheel"
