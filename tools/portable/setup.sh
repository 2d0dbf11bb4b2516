#!/usr/bin/env bash
# What `make portable` needs besides tools/setup.sh: on Debian as root it is installed.
set -euo pipefail
needs="qemu-arm-static=qemu-user-static ld.lld=lld mmdebstrap=mmdebstrap s390x-linux-gnu-ld=binutils-s390x-linux-gnu"
missing=()
for need in $needs; do
  command -v "${need%%=*}" >/dev/null || missing+=("${need##*=}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: missing, by the names of their Debian packages: ${missing[*]}" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
