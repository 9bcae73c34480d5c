"""swupdate (Debian), unmodified, against a hub that is really started: it polls, downloads, checks the
owner's signature, installs a model and tells how it went. SWUPDATE names it where it is elsewhere."""

import json
import os
import shutil
import subprocess
import sys

from ddi_test import BASE, publish
from hub import HubCase, sha256, wait_until
from program import MODEL, OTHER, run_tests

SWUPDATE = os.environ.get("SWUPDATE", "swupdate")


def archive(files):
    """A cpio archive of the form that swupdate reads: newc with checksums."""
    out = b""
    for number, (name, content) in enumerate([*files.items(), ("TRAILER!!!", b"")]):
        fields = (number, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1,
                  sum(content) & 0xffffffff)
        head = b"070702" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out += head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4)
    return out + b"\0" * (-len(out) % 512)


class Owner:
    """Who signs updates: a certificate that devices hold, and its key, which no hub has."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=owner", "-days", "2",
                     "-addext", "extendedKeyUsage=emailProtection", "-keyout", self.key,
                     "-out", self.certificate)

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def update(self, model, version, path):
        """A .swu that puts the model at a path."""
        described = self.folder / "sw-description"
        described.write_text(json.dumps({"software": {
            "version": version, "hardware-compatibility": ["1.0"],
            "files": [{"filename": "digits.tflite", "path": str(path), "sha256": sha256(model)}]}}))
        self.openssl("cms", "-sign", "-binary", "-nosmimecap", "-in", described, "-outform", "DER",
                     "-out", self.folder / "signature", "-signer", self.certificate, "-inkey", self.key)
        return archive({"sw-description": described.read_bytes(),
                        "sw-description.sig": (self.folder / "signature").read_bytes(),
                        "digits.tflite": model})


class Swupdate(HubCase):
    def setUp(self):
        super().setUp()
        self.installed = self.folder / "digits.tflite"
        self.owner = Owner(self.folder)
        self.device = self.hub.token("device")
        self.process = None
        self.addCleanup(self.stop)

    def start(self, *more):
        self.stop()
        asks = " ".join(["-t default", f"-u {self.hub.address}/ddi/digits/stable",
                         f"-i device-1 -k {self.device} -p 1", *more])
        (self.folder / "tmp").mkdir(exist_ok=True)
        with open(self.folder / "log", "ab") as log:
            # pylint: disable-next=consider-using-with
            self.process = subprocess.Popen(
                [SWUPDATE, "-l", "5", "-k", self.owner.certificate, "-H", "samara:1.0", "-u", asks],
                stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "TMPDIR": str(self.folder / "tmp")})

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def has(self, content):
        return wait_until(
            lambda: self.installed.exists() and self.installed.read_bytes() == content, 60)

    def links(self):
        answer = self.hub.call("GET", BASE, token=self.device)
        return set(answer.json["_links"]) - {"configData"}

    def test_a_model_is_installed_and_told_of(self):
        publish(self.hub, MODEL, "1.0.0", self.owner.update(MODEL, "1.0.0", self.installed))
        self.assertEqual(self.links(), {"deploymentBase"})
        self.start()
        self.assertTrue(self.has(MODEL), self.log())
        # Its owner's start scripts say how the first start after an update went.
        self.start("-c 2")
        self.assertTrue(wait_until(lambda: self.links() == set(), 60), self.log())
        publish(self.hub, OTHER, "2.0.0", self.owner.update(OTHER, "2.0.0", self.installed))
        self.start()
        self.assertTrue(self.has(OTHER), self.log())

    def test_an_update_of_somebody_else_is_not_installed(self):
        (self.folder / "other").mkdir()
        stranger = Owner(self.folder / "other")
        publish(self.hub, MODEL, "1.0.0", stranger.update(MODEL, "1.0.0", self.installed))
        self.start()
        audit = "/v1/projects/default/audit"
        self.assertTrue(wait_until(lambda: self.hub.call("GET", audit).json["entries"][0]["action"] ==
                                   "device.failure", 60), self.log())
        self.assertFalse(self.installed.exists())
        self.assertEqual(self.links(), set())


if __name__ == "__main__":
    if not shutil.which(SWUPDATE):
        print("swupdate is not installed here")
        sys.exit(77)
    run_tests()
