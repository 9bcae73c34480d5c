"""The signed repository of a hub that is really started: begun by its owner, followed by devices,
changed only by those who may; what does not verify is refused by name, and kill -9 leaves it whole."""

import contextlib
import json
import os
import pathlib
import random
import signal
import sqlite3
import threading
import time

from hub import PROJECT, HubCase, sha256
from program import INT8, MODEL, OTHER, parsed, run_tests, samara

METADATA = PROJECT + "/tuf/metadata/"
TARGETS = PROJECT + "/tuf/targets/"


class Case(HubCase):
    public = True

    def setUp(self):
        super().setUp()
        for name in ("root", "targets", "release", "other"):
            self.good("key", "new", self.path(name), "--no-passphrase")
        for name in ("device", "out"):
            self.path(name).mkdir()

    def change_database(self, statement):
        with contextlib.closing(sqlite3.connect(self.folder / "hub/hub.sqlite")) as database:
            self.assertGreater(database.execute(statement).rowcount, 0)
            database.commit()

    def environment(self, token=None):
        return {**self.hub.variables(token), "HOME": str(self.folder)}

    def good(self, *words, **options):
        result = samara(*words, environment=self.environment(), **options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def refused(self, *words, says, token=None):
        result = samara(*words, environment=self.environment(token))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(says, result.stderr)

    def begin(self, *more):
        self.good("hub", "trust", "--root-key", self.path("root"), "--targets-key", self.path("targets"),
                  "--release-key", self.path("release"), "--output", self.path("1.root.json"), *more)

    def push(self, version, *more, file=INT8, key="release"):
        return self.good("hub", "push", file, "--model", "digits", "--version", version, "--sign",
                         self.path(key), *more)

    def versions(self):
        roles = self.hub.call("GET", PROJECT + "/trust").json["roles"]
        return {role: one["version"] for role, one in roles.items()}

    def role(self, role):
        return self.hub.call("GET", f"{METADATA}{self.versions()[role]}.{role}.json").json

    def client(self, action, *names):
        base = f"{self.hub.address}{PROJECT}/tuf"
        if not (self.path("device") / "root.json").exists():
            self.good("tuf", "--metadata-dir", self.path("device"), "init", self.path("1.root.json"))
        wanted = [word for name in names for word in ("--target-name", name)]
        return samara("tuf", "--metadata-dir", self.path("device"), "--metadata-url", base + "/metadata",
                      "--target-base-url", base + "/targets", "--target-dir", self.path("out"), *wanted,
                      action)

    def follows(self, *names):
        result = self.client("download", *names)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [pathlib.Path(line).read_bytes() for line in result.stdout.splitlines()]


class Owners(Case):
    def test_a_signed_model_reaches_those_who_follow(self):
        self.begin()
        self.assertEqual(self.versions(), {"root": 1, "targets": 1, "release": 1, "snapshot": 1,
                                           "timestamp": 1})
        self.assertIn("signed", self.push("1.0.0", "--channel", "stable"))
        got = self.follows("models/digits/1.0.0.tflite", "channels/stable/digits.tflite")
        self.assertEqual([sha256(one) for one in got], [sha256(MODEL)] * 2)
        self.push("1.1.0", "--channel", "stable")
        named = self.role("release")["signed"]["targets"]["channels/stable/digits.tflite"]
        self.assertEqual(named["custom"], {"version": "1.1.0"})
        self.assertEqual(json.loads(self.good("hub", "rollback", "digits", "--sign", self.path("release"),
                                              "--json")), {"name": "stable", "version": "1.0.0"})
        shown = self.hub.call("GET", PROJECT + "/models/digits").json["channels"][0]
        self.assertEqual((shown["version"], shown["previous"]), ("1.0.0", "1.1.0"))
        self.follows("channels/stable/digits.tflite")
        self.good("hub", "pin", "digits", "1.1.0", "lab", "--sign", self.path("release"))
        self.follows("pins/lab/digits.tflite")

    def test_keys_of_the_hub_are_its_own_alone(self):
        self.begin()
        folder = self.folder / "hub/keys"
        files = sorted(file.name for file in (folder / "default").iterdir())
        self.assertEqual(files, ["online.pem", "snapshot.pem", "timestamp.pem"])
        for file in (folder / "default").iterdir():
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        told = self.hub.call("GET", PROJECT + "/trust").body
        self.assertNotIn(b"PRIVATE", told)

    def test_what_caches_may_do(self):
        self.begin()
        self.push("1.0.0", "--channel", "stable")
        now = self.hub.call("GET", METADATA + "timestamp.json", token=None)
        self.assertEqual((now.status, now.headers["cache-control"]), (200, "no-cache"))
        same = {"If-None-Match": now.headers["etag"]}
        again = self.hub.call("GET", METADATA + "timestamp.json", token=None, headers=same)
        self.assertEqual((again.status, again.body), (304, b""))
        for path in (METADATA + "1.root.json", METADATA + "2.release.json",
                     f"{TARGETS}models/digits/{sha256(MODEL)}.1.0.0.tflite"):
            answer = self.hub.call("GET", path, token=None)
            self.assertEqual(answer.status, 200, path)
            self.assertIn("immutable", answer.headers["cache-control"])
        self.assertEqual(answer.body, MODEL)
        part = self.hub.call("GET", path, token=None, headers={"Range": "bytes=10-19"})
        self.assertEqual((part.status, part.body), (206, MODEL[10:20]))
        absent = self.hub.call("GET", METADATA + "2.root.json", token=None)
        self.assertEqual((absent.status, absent.headers["cache-control"]), (404, "no-store"))
        for name in ("root.json", "0.root.json", "x.root.json", "1.root", "1.nobody.json", "-1.root.json",
                     "1..json", "99999999999999999999.root.json", "%2e%2e%2fhub.sqlite"):
            self.assertEqual(self.hub.call("GET", METADATA + name, token=None).status, 404, name)
        self.good("hub", "promote", "digits", "1.0.0", "--sign", self.path("release"))
        changed = self.hub.call("GET", METADATA + "timestamp.json", token=None, headers=same)
        self.assertEqual(changed.status, 200)

    def test_a_root_that_was_rotated_elsewhere(self):
        self.begin()
        self.push("1.0.0", "--channel", "stable")
        self.follows("channels/stable/digits.tflite")
        old = next(iter(parsed(samara("key", "show", self.path("root.pub"), "--json"))))
        rotate = ["key", "rotate", self.path("1.root.json"), "--add", self.path("other.pub"), "--remove", old,
                  "--key", self.path("other")]
        samara(*rotate)  # lacks the old key's signature
        self.refused("hub", "trust", "--upload", self.path("2.root.json"), says="role root")
        self.good(*rotate, "--key", self.path("root"))
        self.good("hub", "trust", "--upload", self.path("2.root.json"))
        self.assertEqual(self.versions()["root"], 2)
        self.follows("channels/stable/digits.tflite")
        self.good("hub", "trust", "--upload", self.path("2.root.json"))  # the same again
        self.assertEqual(self.versions()["root"], 2)
        self.refused("hub", "trust", "--upload", self.path("1.root.json"), says="of version 1; the hub has")

    def test_other_release_keys(self):
        self.begin()
        self.push("1.0.0", "--channel", "stable")
        self.good("hub", "trust", "--targets-key", self.path("targets"), "--release-key", self.path("other"))
        self.refused("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("release"),
                     says="is not signed by the key given here")
        self.push("1.1.0", "--channel", "stable", key="other")
        self.follows("channels/stable/digits.tflite", "models/digits/1.0.0.tflite")

    def test_what_is_there_already_is_adopted(self):
        self.hub.have(channel="stable")
        keys = ["--root-key", self.path("root"), "--targets-key", self.path("targets"), "--release-key",
                self.path("release"), "--output", self.path("1.root.json")]
        self.refused("hub", "trust", *keys, says="channel 'stable' of 'digits'")
        self.assertEqual(self.versions(), {})
        self.good("hub", "trust", *keys, "--adopt")
        self.follows("channels/stable/digits.tflite")


class Online(Case):
    def test_the_hub_signs_what_channels_stand_for(self):
        self.begin("--online")
        self.push("1.0.0", "--channel", "stable")
        self.push("1.1.0", "--channel", "stable")
        self.assertEqual(self.versions()["release"], 3)
        self.good("hub", "rollback", "digits")
        self.good("hub", "pin", "digits", "1.1.0", "lab")
        online = self.role("online")["signed"]["targets"]
        self.assertEqual({name: one["custom"]["version"] for name, one in online.items()},
                         {"channels/stable/digits.tflite": "1.0.0", "pins/lab/digits.tflite": "1.1.0"})
        self.follows("channels/stable/digits.tflite", "pins/lab/digits.tflite")
        log = self.hub.call("GET", PROJECT + "/audit?limit=200").json["entries"]
        signed = [entry for entry in log if entry["action"] == "sign"]
        self.assertIn("online", signed[0]["subject"])
        self.assertIn("timestamp", signed[0]["subject"])
        self.assertEqual(signed[0]["who"], "admin")

    def test_it_chooses_among_signed_versions_only(self):
        self.begin("--online", "--online-path", "channels/*/*")
        self.good("hub", "push", INT8, "--model", "digits", "--version", "1.0.0", "--publish")
        self.refused("hub", "promote", "digits", "1.0.0", says="nobody has signed")
        self.good("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("release"))
        self.good("hub", "promote", "digits", "1.0.0")
        self.follows("channels/stable/digits.tflite")

    def test_paths_that_are_not_given_stay_the_owners(self):
        self.begin("--online-path", "channels/beta/*")
        self.push("1.0.0", "--channel", "stable")
        self.good("hub", "promote", "digits", "1.0.0", "beta")
        self.refused("hub", "promote", "digits", "1.0.0", "gold", says="takes a signature by the owner's key")
        self.assertEqual(list(self.role("online")["signed"]["targets"]), ["channels/beta/digits.tflite"])
        self.follows("channels/stable/digits.tflite", "channels/beta/digits.tflite")

    def test_what_nobody_has_signed_goes_where_devices_must_allow_it(self):
        self.begin("--online")
        self.good("hub", "push", INT8, "--model", "digits", "--version", "1.0.0", "--channel", "stable")
        self.assertEqual(list(self.role("online")["signed"]["targets"]),
                         ["channels/stable/digits.tflite", "online/digits/1.0.0.tflite"])
        self.good("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("release"))
        self.assertEqual(list(self.role("online")["signed"]["targets"]), ["channels/stable/digits.tflite"])

    def test_it_is_taken_away_again(self):
        self.begin("--online")
        self.push("1.0.0", "--channel", "stable")
        self.follows("channels/stable/digits.tflite")
        change = ["hub", "trust", "--targets-key", self.path("targets"), "--online=false"]
        self.refused(*change, says="channel 'stable' of 'digits'")
        self.good(*change, "--release-key", self.path("release"))
        self.follows("channels/stable/digits.tflite")
        self.refused("hub", "promote", "digits", "1.0.0", "beta", says="owner's key")
        self.good("hub", "promote", "digits", "1.0.0", "beta", "--sign", self.path("release"))
        self.follows("channels/beta/digits.tflite")

    def test_a_timestamp_is_renewed_by_itself(self):
        self.begin("--online")
        before = self.versions()
        self.hub.stop()
        self.hub.options = ("--rate", "0", "--fresh", "500")
        self.hub.start()
        end = time.monotonic() + 20
        while self.versions()["timestamp"] == before["timestamp"] and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.versions(), before | {"timestamp": before["timestamp"] + 1})
        self.follows()


class Refused(Case):
    def send(self, files, token="admin"):
        return self.hub.call("POST", PROJECT + "/trust", json.dumps(files).encode(), token)

    def sign(self, file, *keys):
        """Signed anew by these keys alone, as an attacker or a mistaken owner would."""
        path = self.path("file.json")
        path.write_text(json.dumps({"signed": file["signed"], "signatures": []}))
        for key in keys:
            self.good("key", "sign", path, "--key", self.path(key))
        return json.loads(path.read_text())

    def setUp(self):
        super().setUp()
        self.begin()
        self.push("1.0.0", "--channel", "stable")
        self.next = self.role("release")
        self.next["signed"]["version"] += 1
        self.before = self.versions()

    def is_refused(self, files, status, *texts, token="admin"):
        answer = self.send(files, token)
        self.assertEqual(answer.status, status, answer.body)
        for text in texts:
            self.assertIn(text, answer.message)
        self.assertEqual(self.versions(), self.before)
        self.follows("channels/stable/digits.tflite")

    def test_signatures(self):
        for keys in ((), ("other",), ("targets",), ("root",)):
            self.is_refused({"release": self.sign(self.next, *keys)}, 403, "role release",
                            "signed by 0 of the 1")
        tampered = self.sign(self.next, "release")
        tampered["signed"]["targets"]["channels/stable/digits.tflite"]["length"] += 1
        self.is_refused({"release": tampered}, 403, "role release")
        targets = self.role("targets")
        targets["signed"]["version"] += 1
        self.is_refused({"targets": self.sign(targets, "other")}, 403, "role targets")
        root = json.loads(self.path("1.root.json").read_text())
        root["signed"]["version"] = 2
        self.is_refused({"root": self.sign(root, "other")}, 403, "role root")
        self.assertEqual(self.send({"release": self.sign(self.next, "release")}).status, 200)

    def test_thresholds(self):
        targets = self.role("targets")
        targets["signed"]["version"] += 1
        shown = parsed(samara("key", "show", self.path("other.pub"), "--json"))
        delegations = targets["signed"]["delegations"]
        delegations["keys"] |= shown
        for role in delegations["roles"]:
            role["keyids"] += list(shown)
            role["threshold"] = 2
        files = {"targets": self.sign(targets, "targets")}
        self.is_refused(files, 403, "role release", "signed by 1 of the 2")
        self.is_refused(files | {"release": self.sign(self.next, "release")}, 403, "signed by 1 of the 2")
        answer = self.send(files | {"release": self.sign(self.next, "release", "other")})
        self.assertEqual(answer.status, 200, answer.body)
        self.refused("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("other"),
                     says="signed by 1 of the 2")

    def test_versions_and_expiry(self):
        for change in (-1, 1, 10):
            other = json.loads(json.dumps(self.next))
            other["signed"]["version"] += change
            self.is_refused({"release": self.sign(other, "release")}, 409, "role release", "the hub has version")
        self.next["signed"]["expires"] = "2020-01-01T00:00:00Z"
        self.is_refused({"release": self.sign(self.next, "release")}, 409, "role release", "expired at 2020")

    def test_content(self):
        targets = self.next["signed"]["targets"]
        good = json.dumps(targets)
        version, channel = "models/digits/1.0.0.tflite", "channels/stable/digits.tflite"
        for name, entry in (("models/digits/9.9.9.tflite", targets[version]),
                            (version, targets[version] | {"length": 5}),
                            (version, targets[version] | {"hashes": {"sha256": "0" * 64}}),
                            (channel, targets[channel] | {"hashes": {"sha256": "0" * 64}}),
                            (channel, targets[channel] | {"custom": {"version": "9.9.9"}})):
            self.next["signed"]["targets"] = json.loads(good) | {name: entry}
            self.is_refused({"release": self.sign(self.next, "release")}, 409, "digits")

    def test_forms(self):
        for body in (b"", b"x", b"[]", b"{}", b'{"release": 1}', b'{"release": {}}',
                     b'{"release": {"signed": {}, "signatures": []}}', b"\x00\xff", b"{" * 1000):
            answer = self.hub.call("POST", PROJECT + "/trust", body)
            self.assertEqual(answer.status, 400, body)
        for role in ("timestamp", "snapshot"):
            file = self.hub.call("GET", METADATA + ("timestamp.json" if role == "timestamp" else
                                                    f"{self.before[role]}.snapshot.json")).json
            self.is_refused({role: file}, 400, "signed by the hub itself")
        self.is_refused({"online": self.next}, 400, "signed by the hub itself")
        self.is_refused({"others": self.sign(self.next, "release")}, 400, "no role 'others'")
        big = b'{"release": "' + b"x" * (17 << 20) + b'"}'
        self.assertEqual(self.hub.call("POST", PROJECT + "/trust", big).status, 400)

    def test_rights(self):
        publisher = self.hub.token("publisher")
        root = json.loads(self.path("1.root.json").read_text())
        self.is_refused({"root": root}, 403, "take the role admin", token=publisher)
        self.is_refused({"release": self.next}, 403, "publisher", token=self.hub.token("viewer"))
        self.assertEqual(self.send({"release": self.sign(self.next, "release")}, publisher).status, 200)

    def test_what_an_owner_signs_is_the_owners(self):
        """A hub that changed what it keeps does not get a signature for it."""
        self.hub.stop()
        self.change_database(f"UPDATE metadata SET content = replace(content, '{sha256(MODEL)}', "
                             f"'{'0' * 64}') WHERE role = 'release'")
        self.hub.start()
        self.refused("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("release"),
                     says="not signed by the key given here")

    def test_channels_without_a_key(self):
        self.hub.have(version="1.1.0")
        channel = PROJECT + "/models/digits/channels/stable"
        for answer in (self.hub.call("PUT", channel, {"version": "1.1.0"}),
                       self.hub.call("DELETE", channel)):
            self.assertEqual(answer.status, 409, answer.body)
            self.assertIn("owner's key", answer.message)
        self.refused("hub", "promote", "digits", "1.1.0", "--sign", self.path("release"),
                     says="not signed for")
        self.follows("channels/stable/digits.tflite")


class Private(Case):
    public = False

    def test_it_takes_a_devices_token(self):
        self.begin()
        self.push("1.0.0", "--channel", "stable")
        device = self.hub.token("device")
        for path in (METADATA + "timestamp.json", METADATA + "1.root.json",
                     f"{TARGETS}models/digits/{sha256(MODEL)}.1.0.0.tflite"):
            self.assertEqual(self.hub.call("GET", path, token=None).status, 401, path)
            self.assertEqual(self.hub.call("GET", path, token=device).status, 200, path)
        self.hub.add(OTHER, "2.0.0")  # never published
        hidden = f"{TARGETS}models/digits/{sha256(OTHER)}.2.0.0.tflite"
        self.assertEqual(self.hub.call("GET", hidden, token=device).status, 404)


class Killed(Case):
    KILLS = int(os.environ.get("SAMARA_KILLS", "12"))

    def test_a_hub_that_is_killed_leaves_a_whole_repository(self):
        self.begin("--online")
        self.push("1.0.0", "--channel", "stable")
        self.push("1.1.0")
        luck = random.Random(5)
        promised = None
        for _ in range(self.KILLS):
            threading.Timer(luck.uniform(0.02, 0.4), self.hub.process.kill).start()
            try:
                for number in range(10_000):
                    version = f"1.{number % 2}.0"
                    answer = self.hub.call("PUT", PROJECT + "/models/digits/channels/stable",
                                           {"version": version})
                    promised = version if answer.status == 200 else promised
                    if number % 3 == 0:
                        samara("hub", "sign", "digits", "1.1.0", INT8, "--sign", self.path("release"),
                               environment=self.environment())
            except (OSError, EOFError, ValueError):
                pass
            except Exception as error:  # http.client's own
                self.assertIn("http.client", type(error).__module__)
            self.hub.stop(signal.SIGKILL)
            self.hub.start()
            self.assertEqual(len(self.follows("channels/stable/digits.tflite")), 1)
            said = self.role("online")["signed"]["targets"]["channels/stable/digits.tflite"]
            now = self.hub.call("GET", PROJECT + "/models/digits/channels/stable").json["version"]
            self.assertEqual(said["custom"]["version"], now)
        self.assertIsNotNone(promised)


if __name__ == "__main__":
    run_tests()
