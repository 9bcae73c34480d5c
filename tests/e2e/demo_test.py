"""./demo's delivery, as it is, with a build and a folder of its own: what it shows, that it leaves a
hub running, that a second run replaces it, and that it can be ended."""

import os
import pathlib
import re
import subprocess
import urllib.request

from program import PROGRAM, ROOT, InFolder, run_tests

BUILD = pathlib.Path(PROGRAM).resolve().parent.parent


class Demo(InFolder):
    def setUp(self):
        super().setUp()
        self.data = self.path("demo")

    def run_demo(self, *words, ci=False):
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        return subprocess.run([ROOT / "scripts/demo_delivery", *map(str, words)], capture_output=True, text=True,
                              timeout=120, check=False, cwd="/", stdin=subprocess.DEVNULL,
                              env=environment | ({"CI": "1"} if ci else {}))

    def stop(self):
        return self.run_demo("--stop", self.data)

    def shows(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for text in ("the model is refused: is damaged or truncated", "1.0000  seven",
                     "the picture shows a seven", "the device refuses it: ", "in golden input 0",
                     "stands for 1.1.0 again"):
            self.assertIn(text, result.stdout)
        swap = re.search(r"swapped to 1.1.0 between inference (\d+) and (\d+)", result.stdout)
        self.assertEqual(int(swap[1]) + 1, int(swap[2]))
        count = re.search(r"(\d+) inferences \((\d+) with 1.0.0, (\d+) with 1.1.0\), 0 lost", result.stdout)
        self.assertEqual(int(count[1]), int(count[2]) + int(count[3]))
        self.assertGreater(int(count[3]), 0)
        return re.search(r"^(http://\S+)$", result.stdout, re.MULTILINE)[1]

    def alive(self, address):
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def test_it_leaves_a_hub_that_the_next_run_replaces(self):
        first = self.shows(self.run_demo(BUILD, self.data))
        self.addCleanup(self.stop)
        self.assertTrue(self.alive(first))
        pid = (self.data / "hub.pid").read_text().strip()
        second = self.shows(self.run_demo(BUILD, self.data))
        self.assertTrue(self.alive(second))
        self.assertFalse(pathlib.Path("/proc", pid).exists())
        stopped = self.stop()
        self.assertIn("is stopped", stopped.stdout)
        self.assertFalse(self.alive(second))
        self.assertIn("no hub of a demo is running", self.stop().stdout)

    def test_where_ci_is_set_nothing_goes_on(self):
        self.assertFalse(self.alive(self.shows(self.run_demo(BUILD, self.data, ci=True))))
        self.assertFalse((self.data / "hub.pid").exists())

    def test_another_process_of_that_number_is_left_alone(self):
        self.data.mkdir()
        (self.data / "hub.pid").write_text(f"{os.getpid()}\n")
        self.assertIn("no hub", self.stop().stdout)

    def test_a_failure_leaves_nothing_running(self):
        result = self.run_demo("/none", self.data)
        self.assertNotEqual(result.returncode, 0)
        self.assertFalse((self.data / "hub.pid").exists())


if __name__ == "__main__":
    run_tests()
