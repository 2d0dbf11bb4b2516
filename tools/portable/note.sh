#!/usr/bin/env bash
# A cell of the table in docs/platforms.md: `note.sh MACHINE PART HOW LOG`, for a step that went well and left that log.
# HOW is run, emulated or compiled.
set -euo pipefail
mkdir -p build/portable/cells
printf '{"machine": "%s", "part": "%s", "how": "%s", "passed": %d}\n' \
  "$1" "$2" "$3" "$(awk -f tools/count.awk "$4")" >"build/portable/cells/$1.$2.json"
