"""The bytes that a hub keeps: as they are asked for, as they come, and what outlives cuts and kills."""

import hashlib
import http.client
import os
import random
import signal
import socket
import threading
import time

from hub import DIGITS, PROJECT, HubCase, OnPostgres, memory_of, sha256, wait_until
from program import MODEL, run_tests


class Blobs(HubCase):
    def get(self, token="admin", method="GET", **headers):
        return self.hub.call(method, f"{PROJECT}/blobs/{sha256(MODEL)}", token=token,
                             headers={k.replace("_", "-"): v for k, v in headers.items()})

    def test_ranges_and_conditions(self):
        self.hub.have()
        whole, etag = self.ok(self.get()), f'"{sha256(MODEL)}"'
        self.assertEqual(whole.body, MODEL)
        self.assertEqual(whole.headers["etag"], etag)
        self.assertIn("immutable", whole.headers["cache-control"])
        head = self.get(method="HEAD")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["content-length"], str(len(MODEL)))
        n = len(MODEL)
        for asked, first, last in (("0-0", 0, 0), ("100-199", 100, 199), ("500-", 500, n - 1),
                                   ("-100", n - 100, n - 1), (f"0-{n * 9}", 0, n - 1),
                                   (f"-{n * 9}", 0, n - 1)):
            part = self.get(Range="bytes=" + asked)
            self.assertEqual(part.status, 206, asked)
            self.assertEqual(part.body, MODEL[first:last + 1], asked)
            self.assertEqual(part.headers["content-range"], f"bytes {first}-{last}/{n}")
        for asked in (f"{n}-", "-0", f"{n * 9}-{n * 10}"):
            beyond = self.get(Range="bytes=" + asked)
            self.assertEqual(beyond.status, 416, asked)
            self.assertEqual(beyond.headers["content-range"], f"bytes */{n}")
        for ignored in ("bytes=5-4", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-", "bytes=1",
                        "bytes=99999999999999999999-"):
            self.assertEqual(self.get(Range=ignored).status, 200, ignored)
        self.assertEqual(self.get(Range="bytes=0-9", If_Range=etag).status, 206)
        self.assertEqual(self.get(Range="bytes=0-9", If_Range='"other"').status, 200)
        self.assertEqual(self.get(If_None_Match=etag).status, 304)
        self.assertEqual(self.get(If_None_Match=f'"x", W/{etag}').status, 304)
        self.assertEqual(self.get(If_None_Match='"x"').status, 200)

    def test_devices_get_what_is_published_and_projects_their_own(self):
        self.ok(self.hub.add(MODEL, "1.0.0"), 201)
        device, viewer = self.hub.token("device"), self.hub.token("viewer")
        self.assertEqual(self.get(device).status, 404)
        self.assertEqual(self.get(viewer).status, 200)
        self.ok(self.hub.publish("1.0.0"))
        self.assertEqual(self.get(device).status, 200)
        self.ok(self.hub.call("POST", "/v1/projects", {"name": "other"}), 201)
        self.refused(self.hub.call("GET", f"/v1/projects/other/blobs/{sha256(MODEL)}"), 404)

    def test_same_bytes_are_kept_once(self):
        for version in ("1.0.0", "1.0.1", "1.0.2"):
            self.ok(self.hub.add(MODEL, version), 201)
        files = [p for p in (self.folder / "hub/store/blobs").rglob("*") if p.is_file()]
        self.assertEqual([p.name for p in files], [sha256(MODEL)])


