#!/usr/bin/env bash
# Makes sure that everything the Makefile needs is there. On Debian as root it installs what is missing; elsewhere it
# says what is missing and stops.
set -euo pipefail
cd "$(dirname "$0")/.."

has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
has_lua_module() { has_command lua5.4 && lua5.4 -e "require '$1'" >/dev/null 2>&1; }
has_headers_of_c() { has_command gcc && echo '#include <stdio.h>' | gcc -fsyntax-only -x c - 2>/dev/null; }
has_fuzzer() {
  has_command clang && echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d == 0 && n; }' |
    clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null
}
has_wasm() {
  has_command clang && echo '#include <stdlib.h>
__extension__ __int128 n; int main(void) { return n / 3 == 0 && malloc(1) != 0; }' |
    clang --target=wasm32-wasi -x c - -o /dev/null 2>/dev/null
}
has_python() { [ -n "$(tools/find_python.sh)" ]; }

# What is asked, with its argument, and the Debian package that brings it.
needs="
command gcc               gcc
headers_of_c -            libc6-dev
command make              make
command pkg-config        pkg-config
library jansson           libjansson-dev
library sqlite3           libsqlite3-dev
library cmocka            libcmocka-dev
library lua5.4            liblua5.4-dev
command lua5.4            lua5.4
library lua5.1            liblua5.1-0-dev
command lua5.1            lua5.1
library lua5.2            liblua5.2-dev
command lua5.2            lua5.2
library lua5.3            liblua5.3-dev
command lua5.3            lua5.3
command luajit            luajit
command luarocks          luarocks
command busted            lua-busted
lua_module dkjson         lua-dkjson
lua_module lfs            lua-filesystem
lua_module socket         lua-socket
command luacheck          lua-check
command valgrind          valgrind
command clang             clang
command clang-format      clang-format
fuzzer -                  libclang-rt-dev
wasm -                    wasi-libc,libclang-rt-dev-wasm32,lld
python -                  python3,python3-venv,python3-dev
"

missing_packages() {
  local probe argument packages
  while read -r probe argument packages; do
    if [ -n "$probe" ] && ! "has_$probe" "$argument"; then
      echo "${packages//,/ }"
    fi
  done <<<"$needs"
}

is_debian_root() { [ "$(id -u)" -eq 0 ] && [ -e /etc/debian_version ] && has_command apt-get; }

install() {
  echo "setup: installing $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

mapfile -t missing < <(missing_packages | tr ' ' '\n')
if [ ${#missing[@]} -gt 0 ] && is_debian_root; then
  install "${missing[@]}"
  mapfile -t missing < <(missing_packages | tr ' ' '\n')
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: missing, by the names of their Debian packages: ${missing[*]}" >&2
  has_python - || echo "setup: Python must be 3.11 or newer, with venv and its C headers" >&2
  exit 1
fi
