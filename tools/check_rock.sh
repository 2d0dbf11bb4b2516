#!/usr/bin/env bash
# Builds and installs the rock from the checkout into a tree of its own, and uses it from there.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD/build/rocks
rm -rf "$tree"
luarocks --lua-version 5.4 --tree "$tree" make rockspec/faregate-scm-1.rockspec
rm -rf ./*.rock faregate.so core/*.o bindings/lua/*.o
# Of all functions the module shows the one that Lua looks for.
shown=$(nm -D --defined-only --format=posix "$tree/lib/lua/5.4/faregate.so" | cut -d' ' -f1)
[ "$shown" = luaopen_faregate ] || { echo "rock: shows other names than luaopen_faregate: $shown" >&2; exit 1; }
cd "$tree"
LUA_PATH="$tree/share/lua/5.4/?.lua" LUA_CPATH="$tree/lib/lua/5.4/?.so" lua5.4 -e '
  local faregate = require "faregate"
  assert(faregate.book("tencent-facefusion"))
  print("rock: 1 passed, 0 failed")'
