"""The program under test, small files for it, the folder and the servers of a test, and how a file of
tests is run. SAMARA names the program."""

import contextlib
import http.server
import json
import os
import pathlib
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("SAMARA", str(ROOT / "build/release/bin/samara"))
DIGITS = ROOT / "examples/digits"
INT8 = str(DIGITS / "models/digits_int8.tflite")
F32 = str(DIGITS / "models/digits_f32.tflite")
MODEL, OTHER = pathlib.Path(INT8).read_bytes(), pathlib.Path(F32).read_bytes()


def samara(*words, program=PROGRAM, environment=None, **options):
    """Runs the program; its result has returncode, stdout and stderr."""
    return subprocess.run(
        [program, *map(str, words)], capture_output=True, text=True, check=False,
        env={**os.environ, **(environment or {})}, **{"timeout": 300, **options})


def parsed(result):
    """The JSON on stdout of a run that must have succeeded."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def npy(descr, shape, data):
    """An .npy file of raw bytes."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape!r}, }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def certificate(folder, *more, names="DNS:localhost,IP:127.0.0.1"):
    """Paths of a certificate for this machine, which nobody but itself has signed, and of its key."""
    if not shutil.which("openssl"):
        raise unittest.SkipTest("the openssl program is not installed here")
    paths = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    *(more or ["-nodes"]), "-out", paths[0], "-keyout", paths[1], "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=" + names],
                   capture_output=True, check=True)
    return paths


@contextlib.contextmanager
def serving(handler, tls=None):
    """An HTTP server on loopback, over TLS with what certificate() gives; its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class InFolder(unittest.TestCase):
    """A test with a folder of its own, which goes with it."""

    def setUp(self):
        # A program that was just ended may still have left something there.
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return self.folder / name

    def file(self, content, name="digits.tflite"):
        self.path(name).write_bytes(content)
        return str(self.path(name))

    def serve(self, handler, tls=None):
        """The address of an HTTP server that ends with the test."""
        server = serving(handler, tls)
        self.addCleanup(server.__exit__, None, None, None)
        return server.__enter__()  # pylint: disable=unnecessary-dunder-call


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
