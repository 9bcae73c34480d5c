"""Firebase's doors of a hub that is really started, request by request, as Android's, iOS's and Flutter's
downloaders and the Admin SDKs send them; and what strangers might try there. Links and assertions are
signed by the openssl program."""

import base64
import calendar
import contextlib
import http.server
import json
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from hub import Hub, OnPostgres, sha256, wait_until
from program import F32, INT8, parsed, run_tests, samara

MODEL = pathlib.Path(INT8).read_bytes()
API = "/v1beta2/projects/default"
UPLOADS = "/upload/storage/v1/b/models/o"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def coded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Account:
    """A service account, and what its key signs."""

    def __init__(self, hub, folder, name="ci", *options):
        file = folder / f"{name}.json"
        made = samara("hub", "firebase-account", name, "--output", file, "--hub",
                      f"http://127.0.0.1:{hub.port}", "--token", hub.admin, "--project", "default", *options)
        assert made.returncode == 0, made.stderr
        self.mode = file.stat().st_mode & 0o777
        self.json = json.loads(file.read_text())
        self.email = self.json["client_email"]
        self.key = folder / f"{name}.pem"
        self.key.write_text(self.json["private_key"])

    def sign(self, text):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(),
                              capture_output=True, check=True).stdout

    def assertion(self, **claims):
        now = int(time.time())
        claims = {"iss": self.email, "aud": self.json["token_uri"], "iat": now, "exp": now + 3600, **claims}
        text = coded(b'{"alg":"RS256","typ":"JWT"}') + "." + coded(json.dumps(claims).encode())
        return text + "." + coded(self.sign(text))

    def link(self, name, bucket="models", host="storage.googleapis.com", seconds=600, at=None, email=None):
        """A link of the fourth form, as google-cloud-storage signs it."""
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        scope = f"{date[:8]}/auto/storage/goog4_request"
        path = f"/{bucket}/{urllib.parse.quote(name, safe='/~')}"
        query = urllib.parse.urlencode(sorted({
            "X-Goog-Algorithm": "GOOG4-RSA-SHA256", "X-Goog-Credential": f"{email or self.email}/{scope}",
            "X-Goog-Date": date, "X-Goog-Expires": str(seconds), "X-Goog-SignedHeaders": "host"}.items()))
        request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        text = f"GOOG4-RSA-SHA256\n{date}\n{scope}\n{sha256(request.encode())}"
        return f"https://{host}{path}?{query}&X-Goog-Signature={self.sign(text).hex()}"

    def old_link(self, name, bucket="models", seconds=600):
        """A link of the second form, as Node's client still signs it."""
        until = int(time.time()) + seconds
        path = f"/{bucket}/{urllib.parse.quote(name)}"
        signature = base64.b64encode(self.sign(f"GET\n\n\n{until}\n{path}")).decode()
        query = urllib.parse.urlencode({"GoogleAccessId": self.email, "Expires": until,
                                        "Signature": signature})
        return f"https://storage.googleapis.com{path}?{query}"


@unittest.skipUnless(shutil.which("openssl"), "the openssl program is not installed here")
class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.hub = Hub(self.folder / "hub", "--rate", "0", database=self.database()).start()
        self.addCleanup(self.hub.stop)
        self.account = Account(self.hub, self.folder)
        self.token = self.ok(self.grant(self.account.assertion())).json["access_token"]

    def database(self):
        return None  # SQLite

    def ok(self, answer, status=200):
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def refused(self, answer, status, name, text=""):
        self.assertEqual(answer.status, status, answer.body)
        error = answer.json["error"]
        self.assertEqual((error["code"], error["status"]), (status, name), error)
        self.assertIn(text, error["message"])

    def grant(self, assertion, grant=GRANT):
        return self.hub.call("POST", "/token", urllib.parse.urlencode(
            {"grant_type": grant, "assertion": assertion}).encode(), token=None)

    def call(self, method, path, body=None, **options):
        return self.hub.call(method, path, body, token=self.token, **options)

    def upload(self, name, content, bucket="models", **more):
        body = (b"--frame\r\ncontent-type: application/json\r\n\r\n" +
                json.dumps({"name": name, **more}).encode() +
                b"\r\n--frame\r\ncontent-type: */*\r\n\r\n" + content + b"\r\n--frame--")
        return self.call("POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=multipart", body,
                         headers={"Content-Type": "multipart/related; boundary=frame"})

    def create(self, name="digits", content=MODEL, **more):
        self.ok(self.upload(name + ".tflite", content))
        link = self.account.link(name + ".tflite")
        return self.call("POST", API + "/models",
                         {"displayName": name, "tfliteModel": {"gcsTfliteUri": link}, **more})

    def number(self, answer):
        return self.ok(answer).json["response"]["name"].rsplit("/", 1)[1]

    def publish(self, number, published=True):
        return self.call("PATCH", f"{API}/models/{number}?updateMask=state.published",
                         {"state": {"published": published}})


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
        other = pathlib.Path(F32).read_bytes()
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
        slow = Hub(self.folder / "slow", "--rate", "5").start()
        self.addCleanup(slow.stop)
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


