#!/usr/bin/env bash
# Installs the library as a packager would, and embeds it as its users do: by pkg-config in C and C++, by CMake, by
# Meson, as one file; without the ledger; beside another core in one process.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap '[ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
count=0
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror"
export PATH=$root/.venv/bin:$PATH

# The program prints its version and the bill: 90,000 calls, 1,000 of them free, at 0.18.
embeds() {
  local answer
  answer=$("$@" books/tencent-facefusion.json "$work/account-$count.ledger")
  grep -q '"amount":"16020.00"' <<<"$answer" || { echo "install: $1 answers $answer" >&2; exit 1; }
  count=$((count + 1))
}
# holds WHAT COMMAND…: ends here where the command fails, which `… && count` in its place would pass over.
holds() {
  "${@:2}" || { echo "install: not so: $1" >&2; exit 1; }
  count=$((count + 1))
}
lacks() { ! grep -q "$@"; }
# What is tried here does not hang on how the compiler optimizes, which takes a minute each time.
make_() { make --no-print-directory -s OPTIMIZE=-O0 LIBRARY='build/library-tried-$(LEDGER)' "$@"; }

make_ install PREFIX="$work/usr"
grep -q '^MIT License$' "$work/usr/share/licenses/faregate/LICENSE"
export PKG_CONFIG_PATH=$work/usr/lib/pkgconfig LD_LIBRARY_PATH=$work/usr/lib

# What a packager installs with DESTDIR is the same, but for the places that it names.
make_ install DESTDIR="$work/staged" PREFIX=/opt/faregate
diff <(cd "$work/usr" && find . | sort) <(cd "$work/staged/opt/faregate" && find . | sort)
grep -q "^prefix=/opt/faregate$" "$work/staged/opt/faregate/lib/pkgconfig/faregate.pc"
make_ uninstall DESTDIR="$work/staged" PREFIX=/opt/faregate
holds "uninstall takes all away" [ -z "$(find "$work/staged" -type f -o -type l)" ]

# The library shows what the headers declare, all of it and nothing else.
declared() {
  sed -e 's|/\*.*\*/||' core/include/*.h | tr '\n' ' ' | grep -oE 'FG_API [^;]*;' |
    sed -E 's/\(\*?[^()]*\)[^;]*;.*//; s/\(.*//' | grep -oE 'fg_[a-z0-9_]+ *$' | tr -d ' ' | sort -u
}
shown() { nm -D --defined-only "$1" | awk '{ print $3 }' | sort -u; }
holds "it shows what is declared" diff <(declared) <(shown "$work/usr/lib/libfaregate.so")

# shellcheck disable=SC2046,SC2086 # flags are words
{
  gcc $flags tests/embed/consumer.c $(pkg-config --cflags --libs faregate) -o "$work/shared"
  gcc $flags tests/embed/consumer.c $(pkg-config --cflags faregate) "$work/usr/lib/libfaregate.a" \
    $(pkg-config --libs-only-l --static faregate | sed 's/-lfaregate//') -o "$work/static"
  clang -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror tests/embed/consumer.c \
    $(pkg-config --cflags --libs faregate) -o "$work/c++"
}
embeds "$work/shared"
embeds "$work/static"
embeds "$work/c++"
holds "its name has the minor version" grep -q 'NEEDED *libfaregate\.so\.[0-9]*\.[0-9]*$' <(objdump -p "$work/shared")

CMAKE_PREFIX_PATH=$work/usr cmake -G Ninja -S tests/embed/cmake -B "$work/cmake" >/dev/null
cmake --build "$work/cmake" >/dev/null
embeds "$work/cmake/shared"
embeds "$work/cmake/static"

# Where libraries lie by processor, as in Debian, and headers elsewhere; and the whole was moved, which CMake follows.
make_ install DESTDIR="$work/staged" PREFIX=/opt/faregate LIBDIR=/opt/faregate/lib/x86_64-linux-gnu \
  INCLUDEDIR=/opt/faregate/headers
faregate_DIR=$work/staged/opt/faregate/lib/x86_64-linux-gnu/cmake/faregate \
  cmake -G Ninja -S tests/embed/cmake -B "$work/cmake-debian" >/dev/null
cmake --build "$work/cmake-debian" >/dev/null
embeds "$work/cmake-debian/shared"
embeds "$work/cmake-debian/static"

cp -r tests/embed/meson "$work/meson-source"
cp tests/embed/consumer.c "$work/meson-source"
CMAKE_PREFIX_PATH=$work/usr meson setup "$work/meson" "$work/meson-source" >"$work/meson.log" ||
  { cat "$work/meson.log" >&2; exit 1; }
ninja -C "$work/meson" >/dev/null
embeds "$work/meson/shared"
embeds "$work/meson/cmake"

# The release: two files and their headers, which need nothing of the tree.
make_ release
tar -C "$work" -xf "$(ls build/release/*.tar.gz)"
release=$(echo "$work"/faregate-*)
# shellcheck disable=SC2086
gcc $flags -Wconversion -Wshadow -O0 -I"$release" "$release"/*.c tests/embed/consumer.c -lsqlite3 -pthread \
  -o "$work/release"
embeds "$work/release"

# Without the ledger there is no SQLite, and what opens one is refused: the fourth step of the program.
make_ install LEDGER=no PREFIX="$work/small"
holds "without the ledger it shows the same" diff <(declared) <(shown "$work/small/lib/libfaregate.so")
export PKG_CONFIG_PATH=$work/small/lib/pkgconfig LD_LIBRARY_PATH=$work/small/lib
# shellcheck disable=SC2046,SC2086
gcc $flags tests/embed/consumer.c $(pkg-config --cflags --libs faregate) -o "$work/small/consumer"
holds "it prices without the ledger" grep -q '"amount":"16020.00"' <("$work/small/consumer" books/tencent-facefusion.json)
holds "it needs no SQLite then" lacks sqlite <(ldd "$work/small/consumer")
status=0
"$work/small/consumer" books/tencent-facefusion.json "$work/small.ledger" >"$work/refused" || status=$?
holds "it opens no ledger then, and makes no file" [ "$status $(echo "$work"/small.ledger*)" = "4 $work/small.ledger*" ]
holds "LEDGER is yes or no" grep -q 'LEDGER is yes or no, not "off"' <(make_ install LEDGER=off PREFIX="$work/neither" 2>&1)

# Two cores in one process. The host's is another version, and shows its names to whatever it loads.
mkdir "$work/other"
cp "$release/faregate.c" "$release"/*.h "$work/other/"
sed -i 's/#define FG_VERSION .*/#define FG_VERSION "9.9.9"/' "$work/other/faregate.h"
# shellcheck disable=SC2046,SC2086
{
  gcc -std=c11 -O0 -fPIC -shared -DFG_API='__attribute__((visibility("default")))' \
    "$work/other/faregate.c" -o "$work/other/libother.so"
  gcc $flags -I"$work/other" $(pkg-config --cflags lua5.4) tests/embed/two_cores.c -L"$work/other" -lother \
    $(pkg-config --libs lua5.4) -ldl -rdynamic -o "$work/two_cores"
}
LD_LIBRARY_PATH=$work/other LUA_CPATH="$root/build/lua/?.so" "$work/two_cores" "$root/build/lua/faregate.so" \
  tests/embed/two_cores.lua >"$work/two"
holds "the module goes on with its core" grep -q '^module [0-8]' "$work/two"
holds "the host goes on with its core" grep -q '^host 9.9.9$' "$work/two"
holds "the module shows how it is opened" diff <(echo luaopen_faregate) <(shown build/lua/faregate.so)

echo "install: $count passed, 0 failed"
