"""A hub that is really started: rights, uploads, blobs, versions, channels, faults."""

import hashlib
import http.client
import json
import os
import pathlib
import pty
import random
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import warnings

from hub import Hub, OnPostgres, memory_of, sha256, wait_until
from program import F32, INT8, parsed, run_tests, samara

MODEL = pathlib.Path(INT8).read_bytes()
OTHER = pathlib.Path(F32).read_bytes()
PROJECT = "/v1/projects/default"
DIGITS_PATH = PROJECT + "/models/digits"


class Case(unittest.TestCase):
    options = ("--rate", "0")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.hub = Hub(self.folder / "hub", *self.options, database=self.database()).start()
        self.addCleanup(self.hub.stop)

    def database(self):
        return None  # SQLite

    def ok(self, answer, status=200):
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def refused(self, answer, status, *texts):
        self.assertEqual(answer.status, status, answer.body)
        for text in texts:
            self.assertIn(text, answer.message)

    def published(self, content=MODEL, version="1.0.0"):
        self.ok(self.hub.add(content, version), 201)
        self.ok(self.hub.publish(version))


class Rights(Case):
    """Every route times every role, from the document that is printed from the route table."""

    options = ("--rate", "0", "--login-rate", "0")
    LEVELS = ["device", "viewer", "publisher", "admin"]
    HERE, THERE = "/projects/default", "/projects/other"

    def callers(self):
        """By name: the token, and the role in the project, in its organisation and on the hub."""
        self.ok(self.hub.call("POST", "/v1/projects", {"name": "other", "organisation": "else"}), 201)
        held = {role: (self.hub.token(role), role, None, None) for role in self.LEVELS}
        held.update({"hub-admin": (self.hub.admin, "admin", "admin", "admin"), "none": (None,),
                     "unknown": ("smr_" + "0" * 64,),
                     "other-admin": (self.hub.token("admin", "other"), None, None, None)})
        revoked = self.hub.token("admin")
        listed = self.hub.call("GET", PROJECT + "/tokens").json["tokens"]
        self.ok(self.hub.call("DELETE", f"{PROJECT}/tokens/{listed[-1]['id']}"), 204)
        held["revoked"] = (revoked,)
        for role in self.LEVELS[1:]:
            places = [(self.HERE, (role, None, None)), ("/organisations/default", (role, role, None)),
                      ("", (role, role, role))]
            for n, (where, roles) in enumerate(places):
                held[f"user-{role}-{n}"] = (self.hub.user(f"{role}-{n}", (where, role)), *roles)
        held["user-of-others"] = (self.hub.user("others", (self.THERE, "admin"),
                                                ("/organisations/else", "admin")), None, None, None)
        held["user-of-both"] = (self.hub.user("both", (self.THERE, "admin"), (self.HERE, "viewer")),
                                "viewer", None, None)
        held["user-of-nothing"] = (self.hub.user("nothing"), None, None, None)
        held["user-disabled"] = (self.hub.user("disabled", ("", "admin")),)
        self.ok(self.hub.call("PATCH", "/v1/users/disabled", {"disabled": True}), 204)
        return {**held, **self.own_tokens()}

    def own_tokens(self):
        """Tokens of a user: with the user's rights, but not beyond what they were made for."""
        token = self.hub.user("owner", ("", "admin"))
        made = {"own": {"role": "admin"}, "own-viewer": {"role": "viewer"},
                "own-here": {"role": "publisher", "project": "default"},
                "own-there": {"role": "admin", "project": "other"}}
        roles = {"own": ["admin"] * 3, "own-viewer": ["viewer"] * 3, "own-here": ["publisher", None, None],
                 "own-there": [None] * 3}
        out = {}
        for name, body in made.items():
            answer = self.hub.call("POST", "/v1/user/tokens", {"name": name, **body}, token)
            out[name] = (self.ok(answer, 201).json["token"], *roles[name])
        return out

    def expected(self, operation, path, who, roles):
        """401, 403, or None: the call goes through to the route."""
        if operation.get("security") == []:
            return None
        if not roles:
            return 401
        if operation.get("x-samara-session"):
            return None if who.startswith("user-") else 403
        level = self.LEVELS.index(operation["x-samara-role"])
        project, organisation, hub = roles
        # What names no project may whoever has the role anywhere.
        anywhere = "admin" if who in ("other-admin", "user-of-others", "user-of-both", "own-there") else \
            project or "device"
        role = hub if operation["x-samara-hub-wide"] else organisation if "{organisation}" in path else \
            project if "{project}" in path else anywhere
        return 403 if role is None or self.LEVELS.index(role) < level else None

    def test_matrix(self):
        document = self.hub.call("GET", "/openapi.json", token=None).json
        printed = parsed(samara("hub", "openapi"))
        self.assertEqual(document, printed)
        callers = self.callers()
        names = {"project": "default", "model": "none", "version": "9.9.9", "channel": "none",
                 "alias": "none", "sha256": "0" * 64, "base": "1" * 64,
                 "upload": "0" * 32, "token": "999999",
                 "name": "none", "number": "999999", "bucket": "none", "object": "none",
                 "file": "1.root.json", "folder": "models", "of": "none", "user": "none", "device": "none",
                 "organisation": "default", "reference": "none", "digest": "sha256:" + "0" * 64}
        cells = 0
        for path, operations in document["paths"].items():
            target = re.sub(r"\{(\w+)\}", lambda m: names[m[1]], path)
            if path == "/v1/projects/{project}/files/{sha256}":
                continue  # its seal says who may: tests/e2e/firebase_downloads_test.py
            for method, operation in operations.items():
                for who, (token, *roles) in callers.items():
                    if (method, path) == ("delete", "/v1/sessions") and who.startswith("user-") and roles:
                        token = self.log_in_as(who)  # it ends
                    body = None if method in ("get", "delete") else {}
                    answer = self.hub.call(method.upper(), target, body, token)
                    wanted = self.expected(operation, path, who, roles)
                    where = f"{method} {path} as {who}: {answer.status}"
                    if wanted:
                        self.assertEqual(answer.status, wanted, where)
                    else:
                        self.assertNotIn(answer.status, (401, 403), where)
                        self.assertLess(answer.status, 500, where)
                    cells += 1
        self.assertGreater(cells, 25 * 50)

    def log_in_as(self, who):
        return self.hub.log_in(who.removeprefix("user-").removeprefix("of-"))

    def test_who_may_what_is_what_we_mean(self):
        """The matrix above holds the hub to its table; this holds the table to its intent."""
        document = parsed(samara("hub", "openapi"))
        by_role = {"anyone": set()}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                role = "session" if "x-samara-session" in operation else \
                    operation.get("x-samara-role", "anyone")
                by_role.setdefault(role, set()).add(f"{method} {path}")
                if path == "/v1/cookie":
                    continue  # a browser's own matter: tests/e2e/pages_test.py
                if role == "session":
                    continue
                # What a device says of itself is all that it may write.
                if method != "get" and path not in ("/token", "/v1/sessions") and \
                        not path.startswith("/ddi/"):
                    self.assertIn(role, ("publisher", "admin"), path)
                if re.search("/(tokens|audit|users|members)|^/v1/collect$", path):
                    self.assertEqual(role, "admin", path)
                if method == "delete" and "/uploads/" not in path and "/aliases/" not in path:
                    self.assertEqual(role, "admin", path)
                if "{bucket}" in path or "{organisation}" in path:  # of the project of the token
                    self.assertFalse(operation["x-samara-hub-wide"], path)
                elif "{project}" not in path and role not in ("anyone", "device"):
                    lists = path in ("/v1/projects", "/v1/organisations") and method == "get"
                    self.assertEqual(operation["x-samara-hub-wide"], not lists, path)
        self.assertEqual(by_role["session"], {
            "delete /v1/sessions", "put /v1/password", "get /v1/user/tokens", "post /v1/user/tokens",
            "delete /v1/user/tokens/{token}"})
        self.assertEqual(by_role["anyone"], {
            "get /healthz", "get /readyz", "get /openapi.json", "post /token", "post /v1/sessions",
            "get /v1/projects/{project}/files/{sha256}", "get /", "get /ui/{file}", "delete /v1/cookie"})
        model = PROJECT.replace("default", "{project}") + "/models/{model}"
        of_device = "/ddi/{model}/{channel}/{project}/controller/v1/{device}"
        self.assertEqual(by_role["device"], {
            "get /v1/whoami", "get /v1/projects/{project}/blobs/{sha256}",
            "get /v1/projects/{project}/tuf/metadata/{file}",
            "get /v1/projects/{project}/tuf/targets/{folder}/{of}/{file}",
            "get /v1/projects/{project}/tuf/targets/deltas/{base}/{sha256}",
            f"get {model}/channels/{{channel}}", f"get {model}/aliases/{{alias}}",
            "get /v1beta2/projects/{project}/models/{name}:download", "get /v2/",
            "get /v2/{project}/{model}/blobs/{digest}", "get /v2/{project}/{model}/tags/list",
            "get /v2/{project}/{model}/manifests/{reference}",
            "get /v2/{project}/{model}/referrers/{digest}", *(f"{what} {of_device}{more}" for what, more in (
                ("get", ""), ("put", "/configData"), ("get", "/deploymentBase/{number}"),
                ("post", "/deploymentBase/{number}/feedback"), ("get", "/cancelAction/{number}"),
                ("post", "/cancelAction/{number}/feedback"),
                ("get", "/softwaremodules/{number}/artifacts/{file}")))})

    def test_files_of_routes_are_all_in_the_document(self):
        document = parsed(samara("hub", "openapi"))
        operations = sum(len(o) for o in document["paths"].values())
        root = pathlib.Path(__file__).resolve().parents[2]
        self.assertEqual(operations, len(list((root / "src/hub/routes").glob("*_*.cc"))))

    def test_expired_tokens(self):
        made = self.ok(self.hub.call("POST", PROJECT + "/tokens",
                                     {"name": "long", "role": "viewer", "days": 1}), 201)
        self.ok(self.hub.call("GET", "/v1/whoami", token=made.json["token"]))
        listed = self.hub.call("GET", PROJECT + "/tokens").json["tokens"][-1]
        self.assertEqual(listed["role"], "viewer")
        self.assertNotIn(made.json["token"], json.dumps(listed))