class Management(Case):
    def test_a_model(self):
        made = self.ok(self.create(tags=["a", "b"])).json
        self.assertTrue(made["done"])
        model = made["response"]
        number = model["name"].removeprefix("projects/default/models/")
        self.assertEqual(model["tfliteModel"], {"gcsTfliteUri": "gs://models/digits.tflite",
                                                "sizeBytes": str(len(MODEL))})
        self.assertRegex(model["createTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$")
        self.assertEqual((model["state"], model["tags"]), ({"published": False}, ["a", "b"]))
        shown = self.ok(self.call("GET", f"{API}/models/{number}")).json
        self.assertEqual(shown, {k: v for k, v in model.items() if k != "@type"})
        for mask, body, field, wanted in (
                ("displayName", {"displayName": "x"}, "displayName", "x"),
                ("tags", {"tags": ["c"], "displayName": "unasked"}, "tags", ["c"]),
                ("tags,displayName", {"displayName": "digits"}, "displayName", "digits"),
                ("state.published", {"state": {"published": True}}, "state", {"published": True})):
            changed = self.ok(self.call("PATCH", f"{API}/models/{number}?updateMask={mask}", body))
            self.assertEqual(changed.json["response"][field], wanted)
        self.assertNotIn("tags", changed.json["response"])
        self.assertEqual(self.ok(self.call("DELETE", f"{API}/models/{number}")).json, {})
        self.refused(self.call("GET", f"{API}/models/{number}"), 404, "NOT_FOUND")
        log = self.hub.call("GET", "/v1/projects/default/audit").json["entries"]
        self.assertEqual((log[0]["action"], log[0]["who"]), ("model.remove", "ci"))

    def test_bodies(self):
        for body in ({}, {"displayName": ""}, {"displayName": "a b"}, {"displayName": "x" * 33},
                     {"displayName": "-x"}, {"displayName": "../x"}, {"displayName": 1},
                     {"displayName": "x", "tags": "a"}, {"displayName": "x", "tags": ["a b"]},
                     {"displayName": "x", "tfliteModel": {}}, {"displayName": "x", "tfliteModel": []},
                     {"displayName": "x", "tfliteModel": {"gcsTfliteUri": 7}},
                     {"displayName": "x", "state": {"published": "yes"}}, {"displayName": "x", "size": 1}):
            self.refused(self.call("POST", API + "/models", body), 400, "INVALID_ARGUMENT")
        self.assertEqual(self.ok(self.call("GET", API + "/models")).json, {})
        number = self.number(self.create())
        for mask in ("etag", "name", ",", "tags,modelHash"):
            self.refused(self.call("PATCH", f"{API}/models/{number}?updateMask={mask}", {"tags": []}), 400,
                         "INVALID_ARGUMENT", "cannot be changed")

    def test_pages(self):
        for n in range(3):
            self.number(self.call("POST", API + "/models", {"displayName": f"m{n}"}))
        for size, token in (("pageSize", "pageToken"), ("page_size", "page_token")):
            first = self.ok(self.call("GET", f"{API}/models?{size}=2")).json
            self.assertEqual([m["displayName"] for m in first["models"]], ["m0", "m1"])
            after = f"{API}/models?{size}=2&{token}={first['nextPageToken']}"
            rest = self.ok(self.call("GET", after)).json
            self.assertEqual([m["displayName"] for m in rest["models"]], ["m2"])
        for bad in ("pageSize=0", "pageSize=101", "pageSize=x", "pageToken=x", "filter=a", "filter=tags%3D1",
                    "filter=tags:a%20OR%20tags:b", "filter=displayName%3D'x", "filter=state.published%3D1"):
            self.refused(self.call("GET", f"{API}/models?{bad}"), 400, "INVALID_ARGUMENT")

    def test_links(self):
        self.ok(self.upload("a b~é.tflite", MODEL))
        other = Account(self.hub, self.folder, "other")
        for n, link in enumerate((self.account.link("a b~é.tflite"), self.account.old_link("a b~é.tflite"),
                                  self.account.link("a b~é.tflite", host=f"127.0.0.1:{self.hub.port}"),
                                  other.link("a b~é.tflite"))):
            self.number(self.link(link, f"m{n}"))
        good = self.account.link("a b~é.tflite")
        for link, text in (
                (good.replace("Expires=600", "Expires=601"), "not signed"),
                (good.replace("a%20b", "x"), "not signed"),
                (good.replace("storage.", "store."), "not signed"),
                (self.account.link("a b~é.tflite", email=other.email), "not signed"),
                (self.account.link("a b~é.tflite", email="nobody-99@default.samara"), "no account"),
                (self.account.link("a b~é.tflite", at=time.time() - 700), "expired"),
                (self.account.link("a b~é.tflite", at=time.time() + 3600), "future"),
                (self.account.link("a b~é.tflite", seconds=700_000), "seven days"),
                (self.account.old_link("a b~é.tflite", seconds=-1), "expired"),
                (self.account.link("none.tflite"), "upload it first"),
                ("gs://models/a", "not signed"), ("https://storage.googleapis.com/models/a", "no signature"),
                ("https://h/?X-Goog-Signature=00", "path"), ("https://h/b/o?GoogleAccessId=%zz", "encoded"),
                ("https://h/b/o?X-Goog-Signature=00", "signature"), ("x" * 9000, "longer")):
            answer = self.link(link, "refused")
            self.assertIn(answer.status, (400, 403), answer.body)
            if len(link) < 2000:
                self.assertIn(text, answer.message, link)

    def link(self, link, name):
        return self.call("POST", API + "/models",
                         {"displayName": name, "tfliteModel": {"gcsTfliteUri": link}})

    def test_no_link_is_ever_followed(self):
        """Not to this machine, its network or a cloud's metadata, not even where an account has signed it."""
        reached = []
        with socket.create_server(("127.0.0.1", 0)) as trap:
            port = trap.getsockname()[1]
            thread = threading.Thread(target=lambda: reached.append(trap.accept()), daemon=True)
            thread.start()
            for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}",
                         f"[::ffff:127.0.0.1]:{port}", f"0.0.0.0:{port}", f"2130706433:{port}",
                         "169.254.169.254", f"user@127.0.0.1:{port}"):
                for scheme in ("http", "https"):
                    link = self.account.link("x.tflite", host=host).replace("https:", scheme + ":")
                    self.refused(self.link(link, "digits"), 400, "INVALID_ARGUMENT", "upload it first")
                    bare = f"{scheme}://{host}/models/x.tflite"
                    self.refused(self.link(bare, "digits"), 400, "INVALID_ARGUMENT")
            for link in ("file:///etc/passwd", "gopher://127.0.0.1/a?b", "ftp://h/b/o?Signature=x"):
                self.refused(self.link(link, "digits"), 400, "INVALID_ARGUMENT")
            self.assertFalse(wait_until(lambda: reached, 0.5))
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()

    def test_other_projects(self):
        number = self.number(self.create())
        self.ok(self.hub.call("POST", "/v1/projects", {"name": "other-one"}), 201)
        token = self.hub.token("admin", "other-one")
        for method, path in (("GET", f"{API}/models/{number}"), ("GET", f"{API}/operations/1")):
            self.refused(self.hub.call(method, path, token=token), 403, "PERMISSION_DENIED")
        elsewhere = "/v1beta2/projects/other-one"
        for path in (f"{elsewhere}/models/{number}", f"{elsewhere}/operations/1",
                     "/storage/v1/b/models/o/digits.tflite"):
            self.refused(self.hub.call("GET", path, token=token), 404, "NOT_FOUND")
        link = {"displayName": "stolen", "tfliteModel": {"gcsTfliteUri": self.account.link("digits.tflite")}}
        self.refused(self.hub.call("POST", elsewhere + "/models", link, token), 403, "PERMISSION_DENIED")
        self.refused(self.hub.call("GET", "/storage/v1/b/models"), 400, "INVALID_ARGUMENT", "project")

    def test_what_others_need_is_not_deleted(self):
        number = self.number(self.create())
        self.ok(self.publish(number))
        pin = {"version": "1.0.0"}
        self.ok(self.hub.call("PUT", "/v1/projects/default/models/digits/aliases/pinned", pin))
        self.refused(self.call("DELETE", f"{API}/models/{number}"), 400, "FAILED_PRECONDITION", "pinned")
        self.ok(self.publish(number, False))
        device = self.hub.token("device")
        self.ok(self.hub.call("GET", "/v1/projects/default/models/digits/aliases/pinned", token=device))

    def test_operations(self):
        number = self.number(self.create())
        done = self.ok(self.call("GET", f"{API}/operations/1")).json
        self.assertEqual((done["name"], done["done"]), ("projects/default/operations/1", True))
        self.assertEqual(done["metadata"]["name"], f"projects/default/models/{number}")
        self.assertTrue(done["metadata"]["@type"].endswith("ModelOperationMetadata"))
        self.assertEqual(done["response"]["displayName"], "digits")
        failed = self.ok(self.create("broken", MODEL[:9000])).json
        self.assertEqual(failed["error"]["code"], 3)
        self.assertIn("refused: ", failed["error"]["message"])
        again = self.ok(self.call("GET", f"{API}/{failed['name'].split('/', 2)[2]}")).json
        self.assertEqual(again, failed)
        for bad in ("9", "x", "1%2f2"):
            self.refused(self.call("GET", f"{API}/operations/{bad}"), 404, "NOT_FOUND")


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
        again = samara("hub", "firebase-account", "ci", "--output", self.folder / "ci.json", "--hub",
                       f"http://127.0.0.1:{self.hub.port}", "--token", self.hub.admin, "--project", "default")
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


