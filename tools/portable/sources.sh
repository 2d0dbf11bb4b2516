#!/usr/bin/env bash
# Sources of what no machine but this one has a package of, into build/portable: from registries, by their hashes.
set -euo pipefail
cd "$(dirname "$0")/../.."
into=build/portable
mkdir -p "$into"
tools/portable/fetch_crate.sh libsqlite3-sys 0.40.0 \
  b06e69070b7e12262b0cd90832f0a7396f142a2b330181255562decf9f0c6215 "$into/libsqlite3-sys"
tools/portable/fetch_crate.sh lua-src 551.1.0 \
  41d22b201501a536c0f5a96c7589b268b559172b20fb029064434e38ddcecb1f "$into/lua-src"
tools/portable/fetch_debian_source.sh cmocka \
  f0ccd8242d55e2fd74b16ba518359151f6f8383ff8aef4976e48393f77bba8b6 "$into/cmocka"
tools/portable/fetch_debian_source.sh jansson \
  c739578bf6b764aa0752db9a2fdadcfe921c78f1228c7ec0bb47fa804c55d17b "$into/jansson"
