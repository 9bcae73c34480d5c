#!/bin/sh
# install.sh BUILD: what cmake --install leaves is enough for a stranger: find_package(Samara) and
# pkg-config build a program that loads a model, the program runs, and the .deb holds the same.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
version=$("$folder/prefix/bin/samara" --version)
echo "$version"
case $version in *[0-9].[0-9]*) ;; *) echo "no version" >&2; exit 1 ;; esac

config=$(dirname "$(find "$folder/prefix" -name SamaraConfig.cmake)")
cxx=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
cmake -S "$here/../../examples/load_and_run" -B "$folder/consumer" -DSamara_DIR="$config" \
  -DCMAKE_CXX_COMPILER="$cxx" >"$folder/log" 2>&1 && cmake --build "$folder/consumer" \
  >>"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
"$folder/consumer/load_and_run" "$2"

if command -v pkg-config >/dev/null; then
  pc=$(dirname "$(find "$folder/prefix" -name samara.pc)")
  # shellcheck disable=SC2046
  PKG_CONFIG_PATH=$pc "$cxx" "$here/../../examples/load_and_run/main.cc" -o "$folder/by_pkg_config" \
    $(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs samara)
  LD_LIBRARY_PATH=$(dirname "$pc") "$folder/by_pkg_config" "$2"
fi

# The device library for C: found the same way, exporting its API and nothing else.
cc=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
library=$(find "$folder/prefix" -name libsamara_device.so)
"$cc" "$here/../../examples/device_c/main.c" -o "$folder/device_c" -I"$folder/prefix/include" \
  -L"$(dirname "$library")" -lsamara_device
LD_LIBRARY_PATH=$(dirname "$library") "$folder/device_c" "$folder/store" "$2"
others=$(nm -D --defined-only "$library" | awk '$3 !~ /^samara_/ { print $3 }')
[ -z "$others" ] || { echo "libsamara_device.so also exports: $others" >&2; exit 1; }

if command -v dpkg-shlibdeps >/dev/null && command -v dpkg-deb >/dev/null; then
  (cd "$folder" && cpack -G DEB --config "$build/CPackConfig.cmake" -B "$folder/deb") >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; exit 1; }
  content=$(dpkg-deb --contents "$folder"/deb/*.deb)
  for file in usr/bin/samara libsamara.so libsamara_device.so include/samara/c/device.h \
    include/samara/runtime/session.h SamaraConfig.cmake; do
    case $content in *"$file"*) ;; *) echo "the .deb lacks $file" >&2; exit 1 ;; esac
  done
  dpkg-deb --field "$folder"/deb/*.deb Package Version Depends
else
  echo "no dpkg-dev: the .deb was not made"
fi
