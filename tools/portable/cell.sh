#!/usr/bin/env bash
# One cell of the table in docs/platforms.md: `cell.sh MACHINE PART HOW COMMAND…` runs a step of the checks and, if it
# went well, leaves build/portable/cells/MACHINE.PART.json. HOW is run, emulated or compiled.
set -euo pipefail
machine=$1 part=$2 how=$3
shift 3
name=$machine-$part
cell=build/portable/cells/$machine.$part.json
mkdir -p build/portable/cells
rm -f "$cell"
tools/step.sh "$name" "$@"
printf '{"machine": "%s", "part": "%s", "how": "%s", "passed": %d}\n' \
  "$machine" "$part" "$how" "$(awk -f tools/count.awk "build/log/$name.log")" >"$cell"
