#!/usr/bin/env bash
# One cell of the table in docs/platforms.md: `cell.sh MACHINE PART HOW COMMAND…` runs a step of the checks and, if it
# went well, notes it (note.sh).
set -euo pipefail
machine=$1 part=$2 how=$3
shift 3
rm -f "build/portable/cells/$machine.$part.json"
tools/step.sh "$machine-$part" "$@"
tools/portable/note.sh "$machine" "$part" "$how" "build/log/$machine-$part.log"
