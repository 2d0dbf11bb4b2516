#!/usr/bin/env bash
# Adds up what the steps of the checks counted in their logs. Every step has passed when this runs.
set -euo pipefail
cd "$(dirname "$0")/../build/log"
awk '
  /^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
  /^=.* [0-9]+ passed/ { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) passed += $(i - 1) }
  /^[0-9]+ success/ { passed += $1 }
  /^[^=]*: [0-9]+ passed, 0 failed/ { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) passed += $(i - 1) }
  END { printf "faregate: %d passed, 0 failed\n", passed; exit passed == 0 }
' ./*.log
