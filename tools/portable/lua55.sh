#!/usr/bin/env bash
# Lua 5.5, of which Debian 12 has no package: built from its sources, with the module for it, and all specs run.
set -euo pipefail
cd "$(dirname "$0")/../.."
sources=build/portable/lua-src
tools/portable/fetch_crate.sh lua-src 551.1.0 41d22b201501a536c0f5a96c7589b268b559172b20fb029064434e38ddcecb1f \
  "$sources"
lua=$(echo "$sources"/lua-5.5*)
into=build/lua5.5
mkdir -p "$into" build/portable/answers/lua5.5
ln -sfn ../lua/faregate "$into/faregate"
flags="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -O2 -fPIC -I$lua -Icore/include"
gcc -w -O2 -DLUA_USE_LINUX -I"$lua" -Wl,-E -o "$into/lua5.5" "$lua"/*.c tests/lua/host.c -lm -ldl
# shellcheck disable=SC2086 # flags are words
{
  gcc $flags -shared -o "$into/faregate.so" bindings/lua/*.c build/plain/core.a -lsqlite3 -pthread
  gcc $flags -shared -o "$into/failing.so" tests/lua/failing.c
}
# luassert and dkjson are pure Lua: those of 5.4 serve.
export LUA_PATH="tests/lua/?.lua;/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua"
export LUA_CPATH="$into/?.so" FAREGATE_LUA=$into/lua5.5 FAREGATE_ANSWERS=build/portable/answers/lua5.5/
"$into/lua5.5" tests/lua/runner.lua tests/lua/*_spec.lua
