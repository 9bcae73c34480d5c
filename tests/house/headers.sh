#!/bin/sh
# headers.sh CXX INCLUDE: each public header compiles alone, under the warnings that users turn on.
set -eu
cxx=$1 include=$2 status=0 count=0
for header in $(find "$include/samara" "$include/tensorflow" "$include/tflite" -name '*.h' | sort); do
  count=$((count + 1))
  printf '#include "%s"\n#include "%s"\nint main() {}\n' "$header" "$header" |
    "$cxx" -std=c++20 -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only -x c++ - || status=1
done
[ $count -gt 0 ] || { echo "no headers below $include" >&2; exit 1; }
echo "$count headers compile alone"
exit $status
