#!/usr/bin/env bash
# A ledger that another machine wrote is opened and verified by this one, and this one's there: `ledger.sh FOLDER
# "WORDS BEFORE"`. Of either both tell the same bytes.
set -euo pipefail
folder=$PWD/$1
read -r -a before <<<"$2"
book=$PWD/books/tencent-facefusion.json
here=("$PWD/build/plain/across")
there=("${before[@]}" "$folder/across")
work=$folder/ledgers
rm -rf "$work"
mkdir -p "$work/here" "$work/there"

cd "$work/here" && "${here[@]}" make "$book" booth.db
cd "$work/there" && "${there[@]}" make "$book" booth.db
for maker in here there; do
  cp -r "$work/$maker" "$work/$maker-by-here"
  cp -r "$work/$maker" "$work/$maker-by-there"
  cd "$work/$maker-by-here" && "${here[@]}" tell booth.db >"$work/told-$maker-by-here"
  cd "$work/$maker-by-there" && "${there[@]}" tell booth.db >"$work/told-$maker-by-there"
done
cd "$work"
[ "$(grep -c '^{"at":.*"do":"use"' told-here-by-here)" -eq 2499 ] # it is a whole life that is compared
cmp told-here-by-here told-here-by-there
cmp told-there-by-here told-there-by-there
# The chain has what the clocks of the machine showed; all else is the same life.
cmp <(sed 's/"head":"[^"]*"//' told-here-by-here) <(sed 's/"head":"[^"]*"//' told-there-by-there)
echo "ledgers, each told alike by both machines: 4 passed, 0 failed"
