#!/usr/bin/env bash
# Prints the first Python that is 3.11 or newer and has venv and the C headers; nothing if there is none.
probe='
import ensurepip, os, sys, sysconfig, venv
header = os.path.join(sysconfig.get_path("include"), "Python.h")
sys.exit(not (sys.version_info >= (3, 11) and os.path.exists(header)))
'
for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
  if command -v "$python" >/dev/null 2>&1 && "$python" -c "$probe" 2>/dev/null; then
    command -v "$python"
    exit
  fi
done
