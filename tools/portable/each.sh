#!/usr/bin/env bash
# `each.sh "WORDS BEFORE" PROGRAM…` runs every program, also after one has failed.
set -uo pipefail
read -r -a before <<<"$1"
shift
failed=
for program in "$@"; do
  echo "$program"
  "${before[@]}" "$program" || failed+=" $program"
done
[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }
