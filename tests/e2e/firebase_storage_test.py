"""Firebase's doors: tokens for service accounts, and uploads as to Cloud Storage."""

import subprocess
import time
import urllib.parse

from firebase import API, UPLOADS, Account, Case, coded
from hub import OnPostgres, sha256
from program import MODEL, run_tests, samara


class Tokens(Case):
    def test_assertions(self):
        self.assertEqual(self.account.mode, 0o600)
        now, good = int(time.time()), self.account.assertion()
        for text, wrong in (
                ("", {"aud": "https://elsewhere/token"}), ("expired", {"exp": now - 400, "iat": now - 900}),
                ("future", {"iat": now + 900, "exp": now + 1200}), ("too long", {"exp": now + 8000}),
                ("unknown", {"iss": "ci-999@default.samara"}), ("unknown", {"iss": "x"}),
                ("unknown", {"iss": 7})):
            answer = self.grant(self.account.assertion(**wrong))
            self.refused(answer, 400, "INVALID_ARGUMENT", text)
        other = Account(self.hub, self.folder, "other")
        forged = other.assertion(iss=self.account.email)
        self.refused(self.grant(forged), 400, "INVALID_ARGUMENT", "not signed")
        head, claims, signature = good.split(".")
        none = coded(b'{"alg":"none"}')
        for bad in ("", "a.b", "a.b.c", f"{none}.{claims}.", f"{head}.{claims}.",
                    f"{head}.{claims}.{'A' * 342}", f"{head}.{coded(b'[]')}.{signature}", "x" * 20_000,
                    f"{head}.{claims}.{signature}="):
            self.refused(self.grant(bad), 400, "INVALID_ARGUMENT")
        self.refused(self.grant(good, "password"), 400, "INVALID_ARGUMENT", "grant_type")
        self.ok(self.grant(self.account.assertion(aud="https://oauth2.googleapis.com/token")))

    def test_access_tokens(self):
        kind, number, until, seal = self.token.split("_")
        for wrong in (f"{kind}_{number}_{int(until) + 1}_{seal}", f"{kind}_1_{until}_{seal}",
                      f"{kind}_{number}_{until}_{'0' * 64}", f"{kind}_{number}_{until}", "sma_", "sma___",
                      self.token + "0"):
            self.refused(self.hub.call("GET", API + "/models", token=wrong), 401, "UNAUTHENTICATED")
        listed = self.hub.call("GET", "/v1/projects/default/tokens").json["tokens"]
        self.assertEqual([t["name"] for t in listed], ["ci"])
        key = subprocess.run(["openssl", "rsa", "-in", self.account.key, "-pubout"], capture_output=True,
                             text=True, check=True).stdout
        for guess in (key, "key:" + sha256(key.encode()), sha256(key.encode())):
            answer = self.hub.call("GET", API + "/models", token=guess.replace("\n", ""))
            self.refused(answer, 401, "UNAUTHENTICATED")
        self.ok(self.hub.call("DELETE", f"/v1/projects/default/tokens/{number}"), 204)
        self.refused(self.call("GET", API + "/models"), 401, "UNAUTHENTICATED", "revoked")
        self.refused(self.grant(self.account.assertion()), 400, "INVALID_ARGUMENT", "revoked")

    def test_roles_hold_here_too(self):
        viewer = Account(self.hub, self.folder, "viewer", "--role", "viewer")
        token = self.ok(self.grant(viewer.assertion())).json["access_token"]
        self.ok(self.hub.call("GET", API + "/models", token=token))
        for method, path in (("POST", API + "/models"), ("PATCH", API + "/models/1"),
                             ("DELETE", API + "/models/1"),
                             ("POST", UPLOADS + "?uploadType=media&name=x")):
            self.refused(self.hub.call(method, path, {} if method != "DELETE" else None, token=token), 403,
                         "PERMISSION_DENIED")

    def test_keys_that_are_none(self):
        for key in ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "x", 1):
            body = {"name": "a", "role": "viewer", "public_key": key}
            self.refused(self.hub.call("POST", "/v1/projects/default/tokens", body), 400, "INVALID_ARGUMENT")
        key = subprocess.run(["openssl", "rsa", "-in", self.account.key, "-pubout"], capture_output=True,
                             text=True, check=True).stdout
        body = {"name": "a", "role": "device", "public_key": key, "device": "d1"}
        self.refused(self.hub.call("POST", "/v1/projects/default/tokens", body), 400, "INVALID_ARGUMENT",
                     "only one of both")
        again = samara("hub", "firebase-account", "ci", "--output", self.folder / "ci.json",
                       *self.hub.flags())
        self.assertIn("already", again.stderr)


