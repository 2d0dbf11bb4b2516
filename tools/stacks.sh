#!/usr/bin/env bash
# How much stack the library takes: no function of it more than FRAME bytes by itself, by gcc, and no use of it more than
# docs/embedding.md says, measured (tests/embed/stacks.c).
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(uname -m)" = x86_64 ] || { echo "stacks: the document tells those of x86-64"; exit 0; }
FRAME=13312
built=build/plain # by FLAGS_plain, with what the compiler says of each function's stack
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gcc -std=c11 -O2 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Werror -Icore/include tests/embed/stacks.c $built/core.a \
  -lsqlite3 -pthread -o "$work/stacks"
awk -F'\t' -v most=$FRAME '$2 > most { print "stacks: " $1 " takes " $2 " bytes, at most " most; bad = 1 } END { exit bad }' \
  $built/objects/core/*.su
grep -q "no function of it takes more than $((FRAME / 1024)) KiB by itself" docs/embedding.md ||
  { echo "stacks: docs/embedding.md says another size of frames" >&2; exit 1; }

"$work/stacks" books/tencent-facefusion.json "$work" | tee "$work/told"
while IFS='|' read -r _ name most _; do
  grep -qF "|$name|$most|" docs/embedding.md || { echo "stacks: docs/embedding.md has not |$name|$most|" >&2; exit 1; }
done <"$work/told"
echo "stacks: $(($(wc -l <"$work/told") + 1)) passed, 0 failed"