class Versions(Case):
    def test_life_of_a_model(self):
        added = self.ok(self.hub.add(MODEL, "1.0.0", tags=["int8"], labels={"team": "vision"},
                                     notes="first", target={"os": ["linux"]}), 201).json
        self.assertEqual(added["sha256"], sha256(MODEL))
        self.assertEqual(added["size"], len(MODEL))
        self.assertEqual(added["report"]["signatures"][0]["inputs"][0]["name"], "image")
        self.assertFalse(added["published"])
        self.refused(self.hub.call("PUT", DIGITS_PATH + "/channels/stable", {"version": "1.0.0"}), 409,
                     "not published")
        self.ok(self.hub.publish("1.0.0"))
        self.ok(self.hub.call("PUT", DIGITS_PATH + "/channels/stable", {"version": "1.0.0"}))
        self.published(MODEL, "1.1.0")
        self.ok(self.hub.call("PUT", DIGITS_PATH + "/channels/stable", {"version": "1.1.0"}))
        device = self.hub.token("device")
        now = self.ok(self.hub.call("GET", DIGITS_PATH + "/channels/stable", token=device))
        self.assertEqual(now.json["version"], "1.1.0")
        again = self.hub.call("GET", DIGITS_PATH + "/channels/stable", token=device,
                              headers={"If-None-Match": now.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.refused(self.hub.call("POST", DIGITS_PATH + "/versions/1.0.0/unpublish"), 409,
                     "stable", "rolled back")
        back = self.ok(self.hub.call("POST", DIGITS_PATH + "/channels/stable/rollback"))
        self.assertEqual(back.json["version"], "1.0.0")
        changed = self.hub.call("GET", DIGITS_PATH + "/channels/stable", token=device,
                                headers={"If-None-Match": now.headers["etag"]})
        self.assertEqual(changed.status, 200)
        self.refused(self.hub.call("DELETE", DIGITS_PATH + "/versions/1.1.0"), 409)
        shown = self.ok(self.hub.call("GET", DIGITS_PATH)).json
        self.assertEqual([v["version"] for v in shown["versions"]], ["1.1.0", "1.0.0"])
        self.assertEqual(shown["channels"][0]["previous"], "1.1.0")
        log = self.ok(self.hub.call("GET", PROJECT + "/audit?limit=2")).json["entries"]
        self.assertEqual([e["action"] for e in log], ["channel.rollback", "token.make"])
        self.assertEqual(log[0]["who"], "admin")

    def test_versions_are_never_changed(self):
        self.ok(self.hub.add(MODEL, "1.0.0"), 201)
        self.refused(self.hub.add(OTHER, "1.0.0"), 409, "never changed")
        for bad in ("1", "1.0", "v1.0.0", "1.0.0+b", "../1.0.0", "", None, 1):
            self.refused(self.hub.add(MODEL, bad), 400, "version")

    def test_callers_would_notice(self):
        self.published(MODEL, "1.0.0")
        self.ok(self.hub.add(OTHER, "1.1.0"), 201)
        self.refused(self.hub.publish("1.1.0"), 409, "int8", "float32", "2.0.0")
        self.ok(self.hub.add(OTHER, "2.0.0"), 201)
        self.ok(self.hub.publish("2.0.0"))
        self.published(MODEL, "1.1.1")

    def test_bad_models_are_refused_with_the_reason(self):
        broken = bytearray(MODEL)
        broken[40:400] = random.Random(1).randbytes(360)
        for content in (b"", b"not a model at all, but long enough to be one", MODEL[:5000],
                        bytes(broken), MODEL[:-1000]):
            self.refused(self.hub.add(content, "1.0.0"), 422, "refused: ")
        answer = self.hub.add(b"x" * 1000, "1.0.0")
        self.assertNotIn(str(self.folder), answer.message)
        self.assertEqual(self.hub.call("GET", DIGITS_PATH).status, 404)

    def test_many_at_once(self):
        """Models are judged two at a time; who comes when others wait already is sent away, and others
        who only ask are served meanwhile."""
        self.published()
        names = [self.hub.upload(MODEL) for _ in range(12)]
        answers = []

        def add(n):
            body = {"upload": names[n], "version": f"2.0.{n}"}
            answers.append(self.hub.call("POST", DIGITS_PATH + "/versions", body).status)

        threads = [threading.Thread(target=add, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        served = 0
        while any(thread.is_alive() for thread in threads):
            self.ok(self.hub.call("GET", DIGITS_PATH))
            served += 1
        for thread in threads:
            thread.join()
        self.assertEqual(set(answers) - {201, 503}, set())
        self.assertGreaterEqual(answers.count(201), 4)
        self.assertGreater(served, 0)

    def test_garbage_is_collected_and_what_is_needed_stays(self):
        self.published(MODEL, "1.0.0")
        self.ok(self.hub.add(OTHER, "2.0.0"), 201)
        self.ok(self.hub.call("DELETE", DIGITS_PATH + "/versions/2.0.0"), 204)
        self.hub.upload(b"left behind")
        told = self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0, "dry_run": True})).json
        self.assertEqual(told["bytes"], len(OTHER))
        self.assertEqual(self.hub.call("POST", "/v1/collect", {}).json["blobs"], 0)
        done = self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0})).json
        self.assertEqual((done["blobs"], done["uploads"]), (1, 1))
        self.ok(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(MODEL)}"))
        self.refused(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(OTHER)}"), 404)


