#!/usr/bin/env bash
# The Lua specs by a Lua for Windows: `windows_specs.sh FOLDER ANSWERS "WORDS OF WINE" [SPEC…]`; and the bytes that it
# answers the vectors with are this machine's.
set -euo pipefail
folder=$1 answers=$2
read -r -a wine <<<"$3"
shift 3
[ $# -gt 0 ] || set -- tests/lua/*_spec.lua
rm -rf "$answers"
mkdir -p "$answers"
# luassert and dkjson are pure Lua: those of this machine's 5.4 serve, by the name that wine has for its disk.
export LUA_PATH="tests/lua/?.lua;Z:/usr/share/lua/5.4/?.lua;Z:/usr/share/lua/5.4/?/init.lua"
export LUA_CPATH="$folder/?.dll" FAREGATE_LUA="$folder/host.exe" FAREGATE_ANSWERS=$answers/
"${wine[@]}" "$folder/host.exe" tests/lua/runner.lua "$@"
diff -r build/portable/here/vectors "$answers"
