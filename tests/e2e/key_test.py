"""samara key, and samara tuf as publisher and client: keys in files, several signers, rotation,
transport over TLS, and bad input. Needs the openssl program for certificates."""

import contextlib
import functools
import http.server
import json
import os
import pty
import subprocess
import time

import program
from program import PROGRAM, InFolder, certificate, parsed, run_tests, samara

SECRET = "correct horse battery"


class Case(InFolder):
    def good(self, *words, **options):
        result = samara(*words, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def refused(self, *words, says, code=1, **options):
        result = samara(*words, **options)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertIn(says, result.stderr)
        self.assertNotIn(SECRET, result.stderr + result.stdout)

    def key(self, name, *words):
        """A new key pair without a passphrase: its id."""
        return self.good("key", "new", self.path(name), "--no-passphrase", *words).strip()


class New(Case):
    def test_every_type_is_made_and_shown(self):
        for kind in ("ed25519", "ecdsa", "rsa"):
            name = self.key(kind, "--type", kind)
            self.assertRegex(name, "^[0-9a-f]{64}$")
            self.assertEqual(self.path(kind).stat().st_mode & 0o777, 0o600)
            for file in (kind, kind + ".pub"):
                shown = parsed(samara("key", "show", self.path(file), "--json"))
                self.assertEqual(list(shown), [name])
                self.assertEqual(shown[name]["keytype"], kind)
                self.assertIn(name, self.good("key", "show", self.path(file)))

    def test_a_passphrase_closes_the_key(self):
        self.path("pass").write_text(SECRET + "\nsecond line\n")
        self.path("wrong").write_text("something else\n")
        key = self.path("k")
        name = self.good("key", "new", key, "--passphrase-file", self.path("pass")).strip()
        self.assertIn("ENCRYPTED PRIVATE KEY", key.read_text())
        for words, extra in ((("--passphrase-file", self.path("pass")), {}),
                             (("--passphrase-env", "WORD"), {"WORD": SECRET})):
            self.assertIn(name, self.good("key", "show", key, *words, environment=extra))
        self.refused("key", "show", key, "--passphrase-file", self.path("wrong"),
                     says="does not open the private key")
        self.refused("key", "show", key, "--passphrase-file", self.path("none"), says="none")
        self.refused("key", "show", key, "--passphrase-env", "NOT_THERE", says="no variable NOT_THERE")
        self.assertIn(name, self.good("key", "show", self.path("k.pub")))  # needs no passphrase

    def test_nothing_is_overwritten_and_nothing_half_said(self):
        self.key("k")
        before = self.path("k").read_bytes()
        self.refused("key", "new", self.path("k"), "--no-passphrase", says="is there already")
        self.assertEqual(self.path("k").read_bytes(), before)
        self.path("empty").write_text("\n")
        self.refused("key", "new", self.path("x"), "--passphrase-file", self.path("empty"),
                     says="the passphrase is empty")
        self.refused("key", "new", self.path("x"), "--no-passphrase", "--passphrase-env", "A",
                     says="contradicts")
        self.refused("key", "new", self.path("x"), "--type", "dsa", says="--type", code=2)
        self.refused("key", "new", self.path("x"), "--bits", "1024", says="--bits", code=2)
        self.refused("key", "new", self.path("no/such/x"), "--no-passphrase", says="no/such/x")
        self.refused("key", "new", self.path("x"), "--passphrase", "x", says="", code=2)
        self.assertFalse(self.path("x").exists())

    def test_files_that_are_no_keys(self):
        for name, content in {"a": b"", "b": b"\x00\xff", "c": b"-----BEGIN PRIVATE KEY-----\nAAAA\n",
                              "d": b"x" * 100_000}.items():
            self.path(name).write_bytes(content)
            self.refused("key", "show", self.path(name), says=str(self.path(name)))
        self.refused("key", "show", self.folder, says=str(self.folder))

    def at_terminal(self, words, typed):
        """Runs the program at a terminal of its own and types; output and exit code."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(PROGRAM, [PROGRAM, *map(str, words)])
        out = b""
        with contextlib.suppress(OSError):
            for line in typed:
                while not out.endswith(b": "):
                    out += os.read(terminal, 1000)
                time.sleep(0.05)
                os.write(terminal, line)
                out += b"|"
            while True:
                piece = os.read(terminal, 1000)
                if not piece:
                    break
                out += piece
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        return out.decode(), os.waitstatus_to_exitcode(status)

    def test_the_terminal_asks_without_showing(self):
        word = SECRET.encode()
        out, code = self.at_terminal(["key", "new", self.path("k")], [b"x\x7f" + word + b"\n", word + b"\n"])
        self.assertEqual(code, 0, out)
        self.assertIn("The same again", out)
        self.assertNotIn(SECRET, out)
        self.good("key", "show", self.path("k"), "--passphrase-env", "WORD", environment={"WORD": SECRET})
        out, code = self.at_terminal(["key", "new", self.path("y")], [word + b"\n", b"other\n"])
        self.assertEqual(code, 1)
        self.assertIn("two different passphrases", out)
        out, code = self.at_terminal(["key", "new", self.path("y")], [b"\x03"])
        self.assertEqual(code, 1)
        self.assertIn("no passphrase was typed", out)
        self.assertFalse(self.path("y").exists())

    def test_without_a_terminal_it_says_so(self):
        result = subprocess.run([PROGRAM, "key", "new", self.path("k")], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, start_new_session=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no terminal to ask at", result.stderr)


class Handler(http.server.SimpleHTTPRequestHandler):
    away = ""

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass

    def do_GET(self):
        if self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", self.away + self.path.removeprefix("/away"))
            self.end_headers()
        else:
            super().do_GET()


def serving(folder, tls=None, away=""):
    """Serves the folder on loopback; what lies at /away is elsewhere."""
    handler = type("Handler", (Handler,), {"away": away})
    return program.serving(functools.partial(handler, directory=str(folder)), tls)


class Published(Case):
    """A repository of two root keys and one for each other role."""

    def setUp(self):
        super().setUp()
        self.ids = {name: self.key(name) for name in ("root-a", "root-b", "targets", "online")}
        (self.path("files") / "faces").mkdir(parents=True)
        (self.path("files") / "faces/v 1.tflite").write_bytes(b"model one")
        self.publish()
        self.good("tuf", "--metadata-dir", self.made("device"), "init",
                  self.path("repo/metadata/1.root.json"))
        self.made("out")

    def made(self, name):
        self.path(name).mkdir(exist_ok=True)
        return self.path(name)

    def publish(self, **other):
        keys = {"root": ["root-a", "root-b"], "targets": ["targets"], "snapshot": ["online"],
                "timestamp": ["online"], **other}
        words = [f"--key={role}={self.path(name)}" for role, names in keys.items() for name in names]
        return self.good("tuf", "publish", "--repository-dir", self.path("repo"), "--files",
                         self.path("files"), *words)

    def device(self, address, action, *words):
        return ["tuf", "--metadata-dir", self.path("device"), "--metadata-url", address + "/metadata",
                "--target-base-url", address + "/targets", "--target-dir", self.path("out"), *words, action]

    def version(self, role):
        return json.loads(self.path(f"device/{role}.json").read_text())["signed"]["version"]

    def test_a_device_follows_versions_and_rotated_roots(self):
        with serving(self.path("repo")) as address:
            one = self.device(address, "download", "--target-name", "faces/v 1.tflite")
            self.good(*one)
            got = self.path("out/faces%2Fv%201.tflite")
            self.assertEqual(got.read_bytes(), b"model one")
            (self.path("files") / "faces/v 1.tflite").write_bytes(b"model two")
            self.publish()
            self.good(*one)
            self.assertEqual(got.read_bytes(), b"model two")

            self.key("root-c")
            self.key("online-2")
            root = self.path("repo/metadata/1.root.json")
            out = samara("key", "rotate", root, "--add", self.path("root-c.pub"), "--remove",
                         self.ids["root-a"], "--key", self.path("root-b"))
            self.assertEqual(out.returncode, 1)  # signatures are missing, and the file says so
            self.assertIn("signed by 1 of 2 keys of the root before", out.stdout)
            new = self.path("repo/metadata/2.root.json")
            for name in ("root-a", "root-c"):
                self.good("key", "sign", new, "--key", self.path(name))
            self.good(*self.device(address, "refresh"))
            self.assertEqual(self.version("root"), 2)

            self.good("key", "rotate", new, "--role", "timestamp", "--add", self.path("online-2.pub"),
                      "--remove", self.ids["online"][:12], "--key", self.path("root-b"), "--key",
                      self.path("root-c"))
            self.publish(timestamp=["online-2"])
            self.good(*self.device(address, "refresh"))
            self.assertEqual(self.version("root"), 3)
            self.refused("tuf", "publish", "--repository-dir", self.path("repo"), "--files",
                         self.path("files"), "--key", self.path("online"),
                         says="signed by 0 of the 1")

    def test_what_was_changed_on_the_way_is_refused(self):
        target = next(self.path("repo/targets/faces").glob("*"))
        for file in [*self.path("repo/targets/faces").glob("*")]:
            file.write_bytes(b"model 666")
        with serving(self.path("repo")) as address:
            self.refused(*self.device(address, "download", "--target-name", "faces/v 1.tflite"),
                         says="has the sha256" if target.stat().st_size == 9 else "bytes")
            self.assertEqual(list(self.path("out").iterdir()), [])
            self.refused(*self.device(address, "download", "--target-name", "other"),
                         says="nobody has signed for target 'other'")
            self.refused(*self.device(address, "download", "--target-name", "../x"), says="target's name")
            stamp = self.path("repo/metadata/timestamp.json")
            stamp.write_text(stamp.read_text().replace('"version": 1', '"version": 2'))
            self.refused(*self.device(address, "refresh"), says="signed by 0 of the 1")
            stamp.unlink()
            self.refused(*self.device(address, "refresh"), says="status 404")
        self.refused(*self.device(address, "refresh"), says="role root")

    def test_signers_sign_in_turn(self):
        file = self.path("repo/metadata/1.targets.json")
        root = self.path("repo/metadata/1.root.json")
        document = json.loads(file.read_text())
        document["signatures"] = []
        file.write_text(json.dumps(document))
        self.refused("key", "sign", file, "--key", self.path("online"), "--delegator", root,
                     says="is not one of the role 'targets'")
        self.assertIn("1 of 1", self.good("key", "sign", file, "--key", self.path("targets"),
                                          "--delegator", root))
        self.refused("key", "sign", file, says="--key is needed")
        self.refused("key", "sign", file, "--key", self.path("targets"), "--delegator", file,
                     says="names no keys for the role")
        for name, text in {"a": "", "b": "[]", "c": '{"signed": {}}',
                           "d": '{"signed": {"x": 1.5}, "signatures": []}'}.items():
            self.path(name).write_text(text)
            self.refused("key", "sign", self.path(name), "--key", self.path("targets"),
                         says=str(self.path(name)))

    def test_rotations_that_cannot_be(self):
        root = self.path("repo/metadata/1.root.json")
        for words, says in (
                ((), "nothing to change"),
                (("--remove", "00000000000"), "0 keys of the role"),
                (("--remove", "12"), "too short"),
                (("--threshold", "3"), "cannot reach a threshold of 3"),
                (("--add", self.path("root-a.pub")), "given twice"),
                (("--add", self.path("none.pub")), "none.pub"),
                (("--remove", self.ids["root-a"]), "cannot reach")):
            self.refused("key", "rotate", root, *words, says=says)
        self.refused("key", "rotate", self.path("repo/metadata/1.targets.json"), "--threshold", "1",
                     says="of type")
        self.refused("key", "rotate", root, "--role", "mirror", says="--role", code=2)
        self.assertFalse(self.path("repo/metadata/2.root.json").exists())

    def test_certificates_are_checked_and_https_is_not_left(self):
        tls = certificate(self.folder, names="IP:127.0.0.1")
        ca = ("--ca-file", tls[0])
        with serving(self.path("repo")) as plain, \
                serving(self.path("repo"), tls, away=plain) as secure:
            self.good(*self.device(secure, "refresh", *ca))
            self.refused(*self.device(secure, "refresh"), says="permission_denied")
            self.refused(*self.device(secure, "refresh", "--ca-file", self.path("none")),
                         says="permission_denied")
            self.refused(*self.device(secure.replace("127.0.0.1", "localhost"), "refresh", *ca),
                         says="permission_denied")
            self.refused(*self.device(secure + "/away", "refresh", *ca), says="permission_denied")
        with serving(self.path("repo")) as plain, serving(self.path("repo"), away=plain) as other:
            self.good(*self.device(other + "/away", "refresh"))

    def test_actions_that_lack_something(self):
        for words, says in ((("refresh",), "--metadata-dir is needed"),
                            (("--metadata-dir", self.folder, "refresh"), "--metadata-url is needed"),
                            (("--metadata-dir", self.folder, "init"), "ROOT is needed"),
                            (("--metadata-dir", self.folder, "dance"), "is none of"),
                            (("publish",), "--repository-dir is needed")):
            self.refused("tuf", *words, says=says)
        self.refused("tuf", "--metadata-dir", self.path("fresh"), "init",
                     self.path("repo/metadata/1.targets.json"), says="of type")


if __name__ == "__main__":
    run_tests()
