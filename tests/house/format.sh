#!/bin/sh
# format.sh PYTHON [FILE...]: clang-format has nothing to change; all sources when no file is named.
set -eu
python=$1
shift
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(git ls-files 'src/*.h' 'src/*.cc' 'include/*.h' 'fuzz/*.cc' 'bench/*.cc' \
  'examples/*.h' 'examples/*.cc' 'bindings/*.h' 'bindings/*.cc')
for file; do
  shift
  if [ -e "$file" ]; then set -- "$@" "$file"; fi
done
[ $# -gt 0 ] || { echo "no sources found" >&2; exit 1; }
"${python%/*}/clang-format" --dry-run --Werror "$@"
echo "$# files are formatted"
