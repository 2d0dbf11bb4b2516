#!/usr/bin/env bash
# Programs that a step needs: `need.sh PROGRAM=PACKAGE[,PACKAGE…]…`, a command or the path of a file, and the Debian
# packages that bring it. As root those are installed that are missing, and none is taken away for it; elsewhere it says
# what is missing and stops.
set -euo pipefail
is_there() { case $1 in /*) [ -e "$1" ] ;; *) command -v "$1" >/dev/null ;; esac; }
missing=()
for need in "$@"; do
  is_there "${need%%=*}" || missing+=("${need#*=}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
IFS=, read -r -a missing <<<"$(IFS=,; echo "${missing[*]}")"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: missing, by the names of their Debian packages: ${missing[*]}" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends --no-remove "${missing[@]}" >/dev/null
