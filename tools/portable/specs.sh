#!/usr/bin/env bash
# The Lua specs by a Lua of another machine: `specs.sh MODULES ANSWERS "WORDS OF THE LUA" [SPEC…]`; and the bytes that
# it answers the vectors with are this machine's.
set -euo pipefail
modules=$1 answers=$2
read -r -a lua <<<"$3"
shift 3
[ $# -gt 0 ] || set -- tests/lua/*_spec.lua
rm -rf "$answers"
mkdir -p "$answers"
# luassert and dkjson are pure Lua: those of this machine's 5.4 serve.
export LUA_PATH="tests/lua/?.lua;/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua"
export LUA_CPATH="$modules/?.so" FAREGATE_LUA="${lua[*]}" FAREGATE_ANSWERS=$answers/ FAREGATE_ELSEWHERE=1
"${lua[@]}" tests/lua/runner.lua "$@"
diff -r build/portable/here/vectors "$answers"
