"""The program under test and small files for it. SAMARA names the program."""

import json
import os
import pathlib
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("SAMARA", str(ROOT / "build/release/bin/samara"))
DIGITS = ROOT / "examples/digits"
INT8 = str(DIGITS / "models/digits_int8.tflite")
F32 = str(DIGITS / "models/digits_f32.tflite")


def samara(*words, program=PROGRAM, environment=None, **options):
    """Runs the program; its result has returncode, stdout and stderr."""
    return subprocess.run(
        [program, *map(str, words)], capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, **(environment or {})}, **options)


def parsed(result):
    """The JSON on stdout of a run that must have succeeded."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def npy(descr, shape, data):
    """An .npy file of raw bytes."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape!r}, }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data
