"""Users of a hub that is really started: logging in, roles, tokens of one's own, and what ends them."""

import json

from hub import PROJECT, HubCase, HubCommands, OnPostgres
from program import INT8, MODEL, run_tests

WORD = "correct horse"


class Case(HubCase):
    options = ("--rate", "0", "--login-rate", "0")

    def try_(self, name, password):
        return self.hub.call("POST", "/v1/sessions", {"name": name, "password": password}, token=None)

    def status(self, token, path="/v1/whoami"):
        return self.hub.call("GET", path, token=token).status

    def log(self, path=PROJECT + "/audit"):
        return [(e["who"], e["action"], e["subject"]) for e in self.hub.call("GET", path).json["entries"]]


class Users(Case):
    def test_a_users_life(self):
        token = self.hub.user("alice", ("/projects/default", "publisher"))
        who = self.hub.call("GET", "/v1/whoami", token=token).json
        self.assertEqual(who, {"name": "user:alice", "role": "publisher",
                               "roles": [{"role": "publisher", "project": "default"}]})
        upload = self.hub.upload(MODEL, token=token)
        made = self.hub.call("POST", PROJECT + "/models/digits/versions",
                             {"upload": upload, "version": "1.0.0"}, token)
        self.assertEqual((made.status, made.json["created_by"]), (201, "user:alice"))
        self.assertEqual(self.log()[0], ("user:alice", "version.add", "digits 1.0.0"))
        # What the database holds is no password.
        kept = b"".join(p.read_bytes() for p in (self.folder / "hub").glob("hub.sqlite*"))
        self.assertNotIn(WORD.encode(), kept)
        self.assertNotIn(token.encode(), kept)
        # A role changes with the next call.
        self.hub.call("PUT", PROJECT + "/members/alice", {"role": "viewer"})
        self.assertEqual(self.hub.call("POST", PROJECT + "/uploads", {}, token).status, 403)
        self.assertEqual(self.status(token, PROJECT + "/models"), 200)
        self.assertEqual(self.hub.call("DELETE", PROJECT + "/members/alice").status, 204)
        self.assertEqual(self.status(token, PROJECT + "/models"), 403)
        self.assertEqual(self.hub.call("DELETE", PROJECT + "/members/alice").status, 404)
        self.assertEqual(self.hub.call("DELETE", "/v1/sessions", token=token).status, 204)
        self.assertEqual(self.status(token), 401)

    def test_who_is_refused_looks_the_same(self):
        self.hub.user("alice")
        self.hub.user("bob")
        self.hub.call("PATCH", "/v1/users/bob", {"disabled": True})
        answers = [self.try_(*both) for both in
                   (("alice", "wrong horse"), ("alice", ""), ("nobody", WORD), ("bob", WORD))]
        self.assertEqual({(a.status, a.body) for a in answers}, {(401, answers[0].body)})
        self.assertEqual(self.try_("../x", WORD).status, 400)
        self.assertEqual(self.hub.call("POST", "/v1/users", {"name": "alice", "password": WORD}).status, 409)
        short = self.hub.call("POST", "/v1/users", {"name": "eve", "password": "short"})
        self.assertEqual(short.status, 400)
        self.assertIn("10 bytes", short.message)
        self.assertNotIn(WORD, json.dumps(self.hub.call("GET", "/v1/users").json))
        self.hub.stop()
        self.assertIn("'nobody'", self.hub.errors)
        self.assertNotIn("horse", self.hub.errors)

    def test_a_password_that_changes_ends_other_sessions(self):
        one = self.hub.user("alice")
        other = self.hub.log_in("alice")
        body = {"present": WORD, "password": "battery staple"}
        wrong = self.hub.call("PUT", "/v1/password", {**body, "present": "x"}, one)
        self.assertEqual((wrong.status, self.status(other)), (403, 200))
        self.assertEqual(self.hub.call("PUT", "/v1/password", body, one).status, 204)
        self.assertEqual((self.status(one), self.status(other)), (200, 401))
        self.assertEqual((self.try_("alice", WORD).status), 401)
        again = self.hub.log_in("alice", "battery staple")
        self.assertEqual(self.hub.call("PATCH", "/v1/users/alice", {"password": WORD}).status, 204)
        self.assertEqual((self.status(one), self.status(again)), (401, 401))
        self.hub.log_in("alice")
        self.assertEqual(self.hub.call("PATCH", "/v1/users/alice", {}).status, 400)
        self.assertEqual(self.hub.call("PATCH", "/v1/users/none", {"disabled": True}).status, 404)

    def test_who_is_disabled_has_no_tokens_left(self):
        session = self.hub.user("alice", ("", "admin"))
        own = self.hub.call("POST", "/v1/user/tokens", {"name": "ci", "role": "viewer"}, session)
        self.assertEqual(own.status, 201)
        self.hub.call("PATCH", "/v1/users/alice", {"disabled": True})
        self.assertEqual((self.status(session), self.status(own.json["token"])), (401, 401))
        self.hub.call("PATCH", "/v1/users/alice", {"disabled": False})
        self.assertEqual((self.status(session), self.status(own.json["token"])), (401, 401))
        self.hub.log_in("alice")
        actions = [action for _, action, subject in self.log("/v1/audit") if subject == "alice"]
        self.assertEqual(actions, ["session.make", "user.enable", "user.disable", "session.make",
                                   "member.set", "user.make"])

    def test_tokens_of_ones_own(self):
        alice, bob = self.hub.user("alice", ("/projects/default", "publisher")), self.hub.user("bob")

        def make(token=alice, **body):
            return self.hub.call("POST", "/v1/user/tokens", {"name": "ci", **body}, token)

        ci = make(role="publisher", project="default").json["token"]
        self.assertEqual(self.hub.call("POST", PROJECT + "/models/none/versions/1.0.0/publish",
                                       token=ci).status, 404)
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=ci).json["name"], "user:alice/ci")
        self.assertEqual(make(ci, role="admin").status, 403)
        self.assertEqual(make(bob, role="viewer", project="default").status, 403)
        self.assertEqual(make(role="viewer", project="none").status, 403)
        # Never more than the user at the moment.
        admin = make(role="admin").json["token"]
        self.assertEqual(self.status(admin, PROJECT + "/audit"), 403)
        listed = self.hub.call("GET", "/v1/user/tokens", token=alice).json["tokens"]
        self.assertEqual([(t["name"], t["session"], t["project"]) for t in listed],
                         [("session", True, None), ("ci", False, "default"), ("ci", False, None)])
        self.assertEqual(self.hub.call("DELETE", f"/v1/user/tokens/{listed[1]['id']}",
                                       token=bob).status, 404)
        self.assertEqual(self.hub.call("DELETE", f"/v1/user/tokens/{listed[1]['id']}",
                                       token=alice).status, 204)
        self.assertEqual(self.status(ci), 401)
        # They are not among the project's, nor may its administrator revoke them.
        self.assertEqual(self.hub.call("GET", PROJECT + "/tokens").json["tokens"], [])
        self.assertEqual(self.hub.call("DELETE", f"/v1/tokens/{listed[2]['id']}").status, 404)

    def test_organisations_own_projects(self):
        token = self.hub.user("alice", ("/organisations/default", "admin"))
        made = self.hub.call("POST", "/v1/organisations/default/projects", {"name": "second"}, token)
        self.assertEqual(made.status, 201)
        listed = self.hub.call("GET", "/v1/projects", token=token).json["projects"]
        self.assertEqual([(p["name"], p["role"]) for p in listed],
                         [("default", "admin"), ("second", "admin")])
        self.assertEqual(self.status(token, "/v1/projects/second/audit"), 200)
        self.hub.call("POST", "/v1/projects", {"name": "third", "organisation": "else"})
        self.assertEqual(self.status(token, "/v1/projects/third/models"), 403)
        self.assertEqual(self.hub.call("GET", "/v1/organisations", token=token).json,
                         {"organisations": ["default"]})
        self.assertEqual(self.hub.call("GET", "/v1/organisations").json,
                         {"organisations": ["default", "else"]})
        self.assertEqual(self.hub.call("POST", "/v1/organisations/else/projects", {"name": "x"},
                                       token).status, 403)
        bob = self.hub.user("bob")
        put = self.hub.call("PUT", "/v1/organisations/default/members/bob", {"role": "viewer"}, token)
        self.assertEqual(put.json, {"role": "viewer", "organisation": "default"})
        self.assertEqual(self.status(bob, "/v1/projects/second/models"), 200)
        for path, status in (("default/members/nobody", 404), ("none/members/bob", 404)):
            self.assertEqual(self.hub.call("PUT", "/v1/organisations/" + path,
                                           {"role": "viewer"}).status, status)
        self.assertEqual(self.hub.call("PUT", PROJECT + "/members/bob", {"role": "device"}).status, 400)
        listed = self.hub.call("GET", "/v1/organisations/default/members", token=token).json["users"]
        self.assertEqual([u["name"] for u in listed], ["alice", "bob"])


