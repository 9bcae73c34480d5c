"""Models taken into a hub from an address: over TLS, with licence and source, bounded, by hash."""

import contextlib
import http.server
import json
import pathlib
import ssl
import subprocess
import tempfile
import threading
import unittest

from hub import Hub, sha256
from program import INT8, run_tests, samara

MODEL = pathlib.Path(INT8).read_bytes()


class Origin(http.server.BaseHTTPRequestHandler):
    """Somebody's server: a model, and ways to lead astray."""

    plain = ""

    def do_GET(self):  # pylint: disable=invalid-name
        path = self.path.split("?")[0]
        if path == "/models/digits.tflite":
            self.answer(200, MODEL)
        elif path == "/moved":
            self.answer(302, b"", Location="/models/digits.tflite?Signature=secret")
        elif path == "/astray":
            self.answer(302, b"", Location=self.plain + "/models/digits.tflite")
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(64):
                    self.wfile.write(bytes(1 << 20))
        else:
            self.answer(404, b"nothing here")

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Imports(unittest.TestCase):
    def serve(self, context=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem", "-days", "1", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], capture_output=True, check=False)
        if made.returncode != 0:
            self.skipTest("no openssl command here")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        self.origin = f"https://127.0.0.1:{self.serve(context)}"
        self.plain = Origin.plain = f"http://127.0.0.1:{self.serve()}"
        self.hub = Hub(self.folder / "hub", "--rate", "0").start()
        self.addCleanup(self.hub.stop)

    def take(self, address, *more, ca=True, licence=("--licence", "Apache-2.0")):
        environment = {"SAMARA_HUB": f"http://127.0.0.1:{self.hub.port}", "HOME": str(self.folder),
                       "SAMARA_HUB_TOKEN": self.hub.admin, "TMPDIR": str(self.folder)}
        trusted = ("--source-ca", self.folder / "cert.pem") if ca else ()
        return samara("hub", "import", address, "--version", "1.0.0", "--json", *licence, *trusted, *more,
                      environment=environment)

    def refused(self, *words, says, **options):
        done = self.take(*words, **options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(says, done.stderr)
        self.assertNotIn("secret", done.stderr)
        self.assertEqual(self.hub.call("GET", "/v1/projects/default/models").json["models"], [])
        self.assertEqual(list(self.folder.glob("samara_import_*")), [])

    def taken(self, *words, **options):
        done = self.take(*words, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(sha256(MODEL), done.stderr)
        self.assertEqual(list(self.folder.glob("samara_import_*")), [])
        return json.loads(done.stdout)

    def test_what_is_taken_says_where_from(self):
        made = self.taken(self.origin + "/models/digits.tflite?Signature=secret", "--label", "team=vision",
                          "--channel", "stable")
        self.assertEqual(made["model"], "digits")
        self.assertTrue(made["published"])
        self.assertEqual(made["labels"], {"licence": "Apache-2.0", "team": "vision",
                                          "source": self.origin + "/models/digits.tflite"})
        made = self.taken(self.origin + "/moved", "--model", "moved", "--source", "a colleague",
                          "--sha256", sha256(MODEL))
        self.assertEqual(made["labels"]["source"], "a colleague")
        self.taken(self.plain + "/models/digits.tflite", "--model", "plain", "--sha256", sha256(MODEL))

    def test_what_is_refused_leaves_nothing(self):
        good = self.origin + "/models/digits.tflite"
        self.refused(good, says="--licence", licence=())
        self.refused(self.origin + "/none?secret", says="/none answers 404")
        self.refused(good, "--sha256", "0" * 64, says=sha256(MODEL))
        self.refused(self.plain + "/models/digits.tflite", says="--sha256")
        self.refused(self.origin + "/astray", says="permission_denied")
        self.refused(good + "?secret", says="permission_denied", ca=False)
        self.refused(self.origin + "/endless", "--most-mb", "1", says="longer than 1048576")
        for address in ("ftp://h/secret", "/etc/passwd", "", "oci:x"):
            done = self.take(address)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no address", done.stderr)


if __name__ == "__main__":
    run_tests()