class Blobs(Case):
    def get(self, token="admin", method="GET", **headers):
        return self.hub.call(method, f"{PROJECT}/blobs/{sha256(MODEL)}", token=token,
                             headers={k.replace("_", "-"): v for k, v in headers.items()})

    def test_ranges_and_conditions(self):
        self.published()
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


class Uploads(Case):
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
        self.refused(self.hub.call("POST", DIGITS_PATH + "/versions", body), 409, "1000 of")
        self.ok(self.patch(name, MODEL[1000:], 1000), 204)
        self.refused(self.patch(name, b"more", len(MODEL)), 400, "announced")
        wrong = {**body, "sha256": "0" * 64}
        self.refused(self.hub.call("POST", DIGITS_PATH + "/versions", wrong), 422, "SHA-256")
        self.ok(self.hub.call("POST", DIGITS_PATH + "/versions", {**body, "sha256": sha256(MODEL)}), 201)
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
        self.ok(self.hub.call("POST", DIGITS_PATH + "/versions", body), 201)

    def test_kill_keeps_what_was_acknowledged(self):
        self.published()
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
            listed = self.ok(self.hub.call("GET", DIGITS_PATH)).json["aliases"]
            self.assertLessEqual(kept, {a["name"] for a in listed})
            self.assertEqual(self.offset(name), offset)
        self.assertGreater(len(kept), n)
        self.assertEqual(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(MODEL)}").body, MODEL)

    def make_aliases(self, stop, kept, n):
        """Notes what the hub has acknowledged, until it is killed."""
        for i in range(10_000):
            name = f"a{n}-{threading.get_ident() % 10_000}-{i}"
            try:
                answer = self.hub.call("PUT", f"{DIGITS_PATH}/aliases/{name}", {"version": "1.0.0"})
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                kept.add(name)
            if stop.is_set():
                return

    def poll(self, stop, _kept, _n):
        while not stop.is_set():
            try:
                self.hub.call("GET", DIGITS_PATH + "/versions/1.0.0")
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
        added = self.ok(self.hub.call("POST", DIGITS_PATH + "/versions", {
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


class Hostile(Case):
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
                     f"{PROJECT}/uploads/..%2f..%2fhub.sqlite", f"{DIGITS_PATH}%00", "/v1//projects",
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


class Commands(Case):
    """The commands as a user types them."""

    def setUp(self):
        super().setUp()
        self.environment = {"XDG_CONFIG_HOME": str(self.folder / "config"), "SAMARA_HUB": "",
                            "SAMARA_HUB_TOKEN": "", "SAMARA_HUB_PROJECT": ""}

    def run_hub(self, *words, code=0):
        done = samara("hub", *words, environment=self.environment, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def json_of(self, *words):
        return json.loads(self.run_hub(*words, "--json"))

    def test_a_models_way(self):
        address = f"http://127.0.0.1:{self.hub.port}"
        self.assertIn("samara hub login", self.run_hub("ls", code=1))
        self.assertIn("unknown, expired", self.run_hub("login", address, "--token", "x", code=1))
        self.assertIn("'admin'", self.run_hub("login", address, "--token", self.hub.admin))
        kept = self.folder / "config/samara/hub.json"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        pushed = self.json_of("push", INT8, "--model", "digits", "--version", "1.0.0", "--tag", "int8",
                              "--label", "team=vision", "--channel", "stable")
        self.assertTrue(pushed["published"])
        self.run_hub("push", INT8, "--model", "digits", "--version", "1.1.0", "--publish")
        self.assertIn("never changed", self.run_hub("push", INT8, "--model", "digits", "--version",
                                                    "1.1.0", code=1))
        broken = self.folder / "broken.tflite"
        broken.write_bytes(MODEL[:3000])
        self.assertIn("refused: ", self.run_hub("push", broken, "--version", "1.0.0", code=1))
        self.assertIn("--version", self.run_hub("push", INT8, code=1))
        self.run_hub("promote", "digits", "1.1.0")
        self.assertRegex(self.run_hub("ls", "digits"), r"1\.1\.0 +\d+ +yes +stable")
        self.assertIn("1.0.0 again", self.run_hub("rollback", "digits"))
        self.assertIn("rolled back", self.run_hub("unpublish", "digits", "1.1.0", code=1))
        self.run_hub("pull", "digits", "-o", "got.tflite")
        self.assertEqual((self.folder / "got.tflite").read_bytes(), MODEL)
        self.assertEqual(self.json_of("show", "digits", "1.0.0")["labels"], {"team": "vision"})
        self.assertIn("channel.rollback", self.run_hub("audit", "--limit", "5"))
        self.assertIn("project.make", self.run_hub("audit", "--whole-hub"))
        self.assertEqual(self.json_of("gc", "--hours", "0")["blobs"], 0)
        self.assertIn("digits", self.run_hub("ls"))
        self.assertIn("no model 'none'", self.run_hub("ls", "none", code=1))

    def test_a_cut_download_goes_on(self):
        self.published()
        self.ok(self.hub.call("PUT", DIGITS_PATH + "/channels/stable", {"version": "1.0.0"}))
        self.run_hub("login", f"http://127.0.0.1:{self.hub.port}", "--token", self.hub.admin)
        part = self.folder / "digits.tflite.part"
        for begun in (MODEL[:10_000], b"x" * 10_000, MODEL + b"more"):
            part.write_bytes(begun)
            good = not begun.startswith(b"x")
            told = self.run_hub("pull", "digits", code=0 if good else 1)
            self.assertFalse(part.exists())
            if good:
                self.assertEqual((self.folder / "digits.tflite").read_bytes(), MODEL)
            else:
                self.assertIn("thrown away", told)
        metrics = self.hub.call("GET", "/metrics").body.decode()
        self.assertIn('blobs/{sha256}",status="2xx"}', metrics)

    def test_tokens(self):
        self.run_hub("login", f"http://127.0.0.1:{self.hub.port}", "--token", self.hub.admin)
        token = self.json_of("token", "make", "phone", "--role", "device", "--days", "30")["token"]
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=token).json["role"], "device")
        self.assertIn("role publisher", self.run_hub("push", INT8, "--version", "1.0.0", "--token",
                                                     token, code=1))
        phone = self.json_of("token", "ls")["tokens"][-1]
        self.assertEqual(phone["name"], "phone")
        self.run_hub("token", "revoke", phone["id"])
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=token).status, 401)
        self.assertIn("not_found", self.run_hub("token", "revoke", phone["id"], code=1))
        scraper = self.json_of("token", "make", "scraper", "--role", "viewer", "--whole-hub")["token"]
        self.assertEqual(self.hub.call("GET", "/metrics", token=scraper).status, 200)
        listed = self.json_of("token", "ls", "--whole-hub")["tokens"]
        self.assertEqual([t["name"] for t in listed], ["admin", "scraper"])
        self.run_hub("token", "revoke", listed[1]["id"], "--whole-hub")
        self.assertEqual(self.hub.call("GET", "/metrics", token=scraper).status, 401)

    def test_init_twice_and_unknown_words(self):
        self.assertIn("already", self.run_hub("init", "--data", self.folder / "hub", code=1))
        self.assertIn("usage: samara hub", self.run_hub(code=2))
        self.assertIn("serve", self.run_hub("--help"))
        self.run_hub("fly", code=2)


