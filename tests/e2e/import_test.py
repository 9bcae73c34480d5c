"""Models taken into a hub from an address: over TLS, with licence and source, bounded, by hash."""

import contextlib
import http.server
import json

from hub import PROJECT, HubCase, sha256
from program import MODEL, certificate, run_tests, samara


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


class Imports(HubCase):
    def setUp(self):
        super().setUp()
        self.origin = self.serve(Origin, certificate(self.folder))
        self.plain = Origin.plain = self.serve(Origin)

    def take(self, address, *more, ca=True, licence=("--licence", "Apache-2.0")):
        environment = {**self.hub.variables(), "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        trusted = ("--source-ca", self.folder / "cert.pem") if ca else ()
        return samara("hub", "import", address, "--version", "1.0.0", "--json", *licence, *trusted, *more,
                      environment=environment)

    def refused(self, *words, says, **options):
        done = self.take(*words, **options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(says, done.stderr)
        self.assertNotIn("secret", done.stderr)
        self.assertEqual(self.hub.call("GET", PROJECT + "/models").json["models"], [])
        self.assertEqual(list(self.folder.glob("samara_*")), [])

    def taken(self, *words, **options):
        done = self.take(*words, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(sha256(MODEL), done.stderr)
        self.assertEqual(list(self.folder.glob("samara_*")), [])
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
