"""Runs the suite of theupdateframework/tuf-conformance against `samara tuf`. The suite is a public
repository, read from $SAMARA_CLIENTS/tuf-conformance; without it, or without faketime, the run is
skipped (exit 77). PYTHON is one with tests/requirements-clients.txt. The last line counts.

  tuf_conformance.py [PYTHON]"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

from program import PROGRAM

CASES = 113  # of version 2.4.0: fewer means that something did not run


def skip(why):
    print(why)
    print(f"0 passed, 0 failed, {CASES} skipped")
    sys.exit(77)


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    clients = os.environ.get("SAMARA_CLIENTS", "")
    suite = pathlib.Path(clients) / "tuf-conformance"
    if not clients or not (suite / "tuf_conformance").is_dir():
        skip("SAMARA_CLIENTS names no folder with theupdateframework/tuf-conformance")
    if not shutil.which("faketime"):
        skip("faketime is not installed")
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tuf_conformance",
               "--entrypoint", f"{pathlib.Path(PROGRAM).resolve()} tuf"]
    result = subprocess.run(command, cwd=suite, capture_output=True, text=True, timeout=1200,
                            check=False, env={**os.environ, "no_proxy": "127.0.0.1,localhost"})
    print(result.stdout[-8000:], result.stderr[-4000:])
    count = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", result.stdout)}
    passed = count.get("passed", 0)
    failed = count.get("failed", 0) + count.get("error", 0)
    skipped = count.get("skipped", 0)
    if passed + failed + skipped < CASES:
        failed += CASES - passed - failed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
