#!/bin/sh
# headers.sh CC CXX INCLUDE: each header of the TensorFlow Lite C API compiles alone, as C99 and as
# C++11, under every warning that its users may have turned on.
set -eu
cc=$1 cxx=$2 include=$3 status=0 count=0
flags="-pedantic-errors -Wall -Wextra -Werror -I$include -fsyntax-only"
cd "$include"
for header in $(find tensorflow tflite -name '*.h' | sort); do
  count=$((count + 1))
  # shellcheck disable=SC2086
  printf '#include "%s"\n#include "%s"\n' "$header" "$header" >"${TMPDIR:-/tmp}/alone.$$"
  "$cc" -std=c99 $flags -x c "${TMPDIR:-/tmp}/alone.$$" || status=1
  "$cxx" -std=c++11 $flags -x c++ "${TMPDIR:-/tmp}/alone.$$" || status=1
done
rm -f "${TMPDIR:-/tmp}/alone.$$"
[ $count -gt 0 ] || { echo "no headers below $include" >&2; exit 1; }
echo "$count headers compile alone"
exit $status
