#!/usr/bin/env bash
# How many bytes of code and data a program has for what it uses of the core, compiled for size, without what it does
# not call; then the core as a whole, and the ledger; and what rooms the gate's program is made of (docs/performance.md).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -Icore/include"

tell() { size "$2" | awk -v name="$1" 'NR == 2 { printf "%-32s %7.1f KB\n", name, ($1 + $2) / 1000 }'; }

# shellcheck disable=SC2086 # flags are words
{
  gcc $flags -flto -no-pie -Wl,--gc-sections tests/embed/parts.c core/faregate.c -o "$work/prices"
  gcc $flags -flto -no-pie -Wl,--gc-sections -DGATE tests/embed/parts.c core/faregate.c -o "$work/gate"
  gcc $flags -flto -fPIE -pie -Wl,--gc-sections -DGATE tests/embed/parts.c core/faregate.c -o "$work/anywhere"
  gcc $flags -fno-pie -c core/faregate.c -o "$work/core.o"
  gcc $flags -fno-pie -c core/faregate_store.c -o "$work/store.o"
  gcc $flags -fno-pie -no-pie -g1 -Wl,--gc-sections -DGATE tests/embed/parts.c core/faregate.c -o "$work/rooms"
}
tell "prices" "$work/prices"
tell "prices and the gate" "$work/gate"
tell "the same, loaded anywhere (PIE)" "$work/anywhere"
tell "the whole core" "$work/core.o"
tell "the ledger, besides" "$work/store.o"

# Functions by the rooms that they stand in. What has no line of a source is a table, or a text.
nm -S -l "$work/rooms" | while read -r _ size kind _ place; do
  case "$kind $place" in
    [tT]\ */core/src/*) place=${place##*/core/src/}; echo "${place%%/*} $((16#$size))" ;;
    [rRdD]\ *) echo "tables $((16#$size))" ;;
  esac
done | awk '{ bytes[$1] += $2 } END { for (room in bytes) printf "  %-30s %7.1f KB\n", room, bytes[room] / 1000 }' |
  sort -k2 -nr
