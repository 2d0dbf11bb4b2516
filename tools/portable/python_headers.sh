#!/usr/bin/env bash
# The headers of Python for compilers of other machines: `python_headers.sh PYTHON FOLDER`. Debian has the file that
# knows the processor beside those of its C library, which such a compiler must not see; what the stable ABI needs of it
# is the same on every machine of 64 bits.
set -euo pipefail
python=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"
include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
of_processor=/usr/include/$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH"))')/$(basename "$include")
cp -r "$include/." "$folder"
if grep -q "include <.*/pyconfig.h>" "$folder/pyconfig.h"; then
  cp "$of_processor/pyconfig.h" "$folder"
fi
