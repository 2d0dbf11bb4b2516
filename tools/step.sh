#!/usr/bin/env bash
# Runs one step of the checks: `step.sh NAME COMMAND…`. The output goes to build/log/NAME.log; shown is how much passed,
# or on a failure the end of the log.
set -euo pipefail
name=$1
shift
log=build/log/$name.log
mkdir -p build/log
started=$SECONDS
if "$@" >"$log" 2>&1 </dev/null; then
  printf '%-16s %6s passed %5d s\n' "$name" "$(awk -f tools/count.awk "$log")" $((SECONDS - started))
else
  status=$?
  echo "---------- $name failed; the end of $log:"
  tail -n 80 "$log"
  exit "$status"
fi
