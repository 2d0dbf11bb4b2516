#!/usr/bin/env bash
# The answers of C, Python, Lua and the WebAssembly module to every document of the vectors, byte by byte.
set -euo pipefail
cd "$(dirname "$0")/../build"
wanted=$(cd vectors && ls ./*.json)
count=$(wc -l <<<"$wanted")
for language in c python lua wasm $(cd answers && ls -d lua?* 2>/dev/null); do
  if ! diff <(echo "$wanted") <(cd answers/$language && ls ./*.json) >/dev/null; then
    echo "answers: $language has not answered every vector, or more than there are" >&2
    diff <(echo "$wanted") <(cd answers/$language && ls ./*.json) | head -n 20 >&2
    exit 1
  fi
  diff -rq answers/c answers/$language
done
for name in $wanted; do # the example program answers like the runner
  if bin/replay ../books "vectors/$name" >answers/replayed 2>/dev/null; then
    cmp answers/replayed "answers/c/$name"
  fi
done
echo "answers, the same bytes from C, Python, every Lua and WebAssembly: $count passed, 0 failed"
