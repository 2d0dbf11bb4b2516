#!/usr/bin/env bash
# What building for Windows needs, and running it here: the compiler and wine, on Debian as root; and the sources of
# what has no package there, into build/portable/.
set -euo pipefail
cd "$(dirname "$0")/../.."
# Debian has wine64 where no shell looks for it.
PATH=$PATH:/usr/lib/wine tools/need.sh x86_64-w64-mingw32-gcc=gcc-mingw-w64-x86-64-win32 wine64=wine64
tools/portable/sources.sh
tools/portable/fetch_crate.sh luajit-src 210.7.4+c6ffc14 \
  1db548b001f0b7da416daf0ffae963912bae6cad1799fa9f4eaba09da6dba837 build/portable/luajit-src
tools/portable/fetch_debian_source.sh lua-filesystem a1b7cf748ef2cdb6d75ebaa82a9c91b383fabc541b96febb1f9de98f06b8c188 \
  build/portable/lua-filesystem
