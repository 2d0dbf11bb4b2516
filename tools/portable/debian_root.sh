#!/usr/bin/env bash
# Headers, libraries and Luas of another architecture's Debian, unpacked and not set up: `debian_root.sh ARCHITECTURE
# FOLDER`. From the archive that this machine installs from, without its updates, which not every architecture has.
set -euo pipefail
architecture=$1 folder=$2
archive=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' | head -n 1)
packages=libc6-dev,libgcc-12-dev,libsqlite3-dev,libcmocka-dev,libjansson-dev
packages+=,liblua5.1-0-dev,lua5.1,liblua5.3-dev,lua5.3,liblua5.4-dev,lua5.4
[ "$architecture" = s390x ] || packages+=,luajit
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mmdebstrap --quiet --variant=extract --architectures="$architecture" --include="$packages" \
  bookworm "$folder" "deb $archive"
# What is no part of it; and devices, in which a search through all folders would not end.
rm -rf "$folder"/{dev,etc,tmp,var,bin,sbin}
