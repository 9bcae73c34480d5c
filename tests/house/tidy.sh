#!/bin/sh
# tidy.sh all|changed [BASE]: clang-tidy over all sources, or over those that differ from BASE (the
# commit before this one by default). Reads build/dev's compile commands.
set -eu
cd "$(dirname "$0")/../.."
commands=build/dev/compile_commands.json
[ -f $commands ] || { echo "configure the dev preset first" >&2; exit 1; }
case $1 in
  all) files=$(git ls-files 'src/*.cc') ;;
  changed)
    base=${2:-HEAD~1}
    git rev-parse -q --verify "$base^{commit}" >/dev/null || { echo "no commit $base to compare with"; exit 77; }
    files=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cc')
    ;;
  *) echo "all or changed?" >&2; exit 1 ;;
esac
# Instruction-set files speak intrinsics, whose parameters no check understands.
files=$(printf '%s\n' "$files" | grep -vE '\.(sse41|avx2|avxvnni|avx512|avx512vnni|amx|neon|dotprod|i8mm|fp16)\.cc$' || true)
[ -n "$files" ] || { echo "no file changed"; exit 0; }
printf '%s\n' "$files" | xargs -P "$(nproc)" -n 4 build/venv/bin/clang-tidy --quiet -p build/dev \
  --extra-arg=-Wno-unknown-warning-option
echo "$(printf '%s\n' "$files" | wc -l) files are tidy"
