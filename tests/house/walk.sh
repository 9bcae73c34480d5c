#!/bin/sh
# walk.sh: docs/HACKING.md's "An operator" walked by a script: the two files that the page prints
# are put where it says, nothing else is edited, a plain rebuild of the release build picks the
# operator up, its test runs, and without the files it is gone.
set -eu
cd "$(dirname "$0")/../.."
. scripts/lib.sh

# block NAME: the fenced block of docs/HACKING.md whose first line is "// NAME".
block() {
  awk -v name="// $1" '
    /^```/ { if (inside) exit; armed = !armed; next }
    armed && $0 == name { inside = 1; next }
    armed && !inside { armed = 2; next }
    inside { print }' docs/HACKING.md
}
operator=src/engine/ops/halve.cc unit=src/engine/ops/halve_test.cc
program=build/release/tests/samara_engine_ops_test
[ ! -e $operator ] || fail "$operator is there already"
trap 'rm -f "$operator" "$unit"' EXIT

block "$operator" >$operator
block "$unit" >$unit
[ -s $operator ] && [ -s $unit ] || fail "docs/HACKING.md does not print the files"
edited=$(git status --porcelain -- src include cmake CMakeLists.txt | grep -v halve || true)
build release samara samara_engine_ops_test
GTEST_OUTPUT='' $program --gtest_filter='halve.*' | tee build/walk.log
grep -q 'PASSED.* [1-9]' build/walk.log || fail "the operator's test did not run"
grep -q SAMARA_ITEM\(halve\) build/release/generated/samara_engine_ops/op_list.inc ||
  fail "the operator is not in the list"

rm $operator $unit
build release samara samara_engine_ops_test
if grep -q halve build/release/generated/samara_engine_ops/op_list.inc; then
  fail "the operator is still in the list"
fi
GTEST_OUTPUT='' $program --gtest_list_tests | grep -q '^halve\.' && fail "its test is still there"
[ "$edited" = "$(git status --porcelain -- src include cmake CMakeLists.txt | grep -v halve || true)" ] ||
  fail "the walk edited something else"
echo "one operator: added with two files and no other edit, run, removed"
