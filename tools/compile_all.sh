#!/usr/bin/env bash
# `compile_all.sh GCC CLANG` compiles the core as one and the bindings by both compilers, with warnings as errors; every
# source of the core on its own by the first, because the second does that for the sanitizers with the same warnings; and
# each public header alone as C++. Only Python's tables of slots are what ISO C forbids. The core has no function without
# a prototype: the file that defines it includes the header that declares it.
set -euo pipefail
cd "$(dirname "$0")/.."
flags="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Icore/include"
python="-Wno-pedantic -Wno-missing-field-initializers -DPy_LIMITED_API=0x030b0000
  -isystem $(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')"
count=0

compile() {
  "$@" -c -o /dev/null
  count=$((count + 1))
}

for compiler in "$@"; do
  alone=(core/src/*/*.c)
  [ "$compiler" = "$1" ] || alone=()
  for source in core/faregate.c core/faregate_store.c "${alone[@]}"; do
    compile "$compiler" $flags -Wmissing-prototypes "$source"
  done
  for source in bindings/python/*.c; do
    compile "$compiler" $flags $python "$source"
  done
  for version in 5.1 5.2 5.3 5.4; do
    for source in bindings/lua/*.c; do
      compile "$compiler" $flags $(pkg-config --cflags lua$version) "$source"
    done
  done
done
for header in core/include/*.h bindings/lua/faregate_lua.h; do
  compile "$2" -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror "$header"
done
echo "compiles: $count passed, 0 failed"
