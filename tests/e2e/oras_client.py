"""oras (PyPI), unmodified, against a hub that is really started: push, pull, tags, what is attached."""

import json
import os
import pathlib
import sys

try:
    import oras.client
    import oras.oci
except ImportError:
    print("oras is not installed")
    sys.exit(77)

from hub import HubCase, sha256
from program import MODEL, OTHER, run_tests

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Oras(HubCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)  # it pushes what lies in its folder
        os.environ["HOME"] = str(self.folder)  # where it keeps what it logs in with
        self.repository = f"127.0.0.1:{self.hub.port}/default/digits"

    def client(self, token):
        client = oras.client.OrasClient(hostname=f"127.0.0.1:{self.hub.port}", insecure=True,
                                        auth_backend="basic")
        client.login(hostname=f"127.0.0.1:{self.hub.port}", username="any", password=token)
        return client

    def push(self, tag, content, name="digits.tflite", **more):
        pathlib.Path(name).write_bytes(content)
        return self.client(self.hub.token("publisher")).push(
            target=f"{self.repository}:{tag}", files=[name], **more)

    def pull(self, tag, token):
        out = self.folder / "pulled"
        files = self.client(token).pull(target=f"{self.repository}:{tag}", outdir=str(out))
        return {pathlib.Path(f).name: pathlib.Path(f).read_bytes() for f in files}

    def test_push_publish_pull(self):
        self.assertEqual(self.push("1.0.0", MODEL).status_code, 201)
        self.assertEqual(self.push("1.0.0", MODEL).status_code, 201)
        device = self.hub.token("device")
        with self.assertRaises(ValueError):
            self.pull("1.0.0", device)  # it is not published
        self.assertEqual(self.hub.publish("1.0.0").status, 200)
        self.assertEqual(self.pull("1.0.0", device), {"digits.tflite": MODEL})
        self.push("beta", OTHER, do_chunked=True, chunk_size=1000,
                  manifest_annotations={"org.opencontainers.image.version": "2.0.0"})
        self.assertEqual(self.pull("beta", device), {"digits.tflite": OTHER})
        self.assertEqual(self.client(device).get_tags(self.repository), ["1.0.0", "2.0.0", "beta"])
        self.assertEqual(self.client(device).get_tags(self.repository, N=2), ["1.0.0", "2.0.0"])

    def test_what_was_pushed_another_way_is_pulled(self):
        self.assertEqual(self.hub.add(MODEL, "1.0.0").status, 201)
        self.assertEqual(self.hub.publish("1.0.0").status, 200)
        self.hub.call("PUT", "/v1/projects/default/models/digits/channels/stable", {"version": "1.0.0"})
        self.assertEqual(self.pull("stable", self.hub.token("device")), {"digits.tflite": MODEL})

    def test_attached(self):
        self.push("1.0.0", MODEL)
        viewer = self.client(self.hub.token("viewer"))
        registry = f"{self.hub.address}/v2/default/digits"
        answer = viewer.do_request(registry + "/manifests/1.0.0", headers={"Accept": MANIFEST})
        digest = answer.headers["Docker-Content-Digest"]
        self.assertEqual(digest, "sha256:" + sha256(answer.content))
        subject = oras.oci.Subject(MANIFEST, digest, len(answer.content))
        self.push("bill", b'{"spdx": 1}', "bill.json", subject=subject)
        listed = viewer.do_request(f"{registry}/referrers/{digest}")
        found = listed.json()["manifests"]
        self.assertEqual(len(found), 1, listed.text)
        self.assertEqual(self.pull("bill", self.hub.token("viewer")), {"bill.json": b'{"spdx": 1}'})

    def test_what_is_refused(self):
        for name, content, tag in (("digits.tflite", MODEL[:1000], "1.0.0"), ("notes.txt", b"x", "1.0.0"),
                                   ("digits.tflite", MODEL, "latest")):
            with self.assertRaises(ValueError, msg=name):
                self.push(tag, content, name)
        pathlib.Path("digits.tflite").write_bytes(MODEL)
        for token in (self.hub.token("viewer"), "smr_" + "0" * 64):
            with self.assertRaises(ValueError):
                self.client(token).push(target=f"{self.repository}:1.0.0", files=["digits.tflite"])
        models = self.hub.call("GET", "/v1/projects/default/models").json["models"]
        self.assertEqual(json.dumps(models), "[]")


if __name__ == "__main__":
    run_tests()
