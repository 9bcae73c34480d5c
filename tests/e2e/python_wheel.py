"""The Python wheel, as pip makes it: built of a build folder's libraries, held against the manylinux tag
that it may carry, installed in an environment of its own and used. PYTHON has tests/requirements.txt
and tests/requirements-clients.txt. The last line counts.

  python_wheel.py PYTHON"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from program import F32, PROGRAM, ROOT

# What Debian 12's C library is; a wheel for older ones is built on one of those.
FLOOR = "manylinux_2_36"

PROGRAM_TEXT = f"""
import numpy, samara
from samara import device
out = samara.load({F32!r})(image=numpy.zeros((1, 32, 32, 3), numpy.float32))["output_0"]
assert out.shape == (1, 10), out.shape
with device.Device("store", bundled={{"d": ("1", {F32!r})}}) as made:
    model = made.open("d", device.Policy.LOCAL_MODEL)
    print(model.run([bytes(4 * 32 * 32 * 3)]).why)
    model.close()
"""


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True,
                          timeout=600, **options)


def main():
    python = pathlib.Path(sys.argv[1]).absolute()
    build = pathlib.Path(PROGRAM).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, "--config-settings",
            f"cmake.define.SAMARA_BUILD={build}", ROOT / "bindings/python")
        (wheel,) = folder.glob("samara-*.whl")
        told = run(python, "-m", "auditwheel", "show", wheel).stdout
        tag = re.search(r'platform tag:\s+"(\w+)"', told).group(1)
        version = [int(n) for n in re.findall(r"\d+", tag)[:2]]
        assert version <= [int(n) for n in re.findall(r"\d+", FLOOR)[:2]], told
        print(wheel.name, "may be tagged", tag)
        site = folder / "site"
        run(*pip, "install", "--no-deps", "--no-index", "--target", site, wheel)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SAMARA", "PYTHON"))}
        used = run(python, "-c", PROGRAM_TEXT, cwd=folder, env={**clean, "PYTHONPATH": str(site)})
        assert used.stdout.strip() == "answered by cpu", used.stdout + used.stderr
    print("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()
