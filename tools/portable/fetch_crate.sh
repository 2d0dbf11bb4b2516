#!/usr/bin/env bash
# Sources that a Rust crate carries, by cargo's own client: `fetch_crate.sh NAME VERSION SHA256 FOLDER`. The hash is the
# crate's; nothing is fetched again that is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=$1 version=$2 hash=$3 folder=$4
[ -e "$folder/.fetched-$hash" ] && exit 0
# The crates are of the edition of 2024, which cargo reads from 1.85 on. Debian 12 has a newer one beside its 1.65.
cargo --version 2>/dev/null | awk -F '[ .]' '{ new = $2 > 1 || $3 >= 85 } END { exit !new }' ||
  tools/need.sh /usr/share/doc/cargo-web=cargo-web
tools/need.sh /etc/ssl/certs/ca-certificates.crt=ca-certificates
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n\n[lib]\npath = "lib.rs"\n
[dependencies]\n%s = "=%s"\n' "$name" "$version" >"$work/Cargo.toml"
touch "$work/lib.rs"
(cd "$work" && cargo vendor --quiet vendor >/dev/null)
grep -q "\"package\":\"$hash\"" "$work/vendor/$name/.cargo-checksum.json" ||
  { echo "fetch_crate: $name $version is not what it was" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$work/vendor/$name" "$folder"
touch "$folder/.fetched-$hash"
