"""Firebase's doors as Android's, iOS's and Flutter's downloaders ask at them."""

import calendar
import time
import urllib.parse

from firebase import API, Case
from hub import OnPostgres, sha256
from program import MODEL, OTHER, run_tests


class Downloaders(Case):
    """What the downloaders on phones ask, and what they read of the answer."""

    def setUp(self):
        super().setUp()
        self.key = self.hub.token("device")
        self.number_ = self.number(self.create())
        self.ok(self.publish(self.number_))

    def ask(self, name="digits", key="", **headers):
        sent = {k.replace("_", "-"): v for k, v in headers.items()}
        if key is not None:
            sent["x-goog-api-key"] = key or self.key
        return self.hub.call("GET", f"{API}/models/{name}:download", token=None, headers=sent)

    def get(self, link):
        parts = urllib.parse.urlsplit(link)
        self.assertEqual(parts.netloc, f"127.0.0.1:{self.hub.port}")
        return self.hub.call("GET", f"{parts.path}?{parts.query}", token=None)

    def test_as_android_asks(self):
        answer = self.ok(self.ask(X_Goog_Firebase_Installations_Auth="any", X_Android_Package="app",
                                  X_Android_Cert="AA", Accept_Encoding="gzip",
                                  Content_Type="application/json"))
        self.assertEqual(answer.headers["etag"], sha256(MODEL))
        self.assertNotIn("content-encoding", answer.headers)
        self.assertEqual(set(answer.json), {"downloadUri", "expireTime", "sizeBytes", "modelFormat"})
        self.assertEqual(answer.json["sizeBytes"], str(len(MODEL)))
        self.assertEqual(answer.json["modelFormat"], "TFLITE")
        until = calendar.timegm(time.strptime(answer.json["expireTime"], "%Y-%m-%dT%H:%M:%S.000Z"))
        self.assertAlmostEqual(until, time.time() + 3600, delta=60)
        file = self.ok(self.get(answer.json["downloadUri"]))
        self.assertEqual(file.body, MODEL)

    def test_as_ios_asks(self):
        path = f"{API}/models/digits:download?key={self.key}"
        answer = self.ok(self.hub.call("GET", path, token=None, headers={
            "x-goog-firebase-installations-auth": "any", "x-ios-bundle-identifier": "app"}))
        self.assertIsInstance(answer.json["sizeBytes"], str)
        same = self.hub.call("GET", path, token=None, headers={"if-none-match": sha256(MODEL)})
        self.assertEqual((same.status, same.body, same.headers["etag"]), (304, b"", sha256(MODEL)))

    def test_what_is_held_already(self):
        same = self.ask(If_None_Match=sha256(MODEL))
        self.assertEqual((same.status, same.body, same.headers["etag"]), (304, b"", sha256(MODEL)))
        self.assertEqual(self.ask(If_None_Match="0" * 64).status, 200)
        other = OTHER
        self.ok(self.upload("other.tflite", other))
        self.ok(self.call("PATCH", f"{API}/models/{self.number_}", {
            "tfliteModel": {"gcsTfliteUri": self.account.link("other.tflite")}}))
        newer = self.ok(self.ask(If_None_Match=sha256(MODEL)))
        self.assertEqual(newer.headers["etag"], sha256(other))
        self.assertEqual(self.get(newer.json["downloadUri"]).body, other)

    def test_refusals(self):
        self.refused(self.ask("none"), 404, "NOT_FOUND")
        self.refused(self.ask("a.b%2e%2e"), 404, "NOT_FOUND")
        self.refused(self.ask(key=None), 401, "UNAUTHENTICATED", "token")
        self.refused(self.ask(key="AIzaSy0"), 401, "UNAUTHENTICATED")
        self.ok(self.hub.call("POST", "/v1/projects", {"name": "other"}), 201)
        self.refused(self.ask(key=self.hub.token("device", "other")), 403, "PERMISSION_DENIED")
        self.refused(self.hub.call("POST", f"{API}/models/digits:download", {}), 405, "INVALID_ARGUMENT")
        self.refused(self.hub.call("GET", f"{API}/models/digits:upload"), 404, "NOT_FOUND")
        for path in ("/v1/whoami", API + "/models", "/v1/projects/default/models"):
            answer = self.hub.call("GET", path, token=None, headers={"x-goog-api-key": self.hub.admin})
            self.refused(answer, 401, "UNAUTHENTICATED")  # a key is a token only where apps send one
        self.ok(self.publish(self.number_, False))
        self.refused(self.ask(), 404, "NOT_FOUND", "not published")

    def test_too_many(self):
        slow = self.hub_in("slow", "--rate", "5")
        key = slow.token("device")
        for _ in range(50):
            answer = slow.call("GET", f"{API}/models/digits:download", token=None,
                               headers={"x-goog-api-key": key})
            if answer.status == 429:
                break
        self.refused(answer, 429, "RESOURCE_EXHAUSTED")
        self.assertEqual(answer.headers["retry-after"], "1")

    def test_links_hold_for_what_they_say(self):
        link = self.ok(self.ask()).json["downloadUri"]
        for wrong in (link.replace(sha256(MODEL), "0" * 64), link.replace("/default/", "/other/"),
                      link.replace("until=1", "until=2"), link[:-4] + "0000"):
            self.assertIn(self.get(wrong).status, (403,), wrong)
        self.refused(self.get(link.split("&")[0]), 400, "INVALID_ARGUMENT", "seal")
        part = self.hub.call("GET", link.split(str(self.hub.port))[1], token=None,
                             headers={"Range": "bytes=10-19"})
        self.assertEqual((part.status, part.body), (206, MODEL[10:20]))
        self.ok(self.publish(self.number_, False))
        self.assertEqual(self.get(link).status, 404)

    def test_a_wrong_host_reaches_nobody_else(self):
        """An answer names the hub as its own caller did, and is not kept for others."""
        mine = self.ok(self.ask(Host="evil.example")).json["downloadUri"]
        self.assertTrue(mine.startswith("http://evil.example/"))
        self.assertTrue(self.ok(self.ask()).json["downloadUri"].startswith("http://127.0.0.1:"))


class DownloadersOnPostgres(OnPostgres, Downloaders):
    def test_a_hub_that_is_in_trouble(self):
        self.postgres.stop()
        self.addCleanup(self.postgres.start)
        self.refused(self.ask(), 503, "UNAVAILABLE")


if __name__ == "__main__":
    run_tests()
