#!/usr/bin/env bash
# What `make portable` needs besides tools/setup.sh: on Debian as root it is installed.
set -euo pipefail
tools/need.sh qemu-arm-static=qemu-user-static ld.lld=lld \
  s390x-linux-gnu-ld=binutils-s390x-linux-gnu
