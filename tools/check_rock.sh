#!/usr/bin/env bash
# Builds and installs the rock from the checkout, with the ledger and without it, and uses both. One after the other,
# because luarocks compiles in the checkout itself: two at a time would take each other's objects. Without optimizing,
# which takes a minute each time and changes nothing that is looked at here.
set -euo pipefail
cd "$(dirname "$0")/.."

# make_rock TREE ROCKSPEC [VARIABLE=VALUE…]: the rock in a tree of its own; what is left in the checkout is removed.
make_rock() {
  rm -rf "$1"
  luarocks --lua-version 5.4 --tree "$PWD/$1" make "${@:2}"
  rm -rf ./*.rock faregate.so core/*.o bindings/lua/*.o
}

# use_rock TREE ARGUMENTS OF LUA…: its paths lead to the tree alone.
use_rock() {
  LUA_PATH="$PWD/$1/share/lua/5.4/?.lua" LUA_CPATH="$PWD/$1/lib/lua/5.4/?.so" lua5.4 "${@:2}"
}

rock=build/rocks/with-ledger
make_rock $rock rockspec/faregate-scm-1.rockspec CFLAGS='-O0 -fPIC'
# Of all functions the module shows the one that Lua looks for.
shown=$(nm -D --defined-only --format=posix $rock/lib/lua/5.4/faregate.so | cut -d' ' -f1)
[ "$shown" = luaopen_faregate ] || { echo "rock: shows other names than luaopen_faregate: $shown" >&2; exit 1; }
use_rock $rock -e '
  local faregate = require "faregate"
  assert(faregate.book("tencent-facefusion"))
  print("rock: 1 passed, 0 failed")'

rock=build/rocks/without-ledger
make_rock $rock "$(tools/rockspec_without_ledger.sh)" CFLAGS='-O0 -fPIC'
if nm -D --undefined-only $rock/lib/lua/5.4/faregate.so | grep sqlite3_; then
  echo "rock: needs SQLite, though it has no ledger" >&2
  exit 1
fi
use_rock $rock tests/no_ledger/no_ledger.lua