class Restart(Case):
    def test_an_operation_of_a_hub_that_was_killed(self):
        """It ends with an error, and its model can be changed again."""
        number = self.number(self.create())
        self.hub.stop()
        self.under_way(number)
        self.hub.start()
        operation = self.ok(self.call("GET", f"{API}/operations/2")).json
        self.assertEqual(operation["error"]["code"], 10)
        self.ok(self.publish(number))

    def test_a_model_that_was_being_made_then_can_be_made_again(self):
        made = self.number(self.call("POST", API + "/models", {"displayName": "digits"}))
        kept = self.number(self.call("POST", API + "/models", {"displayName": "kept"}))
        self.hub.stop()
        self.under_way(made, fresh=1)
        self.under_way(kept)
        self.hub.start()
        self.number(self.create())
        names = [m["displayName"] for m in self.ok(self.call("GET", API + "/models")).json["models"]]
        self.assertEqual(names, ["kept", "digits"])

    def under_way(self, number, fresh=0):
        with contextlib.closing(sqlite3.connect(self.folder / "hub/hub.sqlite")) as database, database:
            database.execute("INSERT INTO operations (project, model, started_at, done, code, message, "
                             "fresh) VALUES (1, ?, ?, 0, 0, '', ?)", (number, int(time.time()), fresh))

    def test_a_locked_model(self):
        number = self.number(self.create())
        self.under_way(number)
        model = self.ok(self.call("GET", f"{API}/models/{number}")).json
        self.assertEqual(model["activeOperations"][0]["name"], "projects/default/operations/2")
        self.assertNotIn("done", self.ok(self.call("GET", f"{API}/operations/2")).json)
        for answer in (self.publish(number), self.call("DELETE", f"{API}/models/{number}")):
            self.refused(answer, 400, "FAILED_PRECONDITION", "locked")


