#!/bin/sh
# faults.sh PYTHON CXX: plants one fault for each test of the house and expects it to be found, so
# that none of them is a test that cannot fail.
set -eu
python=$1 cxx=$2
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# finds NAME TEXT COMMAND...: the command fails and says TEXT.
finds() {
  name=$1 text=$2
  shift 2
  if "$@" >"$tree/out" 2>&1; then echo "$name was not found" >&2; exit 1; fi
  grep -q -- "$text" "$tree/out" || { echo "$name: expected '$text' in:"; cat "$tree/out"; exit 1; } >&2
}

# A small house with two rooms, in order.
mkdir -p "$tree/src/low" "$tree/src/high" "$tree/include/samara/low" "$tree/tests/house"
printf 'low:\nhigh: low\n' >"$tree/src/DOORS"
for room in low high; do
  printf 'samara_room(%s)\n' $room >"$tree/src/$room/CMakeLists.txt"
  echo "# $room" >"$tree/src/$room/README.md"
done
printf '#pragma once\n#include <string>\n' >"$tree/src/low/a.h"
printf '#pragma once\n#include "low/a.h"\n' >"$tree/src/high/b.h"
python3 "$here/doors.py" "$tree" >/dev/null
python3 "$here/rooms.py" "$tree" >/dev/null
"$python" "$here/sizes.py" "$tree" >/dev/null

plant() { printf '#pragma once\n%s\n' "$1" >"$tree/src/low/fault.h"; }
plant '#include "high/b.h"'
finds 'a door that is not there' 'low has no door to high' python3 "$here/doors.py" "$tree"
plant '#include <lmdb.h>'
finds 'an unknown library' 'does not list: lmdb.h' python3 "$here/doors.py" "$tree"
plant '#include <jpeglib.h>'
finds 'a library outside its folder' 'named after its library' python3 "$here/doors.py" "$tree"
plant '#include <sys/socket.h>'
finds 'the network' 'only fleet/io sees the network' python3 "$here/doors.py" "$tree"
plant '#include "../high/b.h"'
finds 'a relative path' 'not a path from src' python3 "$here/doors.py" "$tree"
rm "$tree/src/low/fault.h"
printf '#pragma once\n#include "high/b.h"\n' >"$tree/include/samara/low/p.h"
finds 'a public header past a door' 'low has no door to high' python3 "$here/doors.py" "$tree"
rm "$tree/include/samara/low/p.h"
printf 'low: high\nhigh: low\n' >"$tree/src/DOORS"
finds 'a circle' 'a circle: low -> high -> low' python3 "$here/doors.py" "$tree"
printf 'low:\nhigh: low\n' >"$tree/src/DOORS"

plant "// $(printf 'TO'; printf 'DO'): later"
finds 'a promise' 'a promise' python3 "$here/rooms.py" "$tree"
echo 'int x;' >"$tree/src/low/fault.h"
finds 'a header without a guard' 'no #pragma once' python3 "$here/rooms.py" "$tree"
rm "$tree/src/low/fault.h"
seq 41 >"$tree/src/low/README.md"
finds 'a long README' 'at most 40' python3 "$here/rooms.py" "$tree"
rm "$tree/src/low/README.md"
finds 'a room without README' 'no README.md' python3 "$here/rooms.py" "$tree"

{ echo 'int f(int x) {'; seq 61 | sed 's/.*/  x += &;/'; echo '  return x;'; echo '}'; } >"$tree/src/low/long.cc"
finds 'a long function' 'long.cc:f lines 64' "$python" "$here/sizes.py" "$tree"
echo 'src/low/long.cc:f lines 64' >"$tree/tests/house/size_exceptions.txt"
"$python" "$here/sizes.py" "$tree" >/dev/null
echo 'int f(int x) { return x; }' >"$tree/src/low/long.cc"
finds 'an exception that is over' 'no longer needed' "$python" "$here/sizes.py" "$tree"

printf 'int  f( ) {return 0;}\n' >"$tree/bad.cc"
finds 'a line out of format' 'bad.cc' "$here/format.sh" "$python" "$tree/bad.cc"
printf '#pragma once\nstd::string s();\n' >"$tree/include/samara/low/alone.h"
finds 'a header that needs another' 'alone.h' "$here/headers.sh" "$cxx" "$tree/include"

archive() {
  printf '%s\n' "$1" | "$cxx" -std=c++20 -x c++ -c -o "$tree/x.o" - && ar rcs "$tree/x.a" "$tree/x.o"
}
archive 'extern "C" int socket(int, int, int); int f() { return socket(1, 2, 3); }'
finds 'a socket' socket "$here/archives.sh" network nm "$tree/x.a"
archive 'extern "C" int sqlite3_open(int); int f() { return sqlite3_open(3); }'
finds 'a database' sqlite3_open "$here/archives.sh" network nm "$tree/x.a"
archive '#include <cstdio>
int f() { return std::printf("%d", 3); }'
finds 'printing' printf "$here/archives.sh" print nm "$tree/x.a"
archive 'int f() { throw 3; }'
finds 'an exception' __cxa_throw "$here/archives.sh" throw nm "$tree/x.a"
archive 'int g(); int x = g();'
finds 'a static constructor' _GLOBAL__sub_I "$here/archives.sh" construct nm "$tree/x.a"
echo "every test of the house finds its fault"
