"""Backups of a hub that is really started and goes on serving, on each database; hubs that come back from
them; hubs of older and of later versions."""

import contextlib
import http.client
import re
import shutil
import sqlite3
import threading

from hub import DIGITS, Hub, HubCase, OnPostgres, sha256
from program import MODEL, OTHER, ROOT, InFolder, parsed, run_tests, samara


class Backups(HubCase):
    def setUp(self):
        super().setUp()
        self.url = self.hub.database
        self.hub.have()
        self.hub.have(OTHER, "2.0.0")

    def on(self, folder):
        return ["--data", self.folder / folder, *(["--database", self.url] if self.url else [])]

    def good(self, *words):
        done = samara("hub", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def refused(self, *words, says):
        done = samara("hub", *words)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(says, done.stderr)

    def load(self, stop, kept):
        """Changes the hub until it is told to stop; notes what was acknowledged."""
        for n in range(10_000):
            try:
                answer = self.hub.call("PUT", f"{DIGITS}/aliases/a{n}", {"version": "1.0.0"})
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                kept.append(f"a{n}")
            if stop.is_set():
                return

    def gone(self):
        """The hub and all that it had are lost."""
        self.hub.stop()
        shutil.rmtree(self.folder / "hub")
        if self.url:
            self.postgres.empty()

    def test_comes_back_as_it_was(self):
        stop, kept = threading.Event(), []
        load = threading.Thread(target=self.load, args=(stop, kept))
        load.start()
        while len(kept) < 3:
            pass
        before = list(kept)
        report = parsed(samara("hub", "backup", self.folder / "kept", *self.on("hub"), "--with-keys",
                               "--json"))
        stop.set()
        load.join()
        self.assertEqual((report["blobs"], report["bytes"]), (2, len(MODEL) + len(OTHER)))
        self.assertIn("whole", self.good("restore", self.folder / "kept", "--check"))
        self.refused("restore", self.folder / "kept", *self.on("hub"), says="already")
        self.refused("backup", self.folder / "kept", *self.on("hub"), says="already")
        if self.url:
            self.refused("restore", self.folder / "kept", *self.on("new"), says="has a hub already")
            self.assertFalse((self.folder / "new").exists())
        self.gone()
        self.good("restore", self.folder / "kept", *self.on("hub"))
        self.hub.start()
        shown = self.hub.call("GET", DIGITS).json  # the token holds, too
        self.assertEqual([v["version"] for v in shown["versions"]], ["2.0.0", "1.0.0"])
        self.assertLessEqual(set(before), {a["name"] for a in shown["aliases"]})
        blob = self.hub.call("GET", f"/v1/projects/default/blobs/{sha256(OTHER)}")
        self.assertEqual(blob.body, OTHER)
        self.assertEqual(self.hub.add(MODEL, "1.1.0").status, 201)
        keys = self.folder / "hub/keys/default"
        self.assertTrue(list(keys.glob("*.pem")))
        for key in keys.glob("*.pem"):
            self.assertEqual(key.stat().st_mode & 0o777, 0o600)

    def test_as_one_file(self):
        kept = self.folder / "kept.tar"
        self.good("backup", kept, *self.on("hub"), "--with-keys")
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.refused("backup", kept, *self.on("hub"), says="already")
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith("kept")], ["kept.tar"])
        self.assertIn("whole", self.good("restore", kept, "--check"))
        self.gone()
        (self.folder / "cut.tar").write_bytes(kept.read_bytes()[:50_000])
        self.refused("restore", self.folder / "cut.tar", *self.on("hub"), says="damaged")
        self.refused("restore", self.folder / "none.tar", *self.on("hub"), says="not_found")
        self.assertFalse((self.folder / "hub").exists())
        self.good("restore", kept, *self.on("hub"))
        self.hub.start()
        self.assertEqual(self.hub.call("GET", f"/v1/projects/default/blobs/{sha256(MODEL)}").body, MODEL)

    def test_a_damaged_one_changes_nothing(self):
        self.good("backup", self.folder / "kept", *self.on("hub"))
        self.assertFalse((self.folder / "kept/keys").exists())
        self.gone()
        path = next((self.folder / "kept/store/blobs").rglob(sha256(MODEL)))
        path.unlink()
        self.refused("restore", self.folder / "kept", *self.on("hub"), says=sha256(MODEL))
        path.write_bytes(MODEL[:-1] + bytes([MODEL[-1] ^ 1]))
        self.refused("restore", self.folder / "kept", *self.on("hub"), says="is damaged")
        self.assertFalse((self.folder / "hub").exists())
        path.write_bytes(MODEL)
        self.good("restore", self.folder / "kept", *self.on("hub"))
        self.hub.start()
        self.assertEqual(self.hub.call("GET", DIGITS).status, 200)


class Upgrades(InFolder):
    def setUp(self):
        super().setUp()
        self.data = self.path("hub")
        self.words = ("hub", "upgrade", "--data", self.data)

    def change(self, script):
        with contextlib.closing(sqlite3.connect(self.data / "hub.sqlite")) as database:
            database.executescript(script)

    def test_an_older_hub(self):
        """A database as the first migration alone has made it."""
        self.assertIn("no hub", samara(*self.words).stderr)
        self.assertFalse(self.data.exists())
        self.data.mkdir()
        source = (ROOT / "src/hub/store/schema.cc").read_text(encoding="utf-8")
        first = re.search(r'\{1, R"\((.*?)\)"', source, re.S)[1]
        self.change(first.replace("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT") +
                    "CREATE TABLE migrations (number BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL);"
                    "INSERT INTO migrations VALUES (1, 1);"
                    "INSERT INTO projects (name, organisation, created_at) VALUES ('old', 'o', 1);")
        shown = parsed(samara(*self.words, "--dry-run", "--json"))
        self.assertEqual((shown["before"], shown["done"]), (1, False))
        self.assertEqual(shown, {**parsed(samara(*self.words, "--json")), "done": False})
        self.assertEqual([step["number"] for step in shown["steps"]],
                         list(range(2, 2 + len(shown["steps"]))))
        self.assertIn("nothing to do", samara(*self.words).stdout)
        self.assertEqual(samara("hub", "backup", self.data / "kept", *self.words[2:]).returncode, 0)

    def test_a_later_hub(self):
        Hub(self.data)
        self.assertIn("nothing to do", samara(*self.words).stdout)
        self.change("INSERT INTO migrations VALUES (999, 1)")
        for words in (self.words, ("hub", "serve", *self.words[2:], "--port", "0")):
            done = samara(*words)
            self.assertEqual(done.returncode, 1)
            self.assertIn("at version 999", done.stderr)


class BackupsOnPostgres(OnPostgres, Backups):
    pass


if __name__ == "__main__":
    run_tests()
