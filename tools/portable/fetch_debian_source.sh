#!/usr/bin/env bash
# The sources that a Debian package was made of: `fetch_debian_source.sh NAME SHA256 FOLDER`. The hash is that of the
# original archive; nothing is fetched again that is there.
set -euo pipefail
name=$1 hash=$2 folder=$3
[ -e "$folder/.fetched-$hash" ] && exit 0
tools/need.sh xz=xz-utils bzip2=bzip2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial"
apt-get indextargets --format 'deb-src $(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' | head -n 1 \
  >"$work/sources.list"
options=(-qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root)
apt-get "${options[@]}" update
(cd "$work" && apt-get "${options[@]}" source --download-only "$name" >/dev/null)
archive=$(find "$work" -name '*.orig.tar.*' ! -name '*.asc')
echo "$hash  $archive" | sha256sum --check --quiet || { echo "fetch_debian_source: $name is not what it was" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder"
tar -xf "$archive" -C "$folder" --strip-components=1
touch "$folder/.fetched-$hash"
