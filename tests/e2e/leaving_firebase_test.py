"""docs/leaving-firebase.md: its shell commands, word for word but for addresses and secrets."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from hub import Hub
from program import INT8, PROGRAM, ROOT, InFolder, parsed, run_tests, samara

GUIDE = (ROOT / "docs/leaving-firebase.md").read_text(encoding="utf-8")


def blocks(language):
    """The guide's pieces of code in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.M | re.S)
    assert found, language
    return found


class Afternoon(Hub):
    """The hub of the guide's first part, in a folder with what the guide supposes to be there."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/samara").symlink_to(PROGRAM)
        self.environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder),
                            "XDG_CONFIG_HOME": "", "SAMARA_HUB": "", "SAMARA_HUB_TOKEN": "",
                            "SAMARA_HUB_PROJECT": "", "SAMARA_FIREBASE_TOKEN": ""}
        self.secrets = {}
        shutil.copy(INT8, self.folder / "face.tflite")
        super().__init__(self.folder / "unused", "--rate", "0")

    def shell(self, line):
        return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False,
                              cwd=self.folder, env={**os.environ, **self.environment})

    def begin(self):
        """The guide's first commands; where it starts a server we start ours."""
        init, serve, login = self.lines(0)
        made = self.shell(init)
        assert made.returncode == 0, made.stderr
        self.admin = re.search(r"smr_[0-9a-f]{64}", made.stdout)[0]
        self.secrets = {"smr_...": self.admin}
        assert serve.startswith("samara hub serve --data my-hub --port 8080"), serve
        self.data = ["--data", str(self.folder / "my-hub")]
        self.start()
        self.run(login)
        return self

    def lines(self, block):
        text = re.sub(r" +#.*$", "", blocks("sh")[block], flags=re.M)
        return [line for line in text.splitlines() if line]

    def said(self, text):
        """The guide's text with what is true here."""
        for name, secret in self.secrets.items():
            text = text.replace(name, secret)
        return text.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{self.port}")

    def trust(self):
        """The guide's signed repository."""
        *keys, begin = self.lines(4)
        for line in keys:
            self.run(line, " --no-passphrase")
        self.run(begin)

    def push(self):
        push, = re.findall(r"`(samara hub push face[^`]+)`", GUIDE)
        self.run(push)

    def run(self, line, more=""):
        done = self.shell(self.said(line) + more)
        assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
        return done.stdout


class FollowsGuide(InFolder):
    def setUp(self):
        super().setUp()
        self.hub = Afternoon(self.folder)
        self.addCleanup(self.hub.stop)
        self.hub.begin()


@unittest.skipUnless(shutil.which("curl"), "the program curl is not installed here")
class Guide(FollowsGuide):
    def firebase(self):
        """Another hub stands for Google: the flags that say so."""
        google = Hub(self.folder / "google", "--rate", "0").start()
        self.addCleanup(google.stop)
        at = google.flags("my-app")
        self.assertEqual(google.call("POST", "/v1/projects", {"name": "my-app"}).status, 201)
        made = samara("hub", "firebase-account", "console", "--output", self.folder / "firebase-key.json", *at)
        self.assertEqual(made.returncode, 0, made.stderr)
        parsed(samara("hub", "push", INT8, "--model", "face", "--version", "1.0.0", "--channel", "stable",
                      *at, "--json"))
        return f" --from {google.address} --from-storage {google.address}"

    def test_every_command(self):
        models, accounts, apps, _, after = (self.hub.lines(n) for n in range(1, 6))
        self.assertEqual(len(blocks("sh")), 6)
        flags = self.firebase()
        self.assertIn("would be 1.0.0, published", self.hub.run(models[0], flags))
        self.assertRegex(self.hub.run(models[1], flags), r"face +\d+ +1\.0\.0, published")
        self.assertIn("face", self.hub.run(models[2]))
        self.assertEqual(len(models), 3)
        for line in accounts:
            self.assertIn("hub-account.json holds its key", self.hub.run(line))
        self.assertIn("ci", self.hub.run("samara hub token ls"))
        self.hub.secrets = {"smr_device...": self.hub.run(apps[0]).strip()}
        answer = self.hub.run(apps[1])
        self.assertIn('"modelFormat":"TFLITE"', answer)
        self.assertEqual(len(apps), 2)
        self.hub.trust()
        self.hub.push()
        for line, text in zip(after, ("1.1.0", "1.0.0 again", "channel.rollback"), strict=True):
            self.assertIn(text, self.hub.run(line), line)

    def test_every_word_of_samara_in_it_is_a_command(self):
        for words in sorted(set(re.findall(r"samara (hub [a-z-]+)", GUIDE))):
            self.assertEqual(samara(*words.split(), "--help").returncode, 0, words)


if __name__ == "__main__":
    run_tests()