class Storage(Case):
    def resumable(self, name="big.bin", **headers):
        answer = self.ok(self.call("POST", UPLOADS + "?uploadType=resumable", {"name": name},
                                   headers={k.replace("_", "-"): v for k, v in headers.items()}))
        return urllib.parse.urlsplit(answer.headers["location"])

    def put(self, session, content, part):
        return self.call("PUT", f"{session.path}?{session.query}", content,
                         headers={"Content-Range": part} if part else None)

    def test_uploads_of_every_kind(self):
        whole = self.ok(self.upload("a/b.bin", MODEL)).json
        self.assertEqual((whole["name"], whole["bucket"], whole["size"]),
                         ("a/b.bin", "models", str(len(MODEL))))
        media = self.ok(self.call("POST", UPLOADS + "?uploadType=media&name=m.bin", MODEL)).json
        self.assertEqual(media["crc32c"], whole["crc32c"])
        session = self.resumable(X_Upload_Content_Length=str(len(MODEL)))
        more = self.put(session, MODEL[:1000], f"bytes 0-999/{len(MODEL)}")
        self.assertEqual((more.status, more.headers["range"]), (308, "bytes=0-999"))
        asked = self.put(session, b"", f"bytes */{len(MODEL)}")
        self.assertEqual((asked.status, asked.headers["range"]), (308, "bytes=0-999"))
        self.refused(self.put(session, MODEL[5:], f"bytes 5-/{len(MODEL)}"), 400, "INVALID_ARGUMENT")
        gap = self.put(session, MODEL[500:], f"bytes 500-{len(MODEL) - 1}/{len(MODEL)}")
        self.refused(gap, 409, "ABORTED", "1000 bytes")
        last = f"bytes 1000-{len(MODEL) - 1}/{len(MODEL)}"
        self.assertEqual(self.ok(self.put(session, MODEL[1000:], last)).json["crc32c"], whole["crc32c"])
        again = self.ok(self.put(session, b"", f"bytes */{len(MODEL)}")).json  # the answer was lost
        self.assertEqual(again["name"], "big.bin")
        stream = self.resumable("stream.bin")
        self.assertEqual(self.ok(self.put(stream, MODEL, "bytes 0-*/*")).json["size"], str(len(MODEL)))
        plain = self.resumable("plain.bin")
        self.assertEqual(self.ok(self.put(plain, MODEL, None)).json["size"], str(len(MODEL)))
        read = self.ok(self.call("GET", "/storage/v1/b/models/o/a%2Fb.bin?alt=media"))
        self.assertEqual(read.body, MODEL)

    def test_what_is_not_whole_is_no_object(self):
        self.refused(self.upload("x.bin", MODEL, crc32c="AAAAAA=="), 400, "INVALID_ARGUMENT", "CRC32C")
        kind = {"Content-Type": "multipart/related; boundary=frame"}
        path = UPLOADS + "?uploadType=multipart"
        for body in (b"", b"--frame", b"--frame--", b"--frame\r\n\r\n{}\r\n--frame--", b"x" * 100_000,
                     b'--frame\r\n\r\n{"name":"x.bin"}\r\n--frame\r\n\r\nbytes',
                     b'--frame\r\n\r\n{"name":""}\r\n--frame\r\n\r\nbytes\r\n--frame--',
                     b'--frame\r\n\r\n{"name":"a\\nb"}\r\n--frame\r\n\r\nbytes\r\n--frame--',
                     b"--frame\r\n\r\nnot json\r\n--frame\r\n\r\nbytes\r\n--frame--"):
            self.refused(self.call("POST", path, body, headers=kind), 400, "INVALID_ARGUMENT")
        plain = self.call("POST", path, b"x", headers={"Content-Type": "text/plain"})
        self.refused(plain, 400, "INVALID_ARGUMENT")
        for query in ("", "?uploadType=other", "?uploadType=media", "?uploadType=resumable"):
            self.refused(self.call("POST", UPLOADS + query, b""), 400, "INVALID_ARGUMENT")
        self.refused(self.call("GET", "/storage/v1/b/models/o/x.bin"), 404, "NOT_FOUND")
        uploads = [p for p in (self.folder / "hub/store/uploads").rglob("*") if p.is_file()]
        self.assertEqual(uploads, [], "what was not finished is gone")

    def test_sessions(self):
        session = self.resumable(X_Upload_Content_Length="4")
        self.refused(self.put(session, b"12345", "bytes 0-4/4"), 400, "INVALID_ARGUMENT", "more than 4")
        for part in ("bytes", "bytes 0-3", "bytes a-b/4", "bytes 0-3/x", "lines 0-3/4", "bytes -/4",
                     "bytes /4"):
            self.refused(self.put(session, b"1234", part), 400, "INVALID_ARGUMENT")
        unknown = session._replace(query="uploadType=resumable&upload_id=" + "0" * 32)
        self.refused(self.put(unknown, b"1234", "bytes 0-3/4"), 404, "NOT_FOUND")
        elsewhere = session._replace(path="/upload/storage/v1/b/other/o")
        self.refused(self.put(elsewhere, b"1234", "bytes 0-3/4"), 404, "NOT_FOUND")

    def test_bytes_are_kept_once_and_cleaned_up(self):
        for name in ("a.bin", "b.bin"):
            self.ok(self.upload(name, MODEL))
        blobs = [p.name for p in (self.folder / "hub/store/blobs").rglob("*") if p.is_file()]
        self.assertEqual(blobs, [sha256(MODEL)])
        self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0}))
        self.refused(self.call("GET", "/storage/v1/b/models/o/a.bin"), 404, "NOT_FOUND")
        self.assertEqual(self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0})).json["blobs"], 1)


class StorageOnPostgres(OnPostgres, Storage):
    pass


if __name__ == "__main__":
    run_tests()
