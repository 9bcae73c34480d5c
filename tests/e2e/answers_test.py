"""How the hub answers on the wire: compressed for those who ask, and as it is where that would break
something; what is sent compressed is not taken; and by TLS, however its bytes are cut."""

import gzip
import http.client
import json
import random
import socket
import ssl

from hub import PROJECT, Hub, HubCase, sha256
from program import MODEL, certificate, run_tests

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


class Answers(HubCase):
    def get(self, path, token="admin", method="GET", **headers):
        return self.hub.call(method, path, token=token,
                             headers={k.replace("_", "-"): v for k, v in headers.items()})

    def test_texts_come_compressed(self):
        for path, token in (("/openapi.json", None), ("/", None), ("/ui/app.js", None),
                            ("/ui/style.css", None), ("/metrics", "admin")):
            plain = self.get(path, token)
            self.assertEqual(plain.status, 200, path)
            self.assertNotIn("content-encoding", plain.headers)
            if len(plain.body) < 1024:
                continue
            small = self.hub.call("GET", path, token=token, headers=GZIP)
            self.assertEqual(small.headers["content-encoding"], "gzip", path)
            self.assertEqual(small.headers["vary"], "Accept-Encoding")
            self.assertEqual(plain.headers["vary"], "Accept-Encoding")
            self.assertLess(len(small.body), len(plain.body) * 0.6, path)
            if path != "/metrics":
                self.assertEqual(gzip.decompress(small.body), plain.body)
                self.assertEqual(small.headers["etag"], "W/" + plain.headers["etag"])

    def test_conditions_hold_for_both_forms(self):
        tag = self.get("/openapi.json").headers["etag"]
        for held in (tag, "W/" + tag):
            for encoding in ("gzip", "identity"):
                same = self.get("/openapi.json", If_None_Match=held, Accept_Encoding=encoding)
                self.assertEqual((same.status, same.body), (304, b""))
                self.assertEqual(same.headers["etag"], ("W/" if encoding == "gzip" else "") + tag)
        head = self.get("/openapi.json", method="HEAD", Accept_Encoding="gzip")
        whole = self.get("/openapi.json", Accept_Encoding="gzip")
        self.assertEqual(head.headers["content-length"], str(len(whole.body)))
        self.assertEqual(head.body, b"")

    def test_models_and_secrets_do_not(self):
        self.ok(self.hub.add(MODEL, "1.0.0"), 201)
        path = f"{PROJECT}/blobs/{sha256(MODEL)}"
        blob = self.hub.call("GET", path, headers=GZIP)
        self.assertEqual((blob.body, blob.headers["etag"]), (MODEL, f'"{sha256(MODEL)}"'))
        self.assertNotIn("content-encoding", blob.headers)
        part = self.hub.call("GET", path, headers={**GZIP, "Range": "bytes=4-7"})
        self.assertEqual((part.status, part.body), (206, b"TFL3"))
        # The answer is made long by what its caller sends beside the secret.
        made = self.hub.call("POST", PROJECT + "/tokens", {"name": "a" * 60, "role": "device"},
                             headers=GZIP)
        self.ok(made, 201)
        self.assertNotIn("content-encoding", made.headers)

    def test_what_comes_compressed_is_not_taken(self):
        body = gzip.compress(json.dumps({"name": "p" * 50}).encode())
        answer = self.hub.call("POST", "/v1/projects", body, headers={"Content-Encoding": "gzip"})
        self.refused(answer, 415, "Content-Encoding")
        bomb = gzip.compress(bytes(50 << 20))
        upload = self.hub.call("POST", PROJECT + "/uploads", {}).json["upload"]
        answer = self.hub.call("PATCH", f"{PROJECT}/uploads/{upload}", bomb,
                               headers={"Content-Encoding": "gzip", "Upload-Offset": "0"})
        self.refused(answer, 415)
        self.assertEqual(self.hub.call("HEAD", f"{PROJECT}/uploads/{upload}").headers["upload-offset"], "0")


class ByTls(HubCase):
    """The same hub where each byte goes through TLS."""

    def setUp(self):
        super().setUp()
        certified, key = certificate(self.folder)
        self.secure = Hub(self.path("tls"), "--rate", "0", "--certificate", certified, "--key", key).start()
        self.addCleanup(self.secure.stop)
        self.tls = ssl.create_default_context(cafile=certified)
        self.secure.connect = lambda: http.client.HTTPSConnection(
            "localhost", self.secure.port, timeout=60, context=self.tls)

    def dial(self):
        link = socket.create_connection(("localhost", self.secure.port), timeout=20)
        self.addCleanup(link.close)
        return self.tls.wrap_socket(link, server_hostname="localhost")

    def test_large_bodies_both_ways(self):
        content = MODEL + random.Random(7).randbytes(3_000_001)
        self.secure.have(content)
        path = f"{PROJECT}/blobs/{sha256(content)}"
        self.assertEqual(self.ok(self.secure.call("GET", path)).body, content)
        part = self.secure.call("GET", path, headers={"Range": "bytes=100000-300000"})
        self.assertEqual((part.status, part.body), (206, content[100_000:300_001]))

    def test_requests_that_come_together_or_byte_by_byte(self):
        asked = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
        last = asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        for pieces in ([asked * 99 + last], [bytes([c]) for c in asked + last]):
            link, got = self.dial(), b""
            for piece in pieces:
                link.sendall(piece)
            while piece := link.recv(1 << 16):
                got += piece
            self.assertEqual(got.count(b"HTTP/1.1 200 "), 100 if len(pieces) == 1 else 2)

    def test_who_goes_away_in_the_middle_harms_nobody(self):
        for end in range(0, 300, 7):
            raw = socket.create_connection(("localhost", self.secure.port))
            raw.sendall(random.Random(end).randbytes(end))
            raw.close()
            link = self.dial()
            link.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Length: 999\r\n\r\n" +
                         b"a" * end)
            link.close()
        self.ok(self.secure.call("GET", "/healthz"))


if __name__ == "__main__":
    run_tests()
