#!/bin/sh
# lite.sh LIBRARY CXX INCLUDE [MOST]: the engine as a shared library, stripped, has fewer than MOST
# bytes (2 MB, which the lite preset is built for, unless another is named), needs nothing
# but the C and C++ runtime, exports Samara's names only, and a program links against it.
set -eu
library=$1 cxx=$2 include=$3 most=${4:-2000000}
[ -f "$library" ] || { echo "$library: missing" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

strip --strip-unneeded -o "$folder/stripped.so" "$library"
size=$(wc -c <"$folder/stripped.so")
echo "libsamara.so stripped: $size bytes"
[ "$size" -lt "$most" ] || { echo "too large: at most $most" >&2; exit 1; }

needed=$(readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ -n "$needed" ] || { echo "readelf shows no needed library" >&2; exit 1; }
for name in $needed; do
  case $name in
    libc.so.* | libm.so.* | libgcc_s.so.* | libstdc++.so.* | libpthread.so.* | ld-linux*) ;;
    *) echo "needs $name" >&2; exit 1 ;;
  esac
done
echo "needs: $(echo "$needed" | tr '\n' ' ')"

foreign=$(nm -DC --defined-only "$library" |
  awk '{ $1 = $2 = ""; print }' | grep -v -E '^ *(samara|(vtable|typeinfo|typeinfo name) for samara)' || true)
foreign=$(echo "$foreign" | grep -v -E '^ *$' || true)
[ -z "$foreign" ] || { echo "exports: $foreign" >&2; exit 1; }

cat >"$folder/use.cc" <<'CC'
#include <cstdio>

#include "samara/runtime/session.h"

int main() {
  const auto model = samara::Model::load(std::string("no such file"));
  std::printf("%s\n", model.ok() ? "loaded" : std::string(name(model.error().code())).c_str());
  return model.ok();
}
CC
"$cxx" -std=c++20 -I"$include" -o "$folder/use" "$folder/use.cc" "$library"
answer=$(LD_LIBRARY_PATH=$(dirname "$library") "$folder/use")
[ "$answer" = not_found ] || { echo "a program against the library said: $answer" >&2; exit 1; }
