#!/usr/bin/env bash
# Static libraries of what the core and its tests link, for another machine: `libraries.sh "WORDS OF ZIG" TARGET FOLDER`.
set -euo pipefail
read -r -a zig <<<"$1"
target=$2 folder=$3
from=build/portable
compile=("${zig[@]}" cc -target "$target" -O1 -w -c)
mkdir -p "$folder"
rm -f "$folder"/*
"${compile[@]}" -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_FTS5 -o "$folder/sqlite3.o" $from/libsqlite3-sys/sqlite3/sqlite3.c
# Its header takes uintptr_t for what glibc has it to be, unless it is said to be there.
"${compile[@]}" -include stdint.h -D_UINTPTR_T -DHAVE_SIGNAL_H -DHAVE_STRINGS_H -DHAVE_INTTYPES_H -DHAVE_UNISTD_H \
  -I$from/cmocka/include -o "$folder/cmocka.o" $from/cmocka/src/cmocka.c
printf '#define HAVE_STDINT_H 1\n#define HAVE_LOCALE_H 1\n' >"$folder/jansson_private_config.h"
for source in "$from"/jansson/src/*.c; do
  "${compile[@]}" -include stdint.h -I"$folder" -I$from/jansson/android -I$from/jansson/src \
    -o "$folder/jansson-$(basename "$source" .c).o" "$source"
done
for library in sqlite3 cmocka jansson; do
  "${zig[@]}" ar rcs "$folder/lib$library.a" "$folder/$library"*.o
done
