#!/usr/bin/env bash
# The rockspec of a rock without the ledger, which needs no SQLite: `luarocks make "$(tools/rockspec_without_ledger.sh)"`
# in a checkout. Its name is told on stdout.
set -euo pipefail
cd "$(dirname "$0")/.."
made=build/rockspec/faregate-scm-1.rockspec
mkdir -p build/rockspec
sed -e '/^external_dependencies = {/,/^}/d' -e '/^  platforms = { windows/d' -e '/^  -- By mingw/d' -e 's|, "$(SQLITE_INCDIR)"||' -e '/libdirs = /d' \
  -e 's|libraries = { "sqlite3", "pthread" }|defines = { "FAREGATE_NO_LEDGER" }|' \
  rockspec/faregate-scm-1.rockspec >$made
if grep -qi sqlite $made || ! grep -q FAREGATE_NO_LEDGER $made; then
  echo "rockspec_without_ledger: the rockspec is not what it was" >&2
  exit 1
fi
echo $made
