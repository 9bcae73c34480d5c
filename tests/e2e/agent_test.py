"""samara get and samara agent against a hub that is really started: models come verified, stay when
the hub is gone or sends what is not signed for, and are told of by path."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from hub import sha256, wait_until
from program import F32, INT8, MODEL, OTHER, PROGRAM, run_tests, samara
import trust_test


class Case(trust_test.Case):
    public = False
    accepts = ["--accepts-major", "any"]

    def setUp(self):
        super().setUp()
        self.begin("--online")
        self.push("1.0.0", "--channel", "stable")
        self.device = self.hub.token("device")
        self.root = ["--root", self.path("1.root.json")]

    def variant(self, n):
        """The model with another weight."""
        changed = bytearray(MODEL)
        changed[9_000] ^= n
        self.path(f"variant{n}").write_bytes(bytes(changed))
        return self.path(f"variant{n}")

    def words(self, *words):
        return [*words, *self.accepts, "--store", self.path("store"), "--json"]

    def get(self, *words, model="digits"):
        return samara("get", model, *self.words(*words), environment=self.environment(self.device))

    def got(self, *words):
        result = self.get(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout), result.stderr


class Get(Case):
    def test_the_newest_comes_and_its_path_is_told(self):
        file, _ = self.got(*self.root)
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", True))
        self.assertEqual(pathlib.Path(file["path"]).read_bytes(), MODEL)
        self.push("2.0.0", "--channel", "stable", file=F32)
        file, _ = self.got()  # the root is known
        self.assertEqual((file["version"], file["sha256"]), ("2.0.0", sha256(OTHER)))
        self.good("hub", "pin", "digits", "1.0.0", "museum")
        self.assertEqual(self.got("--pin", "museum")[0]["version"], "1.0.0")

    def test_what_stands_in_the_way_is_told_and_the_model_stays(self):
        result = self.get()
        self.assertEqual(result.returncode, 1)
        self.assertIn("first root", result.stderr)
        self.got(*self.root)
        self.assertEqual(self.get(model="faces").returncode, 1)
        self.device = "smr_" + "0" * 64
        file, told = self.got()
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", False))
        self.assertIn("401", told)
        self.hub.stop()
        file, told = self.got()
        self.assertIn("not the newest", told)
        self.assertEqual(pathlib.Path(file["path"]).read_bytes(), MODEL)
        self.hub.start()

    def test_another_owners_root_is_not_this_one(self):
        self.good("key", "new", self.path("thief"), "--no-passphrase")
        rooted = json.loads(self.path("1.root.json").read_text())
        rooted["signed"]["version"] = 2
        self.path("thief.json").write_text(json.dumps(rooted))
        result = self.get("--root", self.path("thief.json"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("signed by 0 of the 1", result.stderr)

    def test_what_the_hub_alone_has_signed_must_be_allowed(self):
        self.got(*self.root)
        self.good("hub", "push", F32, "--model", "digits", "--version", "2.0.0", "--channel", "stable")
        file, told = self.got()
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", False))
        self.assertIn("not signed for by its owner", told)
        self.assertEqual(self.got("--allow-online")[0]["version"], "2.0.0")

    def test_bytes_that_were_changed_in_the_hub(self):
        self.got(*self.root)
        self.push("2.0.0", "--channel", "stable", file=F32)
        blob = next(self.path("hub/store").rglob(sha256(OTHER)))
        changed = bytearray(OTHER)
        changed[20_000] ^= 1
        blob.chmod(0o600)
        blob.write_bytes(bytes(changed))
        file, told = self.got()
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", False))
        self.assertIn("hash", told)

    def test_golden_inputs_of_the_publisher(self):
        self.got(*self.root)
        golden = {"cases": [{"inputs": [[0.5] * 3072], "outputs": [[0.5] * 10]}]}
        self.path("golden").write_text(json.dumps(golden))
        self.push("2.0.0", "--channel", "stable", "--golden", self.path("golden"), file=F32)
        file, told = self.got()
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", False))
        self.assertIn("golden", told)

    def test_a_golden_file_that_is_none(self):
        self.path("golden").write_text("{")
        self.refused("hub", "sign", "digits", "1.0.0", INT8, "--sign", self.path("release"), "--golden",
                     self.path("golden"), says="golden inputs")


class Choice(Case):
    """Which version a device takes, by what is signed."""

    accepts = []

    def test_a_new_major_version_comes_where_the_app_declares_it(self):
        self.got(*self.root)
        self.push("2.0.0", "--channel", "stable", file=F32)
        file, told = self.got()
        self.assertEqual((file["version"], file["fresh"]), ("1.0.0", True))
        self.push("1.1.0", "--publish", file=self.variant(1))
        self.push("2.0.1", "--channel", "stable", file=F32)
        self.assertEqual(self.got()[0]["version"], "1.1.0")  # the newest of its own major
        self.assertEqual(self.got("--accepts-major", "2")[0]["version"], "2.0.1")
        result = self.get("--accepts-major", "none")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--accepts-major", result.stderr)
        result = self.get("--accepts-major", "7")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("another major version than the app takes (7)", result.stderr)

    def test_a_version_for_other_devices_is_passed_over(self):
        self.push("1.1.0", "--channel", "stable", "--app", "camera", "--app-versions", ">=2 <3",
                  file=self.variant(1))
        file, _ = self.got(*self.root)
        self.assertEqual(file["version"], "1.0.0")
        self.assertEqual(self.got("--app", "camera", "--app-version", "3.0")[0]["version"], "1.0.0")
        self.assertEqual(self.got("--app", "camera", "--app-version", "2.7")[0]["version"], "1.1.0")
        self.push("1.2.0", "--channel", "stable", "--least-memory", str(1 << 50), file=self.variant(2))
        self.assertEqual(self.got("--app", "camera", "--app-version", "2.7")[0]["version"], "1.1.0")

    def test_a_filter_is_signed_as_it_was_uploaded(self):
        self.good("hub", "push", INT8, "--model", "digits", "--version", "1.1.0", "--os", "tvos")
        words = ["hub", "sign", "digits", "1.1.0", INT8, "--sign", self.path("release")]
        self.refused(*words, says="what was uploaded is for")
        self.good(*words, "--os", "tvos")
        self.refused("hub", "push", INT8, "--model", "digits", "--version", "1.2.0", "--app-versions", "two",
                     says="not a comparison")


class Delta(Case):
    def kept(self):
        """What the hub keeps of deltas: sizes by name."""
        folder = self.path("hub/deltas")
        return {file.name: file.stat().st_size for file in folder.iterdir()} if folder.exists() else {}

    def test_an_update_comes_as_what_has_changed(self):
        self.got(*self.root)
        self.assertEqual(self.kept(), {})
        self.push("1.1.0", "--channel", "stable", file=self.variant(1))
        file, _ = self.got()
        self.assertEqual(pathlib.Path(file["path"]).read_bytes(), self.variant(1).read_bytes())
        (size,) = self.kept().values()
        self.assertLess(size, 1000)

    def test_a_delta_that_is_broken_or_makes_something_else_costs_nothing_but_its_bytes(self):
        self.got(*self.root)
        self.push("1.1.0", "--channel", "stable", file=self.variant(1))
        self.got()
        (name,) = self.kept()
        good = (self.path("hub/deltas") / name).read_bytes()
        file, _ = self.got()
        for n, bad in enumerate((good, good[:-3], b"SMRDELT1" + bytes(40), b"not at all"), 2):
            self.push(f"1.1.{n}", "--channel", "stable", file=self.variant(n))
            wanted = self.variant(n).read_bytes()
            (self.path("hub/deltas") / f"{file['sha256']}-{sha256(wanted)}").write_bytes(bad)
            file, _ = self.got()
            self.assertEqual((file["version"], file["fresh"]), (f"1.1.{n}", True))
            self.assertEqual(pathlib.Path(file["path"]).read_bytes(), wanted)


class Agent(Case):
    def start(self, *words):
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(
            [PROGRAM, "agent", "digits", *map(str, self.words("--every", "1", *self.root, *words))],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self.environment(self.device))
        line = process.stdout.readline()
        self.assertIn("answering at", line)
        self.addCleanup(self.end, process)
        return process

    def end(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        code = process.wait(timeout=20)
        if not process.stdout.closed:
            self.said = process.stdout.read()
            process.stdout.close()
        return code

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(10)
            caller.connect(str(self.path("store/agent.socket")))
            caller.sendall(line.encode() + b"\n")
            return json.loads(caller.makefile().readline())

    def version(self):
        return self.ask("get digits").get("version")

    def hand_over(self, model):
        """The answer, and the descriptor that came with it."""
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(10)
            caller.connect(str(self.path("store/agent.socket")))
            caller.sendall(f"open {model}\n".encode())
            line, files, _, _ = socket.recv_fds(caller, 65536, 2)
        for file in files:
            self.addCleanup(os.close, file)
        return json.loads(line), files

    def expect_handed_over(self, sealed):
        self.assertTrue(wait_until(lambda: self.version() == "1.0.0"))
        answer, (file,) = self.hand_over("digits")
        self.assertEqual((answer["sha256"], answer["sealed"]), (sha256(MODEL), sealed))
        self.assertEqual(MODEL == pathlib.Path(answer["path"]).read_bytes(), not sealed)
        self.push("2.0.0", "--channel", "stable", file=F32)
        self.assertTrue(wait_until(lambda: self.version() == "2.0.0"))
        self.assertEqual(os.pread(file, answer["size"] + 1, 0), MODEL)
        with self.assertRaises(OSError):
            os.pwrite(file, b"0", 0)
        answer, (file,) = self.hand_over("digits")
        self.assertEqual(os.pread(file, answer["size"] + 1, 0), OTHER)
        answer, files = self.hand_over("faces")
        self.assertIn("error", answer)
        self.assertEqual(files, [])

    def test_models_are_handed_over_as_open_files(self):
        self.start()
        self.expect_handed_over(sealed=False)

    def test_encrypted_models_are_handed_over_in_memory(self):
        key = self.path("device.key")
        key.write_bytes(b"k" * 32)
        key.chmod(0o600)
        self.start("--key-file", key)
        self.expect_handed_over(sealed=True)

    def test_models_stay_fresh_and_programs_are_told(self):
        process = self.start()
        self.assertTrue(wait_until(lambda: self.version() == "1.0.0"))
        self.push("2.0.0", "--channel", "stable", file=F32)
        self.assertTrue(wait_until(lambda: self.version() == "2.0.0"))
        file = self.ask("get digits")
        self.assertEqual(pathlib.Path(file["path"]).read_bytes(), OTHER)
        self.assertEqual([one["name"] for one in self.ask("list")], ["digits"])
        self.assertIn("error", self.ask("get faces"))
        self.assertIn("error", self.ask("get ../../etc/passwd"))
        self.assertIn("error", self.ask("dance"))
        self.hub.stop()
        time.sleep(1.5)
        self.assertEqual(self.version(), "2.0.0")
        self.hub.start()
        self.good("hub", "rollback", "digits")
        self.assertTrue(wait_until(lambda: self.version() == "1.0.0", 30))
        self.assertEqual(self.end(process), 0)
        self.assertFalse(self.path("store/agent.socket").exists())
        self.assertIn("digits: ", self.said)

    def test_killed_it_comes_again(self):
        process = self.start()
        self.assertTrue(wait_until(lambda: self.version() == "1.0.0"))
        self.end(process, signal.SIGKILL)
        self.hub.stop()
        again = self.start()
        self.assertEqual(self.version(), "1.0.0")
        self.hub.start()
        self.assertEqual(self.end(again), 0)

    def test_a_socket_that_systemd_has_opened(self):
        path = self.path("activated")
        program = ("import os, socket, sys\n"
                   "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()\n"
                   "os.dup2(s.fileno(), 3); os.set_inheritable(3, True)\n"
                   "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
                   "os.execv(sys.argv[2], sys.argv[2:])\n")
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(
            ["python3", "-c", program, path, PROGRAM, "agent", "digits",
             *map(str, self.words("--every", "600", *self.root))], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=self.environment(self.device))
        self.addCleanup(self.end, process)
        process.stdout.readline()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(10)
            caller.connect(str(path))
            caller.sendall(b"list\n")
            self.assertIsInstance(json.loads(caller.makefile().readline()), list)
        self.assertEqual(self.end(process), 0)
        self.assertTrue(path.exists())

    def test_a_poll_costs_little(self):
        """Bytes of one steady question: both ways, on a connection that is kept."""
        process = self.start()
        self.assertTrue(wait_until(lambda: self.version() == "1.0.0"))

        def counted():
            text = self.hub.call("GET", "/metrics").body.decode()
            polls = re.search(r'requests_total{route="GET \S+/metadata/{file}",status="3xx"} (\d+)', text)
            return [int(polls[1] if polls else 0)] + [
                int(re.search(rf"samara_http_{way}_bytes_total (\d+)", text)[1])
                for way in ("received", "sent")]

        time.sleep(2.5)
        first, second = counted(), counted()
        time.sleep(5)
        third = counted()
        # Asking for the counters counts, too.
        polls, asked, answered = (c - b - (b - a) for a, b, c in zip(first, second, third))
        self.assertGreaterEqual(polls, 3)
        print(f"a poll: {asked / polls:.0f} bytes asked, {answered / polls:.0f} answered", flush=True)
        self.assertLess((asked + answered) / polls, 1024)
        self.assertEqual(self.end(process), 0)


del trust_test.Owners, trust_test.Online, trust_test.Refused, trust_test.Private, trust_test.Killed

if __name__ == "__main__":
    run_tests()
