"""`samara bench --on`: over ssh to this machine, and over a stand-in for adb."""

import os
import pathlib
import shutil
import subprocess
import time
import unittest

from program import INT8, InFolder, run_tests, samara

FAST = ("--num_runs=3", "--min_secs=0", "--warmup_min_secs=0")

# What adb does, for the three calls that are made, on this machine itself.
ADB = """#!/bin/sh
[ "$1" = -s ] && [ "$2" = emulator-1 ] || { echo "error: device '$2' not found" >&2; exit 1; }
shift 2
there() { printf '%s' "$*" | sed "s#/data/local/tmp#$ADB_ROOT#g"; }
case $1 in
  push) cp -L "$2" "$(there "$3")" ;;
  shell) shift; out=$(sh -c "$(there "$*")"); code=$?
    printf '%s\n' "$out" | sed "s#$ADB_ROOT#/data/local/tmp#g"; exit $code ;;
  *) exit 2 ;;
esac
"""


class Adb(InFolder):
    def setUp(self):
        super().setUp()
        self.adb = self.folder / "adb"
        self.adb.write_text(ADB)
        self.adb.chmod(0o755)
        self.device = self.folder / "device"
        self.device.mkdir()
        self.environment = {"SAMARA_ADB": str(self.adb), "ADB_ROOT": str(self.device)}

    def test_runs_there_brings_the_result_and_cleans_up(self):
        result = samara("bench", INT8, *FAST, "--on", "adb:emulator-1", environment=self.environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Graph: [model.tflite]", result.stdout)
        self.assertIn("Inference timings in us", result.stdout)
        self.assertEqual(list(self.device.iterdir()), [])

    def test_a_failure_there_is_a_failure_here_and_cleans_up(self):
        result = samara("bench", INT8, "--signature=nobody", "--on=adb:emulator-1",
                        environment=self.environment)
        self.assertEqual(result.returncode, 1)
        self.assertIn("nobody", result.stderr)
        self.assertEqual(list(self.device.iterdir()), [])

    def test_removes_no_folder_but_one_that_mktemp_can_have_made(self):
        keep = self.folder / "keep"
        keep.mkdir()
        marks = self.folder / "calls"
        for answer in ("/", str(keep), "/data/local/tmp/samara.abc/../..", "/data/local/tmp/samara.",
                       "", "mktemp: failed"):
            self.adb.write_text(f'#!/bin/sh\necho "$*" >>{marks}\n'
                                f'case "$*" in *mktemp*) echo "{answer}" ;; *) exit 1 ;; esac\n')
            marks.unlink(missing_ok=True)
            result = samara("bench", INT8, "--on", "adb:x", environment=self.environment)
            self.assertEqual(result.returncode, 1, answer)
            self.assertIn("no folder could be made on x", result.stderr)
            self.assertEqual(marks.read_text().count("\n"), 1, "only mktemp was called")

    def test_devices_and_tools_that_are_not_there(self):
        for where, text in (("adb:other", "other"), ("adb", "adb:SERIAL"), ("usb:1", "ssh:HOST"),
                            ("ssh:-oProxyCommand=x", "ssh:HOST")):
            result = samara("bench", INT8, "--on", where, environment=self.environment)
            self.assertEqual(result.returncode, 1)
            self.assertIn(text, result.stderr)
        result = samara("bench", INT8, "--on=adb:x", environment={"SAMARA_ADB": "no-such-adb"})
        self.assertIn("no-such-adb", result.stderr)


@unittest.skipUnless(shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin") and
                     shutil.which("ssh"), "there is no ssh server here")
class Ssh(InFolder):
    port = 42022

    def setUp(self):
        super().setUp()
        root = self.folder
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", root / name], check=True)
        shutil.copy(root / "user.pub", root / "authorized")
        (root / "authorized").chmod(0o600)
        config = root / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {root}/host\nPidFile {root}/pid\n"
            f"AuthorizedKeysFile {root}/authorized\nPasswordAuthentication no\nStrictModes no\n"
            "PermitRootLogin prohibit-password\nUsePAM no\nSubsystem sftp internal-sftp\n")
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        server = subprocess.Popen(
            [shutil.which("sshd", path="/usr/sbin:/usr/bin"), "-D", "-e", "-f", config],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        options = (f"-i {root}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile={root}/known "
                   "-o BatchMode=yes -o LogLevel=ERROR")
        self.environment = {"SAMARA_SSH": f"ssh -p {self.port} {options}",
                            "SAMARA_SCP": f"scp -P {self.port} {options}"}
        for _ in range(300):
            if (root / "pid").exists():
                break
            time.sleep(0.1)

    def test_runs_there_and_brings_the_result(self):
        result = samara("bench", INT8, *FAST, "--on", "ssh:127.0.0.1", environment=self.environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Inference timings in us", result.stdout)

    def test_a_host_that_does_not_answer(self):
        environment = dict(self.environment)
        environment["SAMARA_SSH"] = environment["SAMARA_SSH"].replace(str(self.port), "1")
        result = samara("bench", INT8, "--on", "ssh:127.0.0.1", environment=environment)
        self.assertEqual(result.returncode, 1)
        self.assertIn("127.0.0.1", result.stderr)


if __name__ == "__main__":
    run_tests()
