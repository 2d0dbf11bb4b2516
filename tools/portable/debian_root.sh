#!/usr/bin/env bash
# Headers, libraries and Luas of another architecture's Debian, unpacked and not set up: `debian_root.sh ARCHITECTURE
# FOLDER`. From the archive that this machine installs from, without its updates, which not every architecture has. With
# arm64 comes what runs its wheels; amd64 has only the loader of musl.
set -euo pipefail
tools/need.sh mmdebstrap=mmdebstrap
architecture=$1 folder=$2
archive=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' | head -n 1)
packages=libc6-dev,libgcc-12-dev,libsqlite3-dev,libcmocka-dev,libjansson-dev
packages+=,liblua5.1-0-dev,lua5.1,liblua5.3-dev,lua5.3,liblua5.4-dev,lua5.4
[ "$architecture" = s390x ] || packages+=,luajit
case $architecture in
  arm64) packages+=,python3.11,musl ;;
  amd64) packages=musl ;;
esac
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mmdebstrap --quiet --variant=extract --architectures="$architecture" --include="$packages" \
  bookworm "$folder" "deb $archive"
# What is no part of it; and devices, in which a search through all folders would not end.
rm -rf "$folder"/{dev,etc,tmp,var,bin,sbin}
