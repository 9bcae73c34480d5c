"""A hub under requests that mean it ill, and over TLS."""

import os
import pty
import socket
import ssl
import warnings

from hub import DIGITS, PROJECT, Hub, HubCase, memory_of
from program import InFolder, certificate, run_tests, samara


class Hostile(HubCase):
    def talk(self, data, seconds=5):
        with socket.create_connection(("127.0.0.1", self.hub.port), timeout=seconds) as link:
            link.sendall(data)
            got = b""
            try:
                while piece := link.recv(65536):
                    got += piece
            except TimeoutError:
                return None
            except ConnectionResetError:
                pass
            return got

    def test_paths_that_lead_elsewhere(self):
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v1/projects/../../etc",
                     f"{PROJECT}/blobs/../../../hub.sqlite", f"{PROJECT}/blobs/%2e%2e%2f%2e%2e",
                     f"{PROJECT}/uploads/..%2f..%2fhub.sqlite", f"{DIGITS}%00", "/v1//projects",
                     f"{PROJECT}/models/%ff%fe", f"{PROJECT}/models/%", f"{PROJECT}/models/%2",
                     f"{PROJECT}/models/a%0d%0aSet-Cookie:x", "/v1/projects/'%20OR%201=1--/models"):
            answer = self.hub.call("GET", path)
            self.assertEqual(answer.status, 404, path)
            self.assertNotIn(b"root:", answer.body)
            self.assertNotIn("set-cookie", answer.headers)

    def test_methods_and_bodies(self):
        wrong = self.hub.call("PUT", "/healthz", {})
        self.assertEqual((wrong.status, wrong.headers["allow"]), (405, "GET"))
        for bad in (b"", b"{", b"[]", b"null", b'{"name":"a","name":"b"}', b'{"name":1}', b"\xff",
                    b'{"name":"../x"}', b'{"name":"a","more":1}', b"[" * 5000, b'{"name":"\\u0000"}'):
            self.refused(self.hub.call("POST", "/v1/projects", bad), 400 if len(bad) < 5000 else 507)
        self.assertEqual(self.hub.call("POST", "/v1/projects", b"{" + b" " * (2 << 20)).status, 413)
        for method, path in (("GET", "/v1/whoami"), ("DELETE", DIGITS),
                             ("POST", DIGITS + "/versions/1.0.0/publish")):
            self.refused(self.hub.call(method, path, b"{}"), 413, "takes no body")
        self.refused(self.hub.call("GET", PROJECT + "/audit?limit=x"), 400, "limit")

    def test_oversized_headers(self):
        self.assertIn(b" 431 ", self.talk(b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"))
        self.assertIn(b" 431 ", self.talk(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"))

    def test_smuggled_requests(self):
        smuggled = (b"POST /v1/projects HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        got = self.talk(smuggled)
        self.assertIn(b" 400 ", got)
        self.assertEqual(got.count(b"HTTP/1.1 "), 1)

    def test_slow_requests_do_not_hold_others_up(self):
        slow = [socket.create_connection(("127.0.0.1", self.hub.port)) for _ in range(300)]
        for link in slow:
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        connection = self.hub.connect()
        for _ in range(200):  # while all the slow ones are still open
            self.ok(self.hub.call("GET", "/healthz", connection=connection))
        connection.close()
        for link in slow:
            link.close()
        self.assertLess(memory_of(self.hub.process.pid), 512 << 20)

    def test_readiness_metrics_and_an_end_that_finishes_its_work(self):
        self.ok(self.hub.call("GET", "/readyz", token=None))
        text = self.ok(self.hub.call("GET", "/metrics")).body.decode()
        self.assertIn('samara_http_requests_total{route="GET /readyz",status="2xx"} 1', text)
        self.assertRegex(text, r"samara_http_connections \d+\n")
        self.assertEqual(self.hub.stop(), 0)
        self.assertIn("has stopped", self.hub.errors)


class Secure(InFolder):
    def test_a_key_with_a_passphrase(self):
        """Never asked for: there is a terminal here, and nothing is read from it or written to it."""
        tls = self.tls("-passout", "pass:open sesame")
        self.path("right").write_text("open sesame\n")
        self.path("wrong").write_text("open barley\n")
        hub = Hub(self.path("hub"), *tls, "--key-passphrase-file", self.path("right")).start()
        self.assertEqual(hub.stop(), 0)
        serve = ("hub", "serve", *hub.data, "--port", "0", *tls)
        for more in ((), ("--key-passphrase-file", self.path("wrong"))):
            ours, theirs = pty.openpty()
            self.addCleanup(os.close, ours)
            done = samara(*serve, *more, stdin=theirs, preexec_fn=os.setsid)
            os.close(theirs)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("key.pem", done.stderr)
            self.assertIn("passphrase", done.stderr)
            self.assertNotIn("barley", done.stderr)
        self.assertIn("not_found", samara(*serve, "--key-passphrase-file", self.path("none")).stderr)

    def tls(self, *more):
        paths = certificate(self.folder, *more)
        return "--certificate", paths[0], "--key", paths[1]

    def test_tls(self):
        hub = Hub(self.path("hub"), *self.tls()).start()
        self.addCleanup(hub.stop)
        context = ssl.create_default_context(cafile=self.path("cert.pem"))
        with socket.create_connection(("127.0.0.1", hub.port)) as raw, \
                context.wrap_socket(raw, server_hostname="localhost") as link:
            self.assertIn(link.version(), ("TLSv1.2", "TLSv1.3"))
            for _ in range(3):
                link.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                got = b""
                while not got.endswith(b"}\n"):
                    got += link.recv(65536)
                self.assertIn(b" 200 OK", got)
        warnings.simplefilter("ignore", DeprecationWarning)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", hub.port)) as raw:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                old.wrap_socket(raw)


if __name__ == "__main__":
    run_tests()
