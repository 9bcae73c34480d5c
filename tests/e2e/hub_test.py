"""A hub that is really started: rights, versions, commands, rates."""

import json
import pathlib
import random
import re
import threading

from hub import DIGITS, PROJECT, HubCase, HubCommands, OnPostgres, sha256
from program import INT8, MODEL, OTHER, parsed, run_tests, samara


class Rights(HubCase):
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


class Versions(HubCase):
    def test_life_of_a_model(self):
        added = self.ok(self.hub.add(MODEL, "1.0.0", tags=["int8"], labels={"team": "vision"},
                                     notes="first", target={"os": ["linux"]}), 201).json
        self.assertEqual(added["sha256"], sha256(MODEL))
        self.assertEqual(added["size"], len(MODEL))
        self.assertEqual(added["report"]["signatures"][0]["inputs"][0]["name"], "image")
        self.assertFalse(added["published"])
        self.refused(self.hub.promote("1.0.0"), 409, "not published")
        self.ok(self.hub.publish("1.0.0"))
        self.ok(self.hub.promote("1.0.0"))
        self.hub.have(MODEL, "1.1.0")
        self.ok(self.hub.promote("1.1.0"))
        device = self.hub.token("device")
        now = self.ok(self.hub.call("GET", DIGITS + "/channels/stable", token=device))
        self.assertEqual(now.json["version"], "1.1.0")
        again = self.hub.call("GET", DIGITS + "/channels/stable", token=device,
                              headers={"If-None-Match": now.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.refused(self.hub.call("POST", DIGITS + "/versions/1.0.0/unpublish"), 409,
                     "stable", "rolled back")
        back = self.ok(self.hub.call("POST", DIGITS + "/channels/stable/rollback"))
        self.assertEqual(back.json["version"], "1.0.0")
        changed = self.hub.call("GET", DIGITS + "/channels/stable", token=device,
                                headers={"If-None-Match": now.headers["etag"]})
        self.assertEqual(changed.status, 200)
        self.refused(self.hub.call("DELETE", DIGITS + "/versions/1.1.0"), 409)
        shown = self.ok(self.hub.call("GET", DIGITS)).json
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
        self.hub.have(MODEL, "1.0.0")
        self.ok(self.hub.add(OTHER, "1.1.0"), 201)
        self.refused(self.hub.publish("1.1.0"), 409, "int8", "float32", "2.0.0")
        self.ok(self.hub.add(OTHER, "2.0.0"), 201)
        self.ok(self.hub.publish("2.0.0"))
        self.hub.have(MODEL, "1.1.1")

    def test_bad_models_are_refused_with_the_reason(self):
        broken = bytearray(MODEL)
        broken[40:400] = random.Random(1).randbytes(360)
        for content in (b"", b"not a model at all, but long enough to be one", MODEL[:5000],
                        bytes(broken), MODEL[:-1000]):
            self.refused(self.hub.add(content, "1.0.0"), 422, "refused: ")
        answer = self.hub.add(b"x" * 1000, "1.0.0")
        self.assertNotIn(str(self.folder), answer.message)
        self.assertEqual(self.hub.call("GET", DIGITS).status, 404)

    def test_many_at_once(self):
        """Models are judged two at a time; who comes when others wait already is sent away, and others
        who only ask are served meanwhile."""
        self.hub.have()
        names = [self.hub.upload(MODEL) for _ in range(12)]
        answers = []

        def add(n):
            body = {"upload": names[n], "version": f"2.0.{n}"}
            answers.append(self.hub.call("POST", DIGITS + "/versions", body).status)

        threads = [threading.Thread(target=add, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        served = 0
        while any(thread.is_alive() for thread in threads):
            self.ok(self.hub.call("GET", DIGITS))
            served += 1
        for thread in threads:
            thread.join()
        self.assertEqual(set(answers) - {201, 503}, set())
        self.assertGreaterEqual(answers.count(201), 4)
        self.assertGreater(served, 0)

    def test_garbage_is_collected_and_what_is_needed_stays(self):
        self.hub.have(MODEL, "1.0.0")
        self.ok(self.hub.add(OTHER, "2.0.0"), 201)
        self.ok(self.hub.call("DELETE", DIGITS + "/versions/2.0.0"), 204)
        self.hub.upload(b"left behind")
        told = self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0, "dry_run": True})).json
        self.assertEqual(told["bytes"], len(OTHER))
        self.assertEqual(self.hub.call("POST", "/v1/collect", {}).json["blobs"], 0)
        done = self.ok(self.hub.call("POST", "/v1/collect", {"hours": 0})).json
        self.assertEqual((done["blobs"], done["uploads"]), (1, 1))
        self.ok(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(MODEL)}"))
        self.refused(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(OTHER)}"), 404)


class Commands(HubCommands):
    def json_of(self, *words):
        return json.loads(self.run_hub(*words, "--json"))

    def test_a_models_way(self):
        address = self.hub.address
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
        self.hub.have()
        self.ok(self.hub.promote("1.0.0"))
        self.run_hub("login", self.hub.address, "--token", self.hub.admin)
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
        self.run_hub("login", self.hub.address, "--token", self.hub.admin)
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


class Limited(HubCase):
    options = ("--rate", "5")

    def test_rates(self):
        # The refused come late, so that those behind them may be answered again.
        answers = [self.hub.call("GET", "/v1/whoami") for _ in range(30)]
        refused = [a for a in answers if a.status == 429]
        self.assertTrue(refused)
        self.assertEqual(refused[0].headers.get("retry-after"), "1")
        guesses = [self.hub.call("GET", "/v1/whoami", token="smr_guess").status for _ in range(10)]
        self.assertIn(429, guesses)
        self.assertEqual(guesses[0], 401)


if __name__ == "__main__":
    run_tests()
