"""Keras' own tests of its LiteRT export, unchanged, with samara.tflite in the place of TensorFlow's
interpreter. They come with Keras' wheel and want TensorFlow, half a gigabyte: PYTHON is one that has
both and pytest, else the run is skipped (exit 77). The last line counts.

  keras_suite.py [PYTHON]"""

import os
import pathlib
import re
import subprocess
import sys

from program import PROGRAM

CASES = 30  # of Keras 3.15
RUN = """
import pathlib, sys
import samara.tflite
samara.tflite.install()
import keras, pytest
tests = pathlib.Path(keras.__file__).parent / "src/export/litert_test.py"
sys.exit(pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", str(tests)]))
"""


def skip(why):
    print(why)
    print(f"0 passed, 0 failed, {CASES} skipped")
    sys.exit(77)


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    package = pathlib.Path(PROGRAM).resolve().parent.parent / "python"
    environment = {**os.environ, "PYTHONPATH": f"{package}:{os.environ.get('PYTHONPATH', '')}",
                   "KERAS_BACKEND": "tensorflow"}
    for module in ("samara._native", "pytest", "keras", "tensorflow"):
        there = subprocess.run([python, "-c", f"import {module}"], env=environment, capture_output=True,
                               timeout=300, check=False)
        if there.returncode != 0:
            skip(f"{python} has no {module}")
    ran = subprocess.run([python, "-c", RUN], env=environment, capture_output=True, text=True, timeout=1200,
                         check=False)
    print(ran.stdout[-6000:], ran.stderr[-2000:])
    count = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", ran.stdout)}
    failed = count.get("failed", 0) + count.get("error", 0)
    print(f"{count.get('passed', 0)} passed, {failed} failed, {count.get('skipped', 0)} skipped")
    sys.exit(1 if failed or not count.get("passed") else 0)


if __name__ == "__main__":
    main()