class Limited(Case):
    options = ("--rate", "0", "--login-rate", "0.001")

    def test_guesses(self):
        """Ten tries, right or wrong; then nobody at this address, under no name."""
        self.hub.user("alice")
        codes = [self.try_("alice", f"guess {n}").status for n in range(12)]
        self.assertEqual(codes, [401] * 9 + [429] * 3)
        self.assertEqual(self.try_("alice", WORD).status, 429)
        self.assertEqual(self.try_("bob", WORD).status, 429)
        self.assertEqual(self.status(self.hub.admin), 200)


class Commands(HubCommands, Case):
    def setUp(self):
        super().setUp()
        self.environment["WORD"] = WORD
        (self.folder / "word").write_text(WORD + "\nmore")
        (self.folder / "next").write_text("battery staple\n")

    def test_users_by_commands(self):
        self.run_hub("login", self.hub.address, "--token", self.hub.admin)
        self.assertIn("no terminal", self.run_hub("user", "add", "alice", code=1))
        self.run_hub("user", "add", "alice", "--password-file", "word")
        self.run_hub("user", "add", "bob", "--password-file", "-", input=WORD + "\n")
        self.run_hub("user", "add", "carol", "--password-env", "WORD")
        self.assertIn("10 bytes", self.run_hub("user", "add", "dan", "--password-file", "-",
                                               input="short", code=1))
        self.assertIn("empty", self.run_hub("user", "add", "dan", "--password-file", "-", input="\n",
                                            code=1))
        self.run_hub("user", "role", "alice", "--role", "admin")
        self.run_hub("user", "role", "bob", "--role", "viewer", "--organisation", "default")
        self.run_hub("user", "role", "carol", "--role", "viewer", "--whole-hub")
        table = self.run_hub("user", "ls")
        self.assertRegex(table, "alice .*admin of project default\n")
        self.assertRegex(table, "bob .*viewer of organisation default\n")
        self.assertRegex(table, "carol .*viewer of the whole hub\n")
        self.assertIn("carol", self.run_hub("user", "members", "--whole-hub"))
        self.assertNotIn("carol", self.run_hub("user", "members"))
        self.run_hub("user", "role", "carol", "--role", "none", "--whole-hub")
        self.assertIn("--role", self.run_hub("user", "role", "carol", code=1))
        self.run_hub("user", "disable", "bob")
        self.assertIn("password is wrong", self.run_hub("login", self.hub.address, "--user", "bob",
                                                        "--password-file", "word", code=1))
        self.run_hub("user", "enable", "bob")
        self.assertIn("none of", self.run_hub("user", "fly", "bob", code=1))

        self.assertIn("'user:alice' (admin)", self.run_hub("login", self.hub.address, "--user", "alice",
                                                           "--password-file", "word"))
        self.assertNotIn(WORD, (self.folder / "config/samara/hub.json").read_text())
        own = self.run_hub("token", "make", "ci", "--own", "--role", "viewer", "--project",
                           "default").strip()
        self.assertEqual(self.status(own, PROJECT + "/models"), 200)
        self.assertIn("session", self.run_hub("token", "ls", "--own"))
        self.assertIn("permission_denied", self.run_hub("user", "ls", code=1))
        self.run_hub("user", "passwd", "--present-password-file", "word", "--password-file", "next")
        self.run_hub("push", INT8, "--version", "1.0.0")
        self.assertIn("user:alice", self.run_hub("audit"))
        self.run_hub("logout")
        self.assertIn("takes a token", self.run_hub("ls", code=1))
        self.run_hub("login", self.hub.address, "--user", "alice", "--password-file", "next")
        self.run_hub("user", "passwd", "bob", "--password-file", "next", code=1)
        self.run_hub("user", "passwd", "bob", "--password-file", "next", "--token", self.hub.admin)
        self.run_hub("login", self.hub.address, "--user", "bob", "--password-file", "next")


class UsersOnPostgres(OnPostgres, Users):
    def test_a_users_life(self):
        """As there, but for the file that PostgreSQL has not."""
        token = self.hub.user("alice", ("/projects/default", "publisher"))
        self.assertEqual(self.hub.call("POST", PROJECT + "/uploads", {}, token).status, 201)


if __name__ == "__main__":
    run_tests()
