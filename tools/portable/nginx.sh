#!/usr/bin/env bash
# The Lua module inside nginx (LuaJIT, as OpenResty has it): prices by address, and a gate whose calls are committed when
# a request is through, in workers that share one ledger.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/need.sh nginx=nginx /usr/lib/nginx/modules/ndk_http_module.so=libnginx-mod-http-ndk \
  /usr/lib/x86_64-linux-gnu/libpcre.so.3=libpcre3 curl=curl
# Its Lua asks for a LuaJIT that Debian installs in place of the one that the tests need, so both are unpacked alone.
unpacked=$PWD/build/portable/nginx-lua
if [ ! -e "$unpacked/.ready" ]; then
  rm -rf "$unpacked" && mkdir -p "$unpacked"
  (cd "$unpacked" && apt-get -qq download libnginx-mod-http-lua lua-resty-core lua-resty-lrucache libluajit2-5.1-2)
  for package in "$unpacked"/*.deb; do dpkg-deb -x "$package" "$unpacked"; done
  touch "$unpacked/.ready"
fi
export LD_LIBRARY_PATH=$unpacked/usr/lib/x86_64-linux-gnu
make --no-print-directory -s luas
folder=$PWD/build/portable/nginx
rm -rf "$folder" && mkdir -p "$folder/logs"
sed -e "s|@ROOT@|$PWD|g" -e "s|@FOLDER@|$folder|g" -e "s|/usr/lib/nginx/modules/ngx_http_lua|$unpacked&|" \
  -e "s|lua_package_cpath|lua_package_path \"$unpacked/usr/share/lua/5.1/?.lua;;\";\n  &|" \
  examples/nginx.conf >"$folder/nginx.conf"
run_nginx() { nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/logs/error.log" -g "user $(id -un);" "$@"; }
run_nginx
trap 'run_nginx -s quit' EXIT # the workers finish and release the ledger
ask() { curl --silent --show-error --max-time 20 --unix-socket "$folder/socket" "http://booth$1"; }

# 89,000 at 0.18; a word that is no quantity is refused with its reason.
[ "$(ask '/price?calls=89000')" = "16020.00" ]
ask '/price?calls=many' | grep -q "quantity"
# 15 photos by two workers, within the 20 a second that come with it (R16), each counted once.
for _ in $(seq 15); do
  ask /photo >>"$folder/photos" &
done
wait $(jobs -p)
[ "$(grep -c '^let in$' "$folder/photos")" -eq 15 ]
[ "$(ask /used)" = 15 ]
trap - EXIT
run_nginx -s quit
while [ -e "$folder/nginx.pid" ]; do sleep 0.1; done
.venv/bin/faregate ledger verify "$folder/booth.db" | tail -n 1
if grep -E '\[(error|alert|emerg)\]' "$folder/logs/error.log"; then
  exit 1
fi
echo "nginx: 6 passed, 0 failed"
