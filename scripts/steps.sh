# Steps of a test tier: run, counted, and summed up in one last line. Sourced after scripts/lib.sh.
#
# A step is a command. It passes when it exits 0, is skipped at 77, else fails; if the last line that
# it prints is "N passed, N failed, N skipped", those numbers count instead of one. Output goes to
# build/log/<step>.log, and is shown when the step fails.

tier=$(basename "$0")
logs=build/log/$tier
mkdir -p "$logs"
rm -f "$logs"/*
passed=0 failed=0 skipped=0 started=$(date +%s)
figures=$logs/figures  # one line a step, for the results page
: >"$figures"

counts='^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$'

# step NAME COMMAND...
step() {
  title=$1
  shift
  log=$logs/$(printf '%s' "$title" | tr -c 'a-zA-Z0-9.\n' '-').log
  begin=$(date +%s)
  code=0
  ("$@") >"$log" 2>&1 </dev/null || code=$?
  took=$(($(date +%s) - begin))
  last=$(tail -n 1 "$log")
  if printf '%s\n' "$last" | grep -qE "$counts"; then
    set -- $(printf '%s\n' "$last" | tr -dc '0-9 ')
    ok=$1 bad=$2 none=${3:-0}
    # A command that fails has failed, whatever it counted; 77 says that it was skipped.
    if [ $code != 0 ] && [ $code != 77 ] && [ "$bad" = 0 ]; then bad=1; fi
  else
    ok=0 bad=0 none=0
    case $code in 0) ok=1 ;; 77) none=1 ;; *) bad=1 ;; esac
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + none))
  verdict=passed
  if [ "$bad" != 0 ]; then verdict=FAILED; elif [ "$ok" = 0 ]; then verdict=skipped; fi
  printf '%-7s %5s s  %s: %s\n' "$verdict" "$took" "$title" "$last"
  printf '| %s | %s | %s | %s |\n' "$title" "$verdict" "$took" \
    "$(printf '%s' "$last" | tr '|' '/')" >>"$figures"
  if [ "$bad" != 0 ]; then sed 's/^/    /' "$log" | tail -n 80; fi
}

# Ends a tier: the summary as the last line, and the exit status.
finish() {
  echo "$tier took $(($(date +%s) - started)) s"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" != 0 ]
}

# record TITLE: writes docs/results/<tier>.md (tier without test-) from the steps so far.
record() {
  [ "$failed" = 0 ] || { echo "Something failed, so no figures are written"; return 0; }
  page=docs/results/${tier#test-}.md
  mkdir -p docs/results
  {
    echo "# $1"
    echo
    echo "Written by \`scripts/$tier\`."
    echo
    echo "- Date: $(date -u +%Y-%m-%d)"
    echo "- Commit: $(git rev-parse HEAD)$(git diff --quiet HEAD -- src include tests || echo ' and changes')"
    echo "- CPU: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "- Result: $passed passed, $failed failed, $skipped skipped, in $(($(date +%s) - started)) s"
    echo
    echo "| step | verdict | s | last line |"
    echo "|---|---|---|---|"
    cat "$figures"
    for extra in "$logs"/*.md; do
      [ ! -e "$extra" ] || { echo; cat "$extra"; }
    done
  } >"$page.new"
  mv "$page.new" "$page"
  echo "Figures are in $page"
}

# The data that the larger tests run on: SAMARA_TEST_DATA, or ../shared/data; empty where neither is.
data=${SAMARA_TEST_DATA:-}
if [ -z "$data" ] && [ -d ../shared/data ]; then data=$(cd ../shared/data && pwd); fi
if [ -n "$data" ]; then export SAMARA_TEST_DATA="$data"; fi

# unit_tests PRESET [CTEST-ARGUMENT...]: ctest, counting the cases inside GoogleTest programs.
unit_tests() {
  out=$root/build/$1/results
  rm -rf "$out"
  mkdir -p "$out"
  dir=build/$1
  shift
  code=0
  GTEST_OUTPUT=xml:$out/ ctest --test-dir "$dir" -j "$(jobs)" --output-on-failure --timeout 900 \
    --no-tests=error --output-junit "$out/ctest.junit" "$@" || code=$?
  python3 tests/house/count.py "$out" || code=1
  return $code
}

# isa_levels: the levels that SAMARA_ISA may name on this architecture, lowest first.
isa_levels() {
  case $(architecture) in
    amd64) echo scalar sse41 avx2 avxvnni avx512 avx512vnni amx ;;
    arm64) echo scalar neon fp16 dotprod i8mm ;;
    *) echo scalar neon ;;
  esac
}

# has_isa PRESET LEVEL: whether this CPU has it, by the program's own word; an answer that is
# neither yes nor "lacks" is an error of the program.
has_isa() {
  answer=$(SAMARA_ISA=$2 "build/$1/bin/samara" doctor 2>&1) && return 0
  case $answer in *"CPU lacks"*) return 1 ;; esac
  fail "SAMARA_ISA=$2: $answer"
}

# isa_tests PRESET LEVEL: the kernels' and operators' tests with the choice lowered to LEVEL.
isa_tests() {
  has_isa "$1" "$2" || { echo "this CPU lacks $2"; return 77; }
  SAMARA_ISA=$2 unit_tests "$1" -L '^engine/(kernels|ops)$'
}
