#!/usr/bin/env bash
# Compares what the demo printed from two languages: all but the first line, which names the language.
set -euo pipefail
if diff <(tail -n +2 "$1") <(tail -n +2 "$2"); then
  echo "Python and Lua: the same $(grep -cE '^[WP][0-9]' "$1") examples, every total and every explanation alike."
else
  echo "Python and Lua differ." >&2
  exit 1
fi
