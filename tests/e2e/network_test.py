"""The whole device side in two network namespaces, over a link that loses, delays, reorders and is cut.

Skipped with a line where namespaces are not permitted. SAMARA_NETWORK_MB: how much goes through the
fifty cuts."""

import hashlib
import os
import pathlib
import sys
import time
import zipfile

import link
from program import F32, ROOT, InFolder, run_tests, samara

HERE = pathlib.Path(__file__).resolve().parent
MEGABYTES = int(os.environ.get("SAMARA_NETWORK_MB", "20"))
CUTS = 50
V1 = pathlib.Path(F32).read_bytes()
V2 = (ROOT / "examples/digits/models/digits_dr.tflite").read_bytes()


def padded(path, content, size):
    """A model of that many bytes: with a file of noise in its archive."""
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo("noise.bin"), os.urandom(size))


class Case(InFolder):
    def setUp(self):
        super().setUp()
        self.site = self.folder / "site"
        self.site.mkdir()
        self.link = link.Link()
        self.addCleanup(self.link.close)

    def start(self, side, *words):
        process = self.link.run(side, words)

        def end():
            process.kill()
            process.wait()
            process.stdout.close()

        self.addCleanup(end)
        return process

    def serve(self, cuts=0):
        server = self.start("hub", sys.executable, HERE / "cutting_server.py", self.site,
                            self.link.HUB, cuts, 7)
        return server, f"http://{self.link.HUB}:{server.stdout.readline().strip()}"

    def fetch(self, store, url, sha256):
        """The time it took; the content is whole."""
        start = time.monotonic()
        device = self.start("device", sys.executable, HERE / "on_device.py", "fetch",
                            self.folder / store, url, sha256)
        out, _ = device.communicate(timeout=500)
        self.assertEqual(out.strip(), sha256)
        return time.monotonic() - start


class Downloads(Case):
    def test_through_fifty_cuts_with_at_most_one_per_cent_more(self):
        padded(self.site / "big.tflite", V1, MEGABYTES << 20)
        sha256 = hashlib.sha256((self.site / "big.tflite").read_bytes()).hexdigest()
        received = []
        for cuts in (0, CUTS):
            server, url = self.serve(cuts)
            before = self.link.received()
            took = self.fetch(f"store{cuts}", url + "/big.tflite", sha256)
            received.append(self.link.received() - before)
            server.kill()
            self.assertEqual(server.stdout.read().count("cut"), cuts)
        extra = received[1] / received[0] - 1
        print(f"\nfigure: {MEGABYTES} MB through {CUTS} cuts: {100 * extra:.3f} % extra bytes at the device's "
              f"interface, {took:.0f} s")
        self.assertLess(extra, 0.01)

    def test_over_a_link_that_loses_delays_and_reorders(self):
        padded(self.site / "m.tflite", V1, 2 << 20)
        sha256 = hashlib.sha256((self.site / "m.tflite").read_bytes()).hexdigest()
        _, url = self.serve()
        self.link.loss, self.link.reorder, self.link.delay = 0.02, 0.05, 0.005
        took = self.fetch("store", url + "/m.tflite", sha256)
        print(f"\nfigure: 2 MB with 2 % loss and 5 % reordered: {took:.1f} s, {self.link.lost} frames lost, "
              f"{self.link.reordered} late")
        self.assertGreater(self.link.lost, 5)
        self.assertGreater(self.link.reordered, 5)

    def test_a_link_that_is_dead_now_and_then(self):
        padded(self.site / "m.tflite", V1, 4 << 20)
        sha256 = hashlib.sha256((self.site / "m.tflite").read_bytes()).hexdigest()
        _, url = self.serve(3)
        device = self.start("device", sys.executable, HERE / "on_device.py", "fetch",
                            self.folder / "store", url + "/m.tflite", sha256)
        for _ in range(4):
            time.sleep(0.4)
            self.link.cut = True
            time.sleep(0.8)
            self.link.cut = False
        self.assertEqual(device.communicate(timeout=200)[0].strip(), sha256)


class Follows(Case):
    def publish(self, content):
        files = self.folder / "files/stable"
        files.mkdir(parents=True, exist_ok=True)
        (files / "digits.tflite").write_bytes(content)
        key = self.folder / "key"
        if not key.exists():
            self.assertEqual(samara("key", "new", key, "--no-passphrase").returncode, 0)
        result = samara("tuf", "publish", "--repository-dir", self.site, "--files",
                        self.folder / "files", "--key", key)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_stream_of_inferences_survives_updates_over_a_bad_link(self):
        self.publish(V1)
        _, url = self.serve()
        device = self.link.run("device", [
            sys.executable, HERE / "on_device.py", "follow", self.folder / "store",
            self.site / "metadata/1.root.json", url + "/metadata", url + "/targets", "digits",
        ], stdin=-1)
        self.addCleanup(device.stdout.close)
        self.addCleanup(device.wait)
        self.addCleanup(device.kill)
        self.assertEqual(device.stdout.readline().split(), ["version", hashlib.sha256(V1).hexdigest()])
        self.link.loss, self.link.reorder, self.link.delay = 0.02, 0.05, 0.003
        for content in (V2, V1 + b"\0" * 16, V2 + b"\0" * 16):
            self.publish(content)
            self.link.cut = True
            time.sleep(0.5)
            self.link.cut = False
            self.assertEqual(device.stdout.readline().split(),
                             ["version", hashlib.sha256(content).hexdigest()])
        device.stdin.close()
        word, runs = device.stdout.readline().split()
        self.assertEqual(word, "inferences")
        self.assertEqual(device.wait(timeout=60), 0, "no inference failed")
        print(f"\nfigure: {runs} inferences through 3 swaps, none failed")


if __name__ == "__main__":
    reason = link.possible()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    run_tests()
