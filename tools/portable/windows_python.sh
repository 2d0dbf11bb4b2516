#!/usr/bin/env bash
# CPython for Windows, by Maven's client: `windows_python.sh FOLDER`. The archive has headers, the import library of the
# stable ABI and an interpreter, but no python3.dll: one is made that hands everything on to the interpreter's library.
set -euo pipefail
folder=$1
version=3.14.3-1.5.13
hash=3291bf3d8f405335ac21dbe55780521fdfd295b0f9f43f7e6e8c55bedd709cb3
[ -e "$folder/.fetched-$hash" ] && exit 0
tools/need.sh mvn=maven
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -B -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
  -Dartifact=org.bytedeco:cpython:$version:jar:windows-x86_64 -DoutputDirectory="$work" >&2
archive=$(echo "$work"/*.jar)
echo "$hash  $archive" | sha256sum --check --quiet ||
  { echo "windows_python: the archive is not what it was" >&2; exit 1; }
python3 -m zipfile -e "$archive" "$work/all"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$work/all/org/bytedeco/cpython/windows-x86_64" "$folder"

library=$(basename "$folder"/python3??.dll .dll)
{
  echo EXPORTS
  x86_64-w64-mingw32-nm "$folder/libs/python3.lib" 2>/dev/null | sed -n 's/.* I __imp_//p' | sort -u |
    sed "s/.*/  & = $library.&/"
} >"$work/python3.def"
x86_64-w64-mingw32-gcc -shared -nostdlib -Wl,-e,0 -o "$folder/python3.dll" "$work/python3.def"
touch "$folder/.fetched-$hash"
