#!/bin/sh
# isa_symbols_test.sh NM OBJECT...: fails if an object of an instruction set defines a weak symbol.
# The linker may take one weak copy for the whole program, and a CPU without that set would trap.
nm=$1
shift
[ $# -gt 0 ] || { echo "no objects given" >&2; exit 1; }
status=0
for object; do
  [ -f "$object" ] || { echo "$object: missing" >&2; exit 1; }
  weak=$("$nm" --defined-only "$object" | awk '$2 ~ /^[WwVvu]$/') || exit 1
  [ -z "$weak" ] && continue
  status=1
  echo "$object defines weak symbols:" >&2
  echo "$weak" >&2
done
exit $status
