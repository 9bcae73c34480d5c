"""Firebase's doors as the Admin SDKs manage models through them, and what strangers might try there."""

import contextlib
import socket
import sqlite3
import threading
import time

from firebase import API, Account, Case
from hub import OnPostgres, sha256, wait_until
from program import MODEL, parsed, run_tests, samara


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


class ManagementOnPostgres(OnPostgres, Management):
    pass


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
        done = samara(*words, *self.hub.flags())
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
        made = parsed(samara("hub", "firebase-account", "two", "--output", self.folder / "two.json",
                             *self.hub.flags(), "--json"))
        self.assertRegex(made["email"], r"^two-\d+@default\.samara$")


if __name__ == "__main__":
    run_tests()