class Uploads(HubCase):
    def begin(self, size=None):
        body = {} if size is None else {"size": size}
        return self.ok(self.hub.call("POST", PROJECT + "/uploads", body), 201).json["upload"]

    def patch(self, name, content, offset):
        return self.hub.call("PATCH", f"{PROJECT}/uploads/{name}", content,
                             headers={"Upload-Offset": str(offset)})

    def offset(self, name):
        return self.ok(self.hub.call("GET", f"{PROJECT}/uploads/{name}")).json["offset"]

    def test_resumes(self):
        name = self.begin(len(MODEL))
        self.ok(self.patch(name, MODEL[:1000], 0), 204)
        self.refused(self.patch(name, MODEL[500:], 500), 409, "1000 bytes")
        self.refused(self.hub.call("PATCH", f"{PROJECT}/uploads/{name}", b"x"), 400, "Upload-Offset")
        body = {"upload": name, "version": "1.0.0"}
        self.refused(self.hub.call("POST", DIGITS + "/versions", body), 409, "1000 of")
        self.ok(self.patch(name, MODEL[1000:], 1000), 204)
        self.refused(self.patch(name, b"more", len(MODEL)), 400, "announced")
        wrong = {**body, "sha256": "0" * 64}
        self.refused(self.hub.call("POST", DIGITS + "/versions", wrong), 422, "SHA-256")
        self.ok(self.hub.call("POST", DIGITS + "/versions", {**body, "sha256": sha256(MODEL)}), 201)
        self.refused(self.hub.call("GET", f"{PROJECT}/uploads/{name}"), 404)

    def test_of_another_project_is_unknown(self):
        name = self.begin()
        self.ok(self.hub.call("POST", "/v1/projects", {"name": "other"}), 201)
        self.refused(self.hub.call("GET", f"/v1/projects/other/uploads/{name}"), 404)
        self.ok(self.hub.call("DELETE", f"{PROJECT}/uploads/{name}"), 204)
        self.refused(self.hub.call("DELETE", f"{PROJECT}/uploads/{name}"), 404)

    def test_a_cut_connection_keeps_what_came(self):
        name = self.begin(len(MODEL))
        with socket.create_connection(("127.0.0.1", self.hub.port)) as cut:
            cut.sendall((f"PATCH {PROJECT}/uploads/{name} HTTP/1.1\r\nHost: h\r\nUpload-Offset: 0\r\n"
                         f"Authorization: Bearer {self.hub.admin}\r\n"
                         f"Content-Length: {len(MODEL)}\r\n\r\n").encode() + MODEL[:20000])
            self.assertTrue(wait_until(lambda: self.offset(name) == 20000))
            self.refused(self.patch(name, MODEL[20000:], 20000), 503)
        self.assertTrue(wait_until(lambda: self.patch(name, MODEL[20000:], 20000).status == 204))
        body = {"upload": name, "version": "1.0.0", "sha256": sha256(MODEL)}
        self.ok(self.hub.call("POST", DIGITS + "/versions", body), 201)

    def test_kill_keeps_what_was_acknowledged(self):
        self.hub.have()
        rng = random.Random(7)
        kept, name, offset = set(), self.begin(), 0
        for n in range(int(os.environ.get("SAMARA_HUB_KILLS", "5"))):
            content = rng.randbytes(rng.randrange(1, 50_000))
            self.ok(self.patch(name, content, offset), 204)
            offset += len(content)
            stop = threading.Event()
            load = [threading.Thread(target=work, args=(stop, kept, n)) for work in
                    (self.make_aliases, self.make_aliases, self.poll, self.tear_uploads)]
            for thread in load:
                thread.start()
            self.assertTrue(wait_until(lambda n=n: len(kept) > n, 60))
            time.sleep(rng.random() * 0.2)
            self.hub.stop(signal.SIGKILL)
            stop.set()
            for thread in load:
                thread.join()
            self.hub.start()
            listed = self.ok(self.hub.call("GET", DIGITS)).json["aliases"]
            self.assertLessEqual(kept, {a["name"] for a in listed})
            self.assertEqual(self.offset(name), offset)
        self.assertGreater(len(kept), n)
        self.assertEqual(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(MODEL)}").body, MODEL)

    def make_aliases(self, stop, kept, n):
        """Notes what the hub has acknowledged, until it is killed."""
        for i in range(10_000):
            name = f"a{n}-{threading.get_ident() % 10_000}-{i}"
            try:
                answer = self.hub.call("PUT", f"{DIGITS}/aliases/{name}", {"version": "1.0.0"})
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                kept.add(name)
            if stop.is_set():
                return

    def poll(self, stop, _kept, _n):
        while not stop.is_set():
            try:
                self.hub.call("GET", DIGITS + "/versions/1.0.0")
            except (OSError, http.client.HTTPException):
                return

    def tear_uploads(self, stop, _kept, _n):
        while not stop.is_set():
            try:
                self.patch(self.begin(1 << 20), bytes(1 << 20), 0)
            except (OSError, http.client.HTTPException, AssertionError):
                return

    def test_memory_stays_flat(self):
        """A large file up, judged, published and down again. SAMARA_HUB_MEGABYTES: how large."""
        size = int(os.environ.get("SAMARA_HUB_MEGABYTES", "256")) << 20
        pid = self.hub.process.pid
        before, most, piece = memory_of(pid), 0, bytes(1 << 20)
        digest = hashlib.sha256()
        name = self.begin(size)
        with socket.create_connection(("127.0.0.1", self.hub.port)) as link:
            link.sendall((f"PATCH {PROJECT}/uploads/{name} HTTP/1.1\r\nHost: h\r\nUpload-Offset: 0\r\n"
                          f"Authorization: Bearer {self.hub.admin}\r\nConnection: close\r\n"
                          f"Content-Length: {size}\r\n\r\n").encode())
            for n in range(size >> 20):  # what follows a model in its file is nobody's
                sent = MODEL + piece[len(MODEL):] if n == 0 else piece
                link.sendall(sent)
                digest.update(sent)
                most = max(most, memory_of(pid)) if n % 16 == 0 else most
            self.assertIn(b" 204 ", link.recv(1000))
        added = self.ok(self.hub.call("POST", DIGITS + "/versions", {
            "upload": name, "version": "1.0.0", "sha256": digest.hexdigest()}), 201).json
        self.assertEqual(added["size"], size)
        blob = f"{PROJECT}/blobs/{digest.hexdigest()}"
        end = self.hub.call("GET", blob, headers={"Range": "bytes=-100"})
        self.assertEqual(end.headers["content-range"], f"bytes {size - 100}-{size - 1}/{size}")
        connection, came = self.hub.connect(), hashlib.sha256()
        connection.request("GET", blob, headers={"Authorization": "Bearer " + self.hub.admin})
        answer = connection.getresponse()
        while got := answer.read(1 << 20):
            came.update(got)
            most = max(most, memory_of(pid))
        connection.close()
        self.assertEqual(came.digest(), digest.digest())
        self.assertLess(most - before, 32 << 20)


class UploadsOnPostgres(OnPostgres, Uploads):
    def test_a_database_that_is_gone_for_a_while(self):
        self.hub.have()
        self.postgres.stop()
        for _ in range(3):
            gone = self.hub.call("GET", DIGITS)
            self.assertEqual((gone.status, gone.headers.get("retry-after")), (503, "1"), gone.body)
            self.assertNotIn(b"PostgreSQL", gone.body)
        self.assertEqual(self.hub.call("GET", "/readyz", token=None).status, 503)
        self.assertEqual(self.hub.call("GET", "/healthz", token=None).status, 200)
        self.postgres.start()
        shown = self.ok(self.hub.call("GET", DIGITS)).json
        self.assertEqual([v["version"] for v in shown["versions"]], ["1.0.0"])


if __name__ == "__main__":
    run_tests()
