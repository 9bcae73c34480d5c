#!/bin/sh
# natives.sh NM LIBRARY LIST: a library for Java exports every method of the list, the C API (209
# functions are what the published library has), and nothing else.
nm=$1 library=$2 list=$3
exported=$(mktemp) && trap 'rm -f "$exported"' EXIT
"$nm" -D --defined-only "$library" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort >"$exported"
missing=$(sort "$list" | comm -23 - "$exported")
other=$(grep -vE '^(Java_|JNI_|TfLite|VERS_1\.0$)' "$exported")
[ -z "$missing" ] || echo "$library lacks:" $missing
[ -z "$other" ] || echo "$library exports, too:" $other
count=$(wc -l <"$list")
[ "$count" -ge 55 ] || { echo "$list names $count methods only"; exit 1; }
c=$(grep -c '^TfLite' "$exported")
[ "$c" -ge 209 ] || { echo "$library exports $c functions of the C API, fewer than 209"; exit 1; }
[ -z "$missing$other" ] && echo "$count native methods, $c functions of the C API"