class Many(Case):
    def test_at_once(self):
        """Files wait in the background until they are judged; each ends well, and its model is there."""
        for n in range(10):
            self.ok(self.upload(f"m{n}.tflite", MODEL))
        answers = []

        def create(n):
            link = self.account.link(f"m{n}.tflite")
            answers.append(self.call("POST", API + "/models",
                                     {"displayName": f"m{n}", "tfliteModel": {"gcsTfliteUri": link}}))

        threads = [threading.Thread(target=create, args=(n,)) for n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for answer in answers:
            operation = self.ok(answer).json
            if "done" not in operation:
                path = f"{API}/{operation['name'].split('/', 2)[2]}"
                self.assertTrue(wait_until(lambda at=path: "done" in self.call("GET", at).json, 60))
        models = self.ok(self.call("GET", API + "/models")).json["models"]
        self.assertEqual([m.get("modelHash") for m in models], [sha256(MODEL)] * 10)


class Signed(Case):
    """A project whose owner has begun a signed repository."""

    def command(self, *words, code=0):
        done = samara(*words, "--hub", f"http://127.0.0.1:{self.hub.port}", "--token", self.hub.admin,
                      "--project", "default")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def begin(self, *more):
        for name in ("root", "targets", "release"):
            samara("key", "new", self.folder / name, "--no-passphrase")
        keys = [word for name in ("root", "targets", "release")
                for word in (f"--{name}-key", self.folder / name)]
        self.command("hub", "trust", *keys, "--output", self.folder / "1.root.json", *more)

    def online(self):
        roles = self.hub.call("GET", "/v1/projects/default/trust").json["roles"]
        path = f"/v1/projects/default/tuf/metadata/{roles['online']['version']}.online.json"
        return sorted(self.hub.call("GET", path).json["signed"]["targets"])

    def test_the_hub_signs_what_comes_through_this_door_where_it_may(self):
        self.begin("--online")
        number = self.number(self.create())
        self.ok(self.publish(number))
        self.assertEqual(self.online(), ["channels/stable/digits.tflite", "online/digits/1.0.0.tflite"])
        self.ok(self.publish(number, False))
        self.assertEqual(self.online(), [])
        self.ok(self.publish(number))
        self.ok(self.call("DELETE", f"{API}/models/{number}"))
        self.assertEqual(self.online(), [])

    def test_without_its_owners_leave_nothing_is_published(self):
        self.begin()
        number = self.number(self.create())
        answer = self.publish(number)
        self.refused(answer, 400, "FAILED_PRECONDITION", "owner")
        model = self.ok(self.call("GET", f"{API}/models/{number}")).json
        self.assertEqual(model["state"], {"published": False})


class Commands(Case):
    def test_account_as_json(self):
        made = parsed(samara("hub", "firebase-account", "two", "--output", self.folder / "two.json", "--hub",
                             f"http://127.0.0.1:{self.hub.port}", "--token", self.hub.admin, "--project",
                             "default", "--json"))
        self.assertRegex(made["email"], r"^two-\d+@default\.samara$")


class DownloadersOnPostgres(OnPostgres, Downloaders):
    def test_a_hub_that_is_in_trouble(self):
        self.postgres.stop()
        self.addCleanup(self.postgres.start)
        self.refused(self.ask(), 503, "UNAVAILABLE")


class ManagementOnPostgres(OnPostgres, Management):
    pass


class StorageOnPostgres(OnPostgres, Storage):
    pass


class Import(Case):
    """Out of one hub into another, by the protocol that Google speaks; and out of a stub that misbehaves."""

    def setUp(self):
        super().setUp()
        self.to = Hub(self.folder / "to", "--rate", "0").start()
        self.addCleanup(self.to.stop)

    def bring(self, *options, address=None, code=0, environment=None):
        address = address or f"http://127.0.0.1:{self.hub.port}"
        done = samara("hub", "import-firebase", "default", "--from", address, "--from-storage", address,
                      "--hub", f"http://127.0.0.1:{self.to.port}", "--token", self.to.admin, "--project",
                      "default", "--json", *options,
                      environment={"SAMARA_FIREBASE_TOKEN": "", **(environment or {})})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        if not done.stdout:
            return done.stderr
        return {row["model"]: row["result"] for row in json.loads(done.stdout)}

    def test_takes_a_project_over(self):
        published = self.number(self.create(tags=["int8"]))
        self.ok(self.publish(published))
        self.number(self.create("float", pathlib.Path(F32).read_bytes()))
        self.number(self.call("POST", API + "/models", {"displayName": "empty"}))
        self.assertEqual(self.hub.add(MODEL, "2.1.0", "pushed").status, 201)
        account = ("--from-account", self.folder / "ci.json")
        told = self.bring(*account, "--dry-run", "--only", "digits")
        self.assertEqual(told, {"digits": "would be 1.0.0, published"})
        self.assertEqual(self.to.call("GET", "/v1/projects/default/models").json["models"], [])
        wanted = {"digits": "1.0.0, published", "float": "1.0.0", "empty": "has no file", "pushed": "1.0.0"}
        self.assertEqual(self.bring(*account), wanted)
        model = self.to.call("GET", "/v1/projects/default/models/digits/channels/stable").json
        self.assertEqual((model["sha256"], model["tags"]), (sha256(MODEL), ["int8"]))
        self.assertEqual(model["labels"]["gcsTfliteUri"], "gs://models/digits.tflite")
        again = self.bring(environment={"SAMARA_FIREBASE_TOKEN": self.token})
        self.assertEqual(again["digits"], "is there already")
        self.ok(self.upload("newer.tflite", MODEL + b"\0" * 16))  # by which it loses its labels
        self.ok(self.call("PATCH", f"{API}/models/{published}", {
            "tfliteModel": {"gcsTfliteUri": self.account.link("newer.tflite")}}))
        self.assertEqual(self.bring(*account)["digits"], "2.0.0, published")
        shown = self.to.call("GET", "/v1/projects/default/models/digits").json["versions"]
        self.assertEqual([v["version"] for v in shown], ["2.0.0", "1.0.0"])
        shown = self.to.call("GET", f"{API}/models").json["models"]
        self.assertEqual([m["displayName"] for m in shown], ["digits", "float", "pushed"])

    def test_refusals(self):
        self.assertIn("SAMARA_FIREBASE_TOKEN", self.bring(code=1))
        self.assertIn("unknown, expired", self.bring(code=1, environment={"SAMARA_FIREBASE_TOKEN": "x"}))
        self.assertIn("nowhere.json", self.bring("--from-account", "nowhere.json", code=1))
        broken = self.folder / "broken.json"
        broken.write_text('{"private_key": "none"}')
        self.assertIn("broken.json", self.bring("--from-account", broken, code=1))

    def test_what_a_stub_sends(self):
        models = [
            {"name": "projects/default/models/1", "displayName": "changed", "modelHash": "0" * 64,
             "tfliteModel": {"gcsTfliteUri": "gs://b/good", "sizeBytes": str(len(MODEL))}},
            {"name": "projects/default/models/2", "displayName": "short",
             "tfliteModel": {"gcsTfliteUri": "gs://b/good", "sizeBytes": "5"}},
            *({"name": f"projects/default/models/{n}", "displayName": name,
               "tfliteModel": {"gcsTfliteUri": uri}}
              for n, (name, uri) in enumerate((("gone", "gs://b/no"), ("../x", "gs://b/good"),
                                               ("link", "file:///x"), ("moved", "gs://b/m"),
                                               ("fine", "gs://b/good")), 3))]
        with stub(models) as address:
            result = self.bring(address=address, code=1, environment={"SAMARA_FIREBASE_TOKEN": "secret"})
        self.assertEqual(result.pop("fine"), "1.0.0")
        for name, text in (("changed", "not 000"), ("short", "not 5"), ("gone", "no such object"),
                           ("../x", "no name"), ("link", "gs://"), ("moved", "status 302")):
            self.assertIn("FAILED: ", result[name])
            self.assertIn(text, result[name], name)
        there = self.to.call("GET", "/v1/projects/default/models").json["models"]
        self.assertEqual([m["name"] for m in there], ["fine"])


@contextlib.contextmanager
def stub(models):
    """Firebase ML and Cloud Storage in few lines: pages of two, one object, one that moved elsewhere."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            path, _, query = self.path.partition("?")
            status, body, headers = 404, b'{"error": {"message": "no such object"}}', {}
            if self.headers["Authorization"] != "Bearer secret":
                status, body = 401, b"{}"
            elif path == "/v1beta2/projects/default/models":
                at = int(urllib.parse.parse_qs(query).get("pageToken", ["0"])[0])
                page = {"models": models[at:at + 2]}
                if at + 2 < len(models):
                    page["nextPageToken"] = str(at + 2)
                status, body = 200, json.dumps(page).encode()
            elif path == "/storage/v1/b/b/o/good" and query == "alt=media":
                status, body = 200, MODEL
            elif path == "/storage/v1/b/b/o/m":
                status, body, headers = 302, b"", {"Location": "http://127.0.0.1:1/"}
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    run_tests()
