#!/usr/bin/env bash
# The core, the ledger, SQLite and the Lua module for macOS, compiled and linked on this machine: `macos.sh "WORDS OF ZIG"
# PROCESSOR`, which is x86_64 or aarch64. Nothing here runs what comes out.
set -euo pipefail
read -r -a zig <<<"$1"
processor=$2
into=build/portable/macos-$processor
from=build/portable
compile=("${zig[@]}" cc -target "$processor-macos" -O0 -fno-sanitize=undefined -fPIC -DFG_WITHOUT_AVX2 -Icore/include -I$from/libsqlite3-sys/sqlite3)
warnings=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Wno-unused-command-line-argument)
rm -rf "$into"
mkdir -p "$into/lua"
"${compile[@]}" -w -c -o "$into/sqlite3.o" $from/libsqlite3-sys/sqlite3/sqlite3.c
for unit in faregate faregate_store; do
  "${compile[@]}" "${warnings[@]}" -c -o "$into/$unit.o" core/$unit.c
done
# The interpreter that loads the module has Lua's functions.
"${compile[@]}" "${warnings[@]}" -I$from/lua-src/lua-5.4.9 -shared -Wl,-undefined,dynamic_lookup -o "$into/lua/faregate.so" \
  bindings/lua/*.c "$into"/*.o
"${compile[@]}" "${warnings[@]}" -Icore/src -o "$into/across" tests/portable/across.c "$into"/*.o
for made in "$into/across" "$into/lua/faregate.so"; do
  case $(od -An -tx4 -N8 "$made" | tr -d ' ') in
    feedfacf0100000c | feedfacf01000007) ;; # Mach-O of 64 bits, for arm64 or x86_64
    *) echo "macos: $made is no program of macOS" >&2; exit 1 ;;
  esac
done