class VersionsOnPostgres(OnPostgres, Versions):
    pass


class RightsOnPostgres(OnPostgres, Rights):
    pass


class UploadsOnPostgres(OnPostgres, Uploads):
    def test_a_database_that_is_gone_for_a_while(self):
        self.published()
        self.postgres.stop()
        for _ in range(3):
            gone = self.hub.call("GET", DIGITS_PATH)
            self.assertEqual((gone.status, gone.headers.get("retry-after")), (503, "1"), gone.body)
            self.assertNotIn(b"PostgreSQL", gone.body)
        self.assertEqual(self.hub.call("GET", "/readyz", token=None).status, 503)
        self.assertEqual(self.hub.call("GET", "/healthz", token=None).status, 200)
        self.postgres.start()
        shown = self.ok(self.hub.call("GET", DIGITS_PATH)).json
        self.assertEqual([v["version"] for v in shown["versions"]], ["1.0.0"])


class Limited(Case):
    options = ("--rate", "5")

    def test_rates(self):
        answers = [self.hub.call("GET", "/v1/whoami") for _ in range(30)]
        self.assertIn(429, [a.status for a in answers])
        self.assertEqual(answers[-1].headers.get("retry-after"), "1")
        guesses = [self.hub.call("GET", "/v1/whoami", token="smr_guess").status for _ in range(10)]
        self.assertIn(429, guesses)
        self.assertEqual(guesses[0], 401)


