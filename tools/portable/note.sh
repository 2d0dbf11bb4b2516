#!/usr/bin/env bash
# A cell of the table in docs/platforms.md: `note.sh MACHINE PART HOW LOG`, for a step that went well and left that log.
# HOW is run, emulated or compiled; what ran has passed something.
set -euo pipefail
passed=$(awk -f tools/count.awk "$4")
[ "$3" = compiled ] || [ "$passed" -gt 0 ] || { echo "note: nothing has passed by $4" >&2; exit 1; }
mkdir -p build/portable/cells
printf '{"machine": "%s", "part": "%s", "how": "%s", "passed": %d}\n' \
  "$1" "$2" "$3" "$passed" >"build/portable/cells/$1.$2.json"
