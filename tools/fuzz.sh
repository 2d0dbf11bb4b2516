#!/usr/bin/env bash
# Runs fuzzers on all cores: `fuzz.sh SECONDS NAME…`, with further options of libFuzzer in FUZZ_OPTIONS. They begin with
# tests/fuzz/seeds/NAME where there is that, books and vectors. What they find interesting is kept in build/corpus/NAME;
# an input that breaks something is left in build/fuzz and fails the run.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
pids=()
for name in "$@"; do
  mkdir -p "build/corpus/$name"
  "build/fuzz/$name" -max_total_time="$seconds" -timeout=60 -max_len=20000 ${FUZZ_OPTIONS:-} -dict=tests/fuzz/words.dict \
    -artifact_prefix="build/fuzz/$name-" "build/corpus/$name" $(find tests/fuzz/seeds -name "$name") build/vectors books >"build/fuzz/$name.log" 2>&1 &
  pids+=($!)
done
failed=0
for index in "${!pids[@]}"; do
  name=${*:$((index + 1)):1}
  if wait "${pids[$index]}"; then
    runs=$(grep -oE '^Done [0-9]+ runs' "build/fuzz/$name.log" | grep -oE '[0-9]+')
    echo "$name: $runs inputs in $seconds s: 1 passed, 0 failed"
  else
    failed=1
    tail -n 40 "build/fuzz/$name.log"
  fi
done
exit $failed
