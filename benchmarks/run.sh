#!/usr/bin/env bash
# Measures speed and size, each against a floor in the same run: `make bench` builds what it needs first.
set -euo pipefail
cd "$(dirname "$0")/.."

# Instructions of so many usages without an id, after a history of so many with one.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null build/bench/bench_core count "$1" "$2" 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

per_command() { # the difference of two runs: what both have in common falls out
  echo $((($(instructions 200000 "$1") - $(instructions 100000 "$1")) / 100000))
}

echo "== $(uname -m), $(nproc) cores, $(gcc --version | head -n 1)"
build/bench/bench_core time
echo "instructions of a usage without packs     $(per_command 0); after 100,000 commands $(per_command 100000)"
build/bench/bench_ledger
build/bench/bench_waits
for days in 0 7 1; do build/bench/bench_memory "$days"; done
PYTHONPATH=build/bench/python .venv/bin/python benchmarks/bench_python.py
LUA_CPATH='build/lua/?.so;build/bench/lua/?.so' lua5.4 benchmarks/bench_lua.lua
PYTHONPATH=build/bench/python .venv/bin/python benchmarks/bench_gate.py
LUA_CPATH='build/lua/?.so;build/bench/lua/?.so' lua5.4 benchmarks/bench_gate.lua
.venv/bin/python benchmarks/columns.py
.venv/bin/python benchmarks/plan.py
.venv/bin/python benchmarks/plan_hard.py --cases 100
