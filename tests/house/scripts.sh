#!/bin/sh
# scripts.sh: every shell script parses as POSIX sh, can be run, and avoids what only bash knows.
set -eu
status=0 count=0
for file in $(git ls-files); do
  [ -f "$file" ] || continue
  case $file in *.cc | *.h | *.md | *.tflite | *.png | *.jpg | *.py) continue ;; esac
  case $file in
    *.sh) ;;
    *) head -n 1 "$file" 2>/dev/null | tr -d '\0' | grep -q '^#!/bin/sh' || continue ;;
  esac
  count=$((count + 1))
  dash -n "$file" || status=1
  if head -n 1 "$file" | grep -q '^#!' && [ ! -x "$file" ]; then
    echo "$file: cannot be run" >&2
    status=1
  fi
  bashisms=$(grep -nE '\[\[|<\(|<<<|\blocal\b|\bsource |=~|\$\{[a-z_]+//|^ *function |\bdeclare\b' "$file" |
    grep -v 'grep -nE' || true)
  [ -z "$bashisms" ] || { printf '%s: %s\n' "$file" "$bashisms" >&2; status=1; }
done
[ $count -gt 0 ] || { echo "no scripts found" >&2; exit 1; }
echo "$count scripts are POSIX sh"
exit $status
