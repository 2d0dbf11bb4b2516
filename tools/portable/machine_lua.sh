#!/usr/bin/env bash
# Builds the core, its C tests and the Lua module for another machine, and runs them under an emulator:
# `machine.sh armhf|arm64|i386`. The libraries are Debian's for that machine, unpacked into a folder of the build;
# nothing is installed. The answers to the vectors are compared with those of this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
architecture=$1
case $architecture in
armhf) triple=arm-linux-gnueabihf emulator=qemu-arm-static ;;
arm64) triple=aarch64-linux-gnu emulator=qemu-aarch64-static ;;
i386) triple=i386-linux-gnu emulator=qemu-i386-static ;;
*) echo "machine: armhf, arm64 or i386" >&2; exit 2 ;;
esac
root=$PWD/build/portable/$architecture
system=$root/system
objects=$root/objects
answers=$PWD/build/portable/answers/$architecture
mkdir -p "$objects" "$answers" "$root/lua" build/answers/lua

# Debian's archive as this machine has it, without what has no snapshot for every architecture.
if [ ! -e "$root/unpacked" ]; then
  rm -rf "$system"
  awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' /etc/apt/sources.list.d/*.sources |
    sed 's/^Suites:.*/Suites: bookworm/' >"$root/debian.sources"
  mmdebstrap --quiet --variant=extract --architectures="$architecture" --include=libc6-dev,libgcc-12-dev,libsqlite3-dev \
    --include=libjansson-dev,libcmocka-dev,liblua5.1-0-dev,lua5.1 bookworm "$system" "$root/debian.sources"
  touch "$root/unpacked"
fi

# clang has 128-bit integers for machines of 32 bits, too; what they need of a library is in base/int128.c.
wide=$([ "$architecture" = arm64 ] || echo "-Xclang -fforce-enable-int128")
compiler="clang --target=$triple --sysroot=$system -Qunused-arguments -fuse-ld=lld -std=c11 -Wall -Wextra -Werror $wide
  -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -O1 -fPIC -DFG_ASSERTIONS -Icore/include -Icore/src"
compile() { # SOURCE: into $objects, if it is newer
  local object=$objects/$(basename "$1" .c).o
  # shellcheck disable=SC2086 # the compiler is words
  [ "$object" -nt "$1" ] && [ "$object" -nt "$objects/faregate.o" ] || $compiler -c "$1" -o "$object"
}
# The core first and always: what it includes is not followed.
rm -f "$objects/faregate.o"
compile core/faregate.c
compile core/faregate_store.c
shared=()

export QEMU_LD_PREFIX=$system QEMU_SET_ENV=LD_LIBRARY_PATH=$system/lib/$triple:$system/usr/lib/$triple
busted tests/lua/vectors_spec.lua >/dev/null # by this machine's Lua, which answers as its C and Python do
diff -rq build/answers/lua "$answers"

# shellcheck disable=SC2086
$compiler -shared -I"$system/usr/include/lua5.1" -o "$root/lua/faregate.so" bindings/lua/*.c \
  "$objects"/faregate{,_store}.o -lsqlite3 -pthread
# shellcheck disable=SC2086
$compiler -shared -I"$system/usr/include/lua5.1" -o "$root/lua/failing.so" tests/lua/failing.c
ln -sfn "$PWD/build/lua/faregate" "$root/lua/faregate"
mkdir -p "$answers-lua"
export FAREGATE_ANSWERS=$answers-lua/ LUA_PATH="tests/lua/?.lua;/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua" LUA_CPATH="$root/lua/?.so"
export FAREGATE_LUA="$emulator $system/usr/bin/lua5.1"
specs=$(ls tests/lua/*_spec.lua | grep -v 'handle_spec\|memory_spec') # whose shim is for this machine; takes minutes
# shellcheck disable=SC2086
$FAREGATE_LUA tests/lua/runner.lua $specs
diff -rq build/answers/lua "$answers-lua"