class Secure(unittest.TestCase):
    def test_a_key_with_a_passphrase(self):
        """Never asked for: there is a terminal here, and nothing is read from it or written to it."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            made = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-passout", "pass:open sesame", "-keyout", folder / "key.pem", "-out",
                 folder / "cert.pem", "-days", "1", "-subj", "/CN=localhost"],
                capture_output=True, check=False)
            if made.returncode != 0:
                self.skipTest("no openssl command here")
            (folder / "right").write_text("open sesame\n")
            (folder / "wrong").write_text("open barley\n")
            tls = ("--certificate", folder / "cert.pem", "--key", folder / "key.pem")
            hub = Hub(folder / "hub", *tls, "--key-passphrase-file", folder / "right").start()
            self.assertEqual(hub.stop(), 0)
            for more in ((), ("--key-passphrase-file", folder / "wrong")):
                ours, theirs = pty.openpty()
                self.addCleanup(os.close, ours)
                done = samara("hub", "serve", *hub.data, "--port", "0", *tls, *more, stdin=theirs,
                              preexec_fn=os.setsid)
                os.close(theirs)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("key.pem", done.stderr)
                self.assertIn("passphrase", done.stderr)
                self.assertNotIn("barley", done.stderr)
            self.assertIn("not_found", samara("hub", "serve", *hub.data, "--port", "0", *tls,
                                              "--key-passphrase-file", folder / "none").stderr)

    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            made = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "1",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                capture_output=True, check=False)
            if made.returncode != 0:
                self.skipTest("no openssl command here")
            hub = Hub(folder / "hub", "--certificate", folder / "cert.pem", "--key",
                      folder / "key.pem").start()
            self.addCleanup(hub.stop)
            context = ssl.create_default_context(cafile=folder / "cert.pem")
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
