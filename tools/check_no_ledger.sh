#!/usr/bin/env bash
# FAREGATE_NO_LEDGER leaves the store out: C, Lua and Python are built with it, link no SQLite, and say that there is no
# ledger.
set -euo pipefail
cd "$(dirname "$0")/.."
into=build/no-ledger
rm -rf $into
mkdir -p $into/lua/faregate $into/python
flags=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -O0 -fPIC -DFAREGATE_NO_LEDGER -Icore/include)
has_no_sqlite() { ! nm -D --undefined-only "$1" | grep -q sqlite3_; }

gcc "${flags[@]}" -c -o $into/faregate.o core/faregate.c
gcc "${flags[@]}" -c -o $into/faregate_store.o core/faregate_store.c
gcc "${flags[@]}" -o $into/no_ledger tests/no_ledger/no_ledger.c $into/*.o
has_no_sqlite $into/no_ledger
$into/no_ledger

# shellcheck disable=SC2046 # flags are words
gcc "${flags[@]}" -shared $(pkg-config --cflags lua5.4) -o $into/lua/faregate.so bindings/lua/*.c $into/*.o
has_no_sqlite $into/lua/faregate.so
ln -sfn ../../../../books $into/lua/faregate/books
LUA_CPATH="$into/lua/?.so" lua5.4 tests/no_ledger/no_ledger.lua

FAREGATE_NO_LEDGER=1 CFLAGS=-O0 .venv/bin/python setup.py -q build --build-base $into/objects --build-lib $into/python \
  >$into/python.log 2>&1 || { cat $into/python.log; exit 1; }
has_no_sqlite "$(echo $into/python/faregate/_core*.so)"
PYTHONPATH=$into/python .venv/bin/python tests/no_ledger/no_ledger.py
