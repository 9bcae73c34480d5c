"""The program under test, small files for it, and how a file of tests is run. SAMARA names the
program."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

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


class Cases(unittest.TextTestResult):
    """Remembers every case, as GoogleTest's XML has them: tests/house/count.py adds both up."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.suite = ET.Element("testsuite")

    def stopTest(self, test):  # pylint: disable=invalid-name
        super().stopTest(test)
        case = ET.SubElement(self.suite, "testcase", name=test.id(), status="run")
        if any(test is skipped for skipped, _ in self.skipped):
            case.set("result", "skipped")
        elif any(test is getattr(bad, "test_case", bad) for bad, _ in self.errors + self.failures):
            ET.SubElement(case, "failure")


def run_tests():
    """As unittest.main(), but where GTEST_OUTPUT names a folder it tells there what each case did."""
    runner = unittest.TextTestRunner(verbosity=2, resultclass=Cases)
    program = unittest.main("__main__", exit=False, testRunner=runner)
    where = os.environ.get("GTEST_OUTPUT", "")
    if where.startswith("xml:"):
        name = pathlib.Path(sys.argv[0]).stem.removesuffix("_test")
        ET.ElementTree(program.result.suite).write(pathlib.Path(where[4:]) / f"e2e_{name}.xml")
    sys.exit(0 if program.result.wasSuccessful() else 1)
