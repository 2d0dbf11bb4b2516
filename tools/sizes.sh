#!/usr/bin/env bash
# How many bytes of code and data a program has for what it uses of the core, compiled for size, without what it does
# not call; then the core as a whole, and the ledger (docs/performance.md).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -Icore/include"

tell() { size "$2" | awk -v name="$1" 'NR == 2 { printf "%-24s %7.1f KB\n", name, ($1 + $2) / 1000 }'; }

# shellcheck disable=SC2086 # flags are words
{
  gcc $flags -flto -Wl,--gc-sections tests/embed/parts.c core/faregate.c -o "$work/prices"
  gcc $flags -flto -Wl,--gc-sections -DGATE tests/embed/parts.c core/faregate.c -o "$work/gate"
  gcc $flags -c core/faregate.c -o "$work/core.o"
  gcc $flags -c core/faregate_store.c -o "$work/store.o"
}
tell "prices" "$work/prices"
tell "prices and the gate" "$work/gate"
tell "the whole core" "$work/core.o"
tell "the ledger, besides" "$work/store.o"
