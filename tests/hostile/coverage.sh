#!/bin/sh
# coverage.sh PYTHON: the lines of the engine that the fuzzers' models reach, by build/coverage.
set -eu
find build/coverage -name '*.gcda' -delete
"$1" tests/hostile/replay.py build/coverage/bin/model_server build/fuzz/corpus/load \
  build/fuzz/corpus/plan build/fuzz/corpus/run build/fuzz/seeds/models >&2
python3 tests/house/coverage.py build/coverage | grep -E '^engine/(schema|graph|ops):'
