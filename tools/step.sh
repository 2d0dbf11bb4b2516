#!/usr/bin/env bash
# Runs one step of the checks: `step.sh NAME COMMAND…`. The output goes to build/log/NAME.log; shown are the lines that
# tell the outcome, or on a failure the end of the log.
set -euo pipefail
name=$1
shift
log=build/log/$name.log
mkdir -p build/log
started=$SECONDS
if "$@" >"$log" 2>&1 </dev/null; then
  outcome=$(grep -E '^\[  PASSED  \]|[0-9]+ passed|^[0-9]+ success|^Total: ' "$log" | tr -d '=' | tail -n 1 || true)
  printf '%-22s %4ds  %s\n' "$name" $((SECONDS - started)) "$outcome"
else
  status=$?
  echo "---------- $name: failed ($log)"
  tail -n 80 "$log"
  exit "$status"
fi
