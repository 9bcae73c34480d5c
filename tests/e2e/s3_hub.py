"""A hub that keeps its blobs in S3-compatible storage: versitygw (Go), which is really started. The
program that the first argument names is it; without one, or where it is not there, this is skipped."""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from hub import PROJECT, Hub, free_port, memory_of, sha256, wait_until
from program import MODEL, OTHER, InFolder, run_tests, samara

GATEWAY = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "versitygw")
KEYS = {"AWS_ACCESS_KEY_ID": "hub", "AWS_SECRET_ACCESS_KEY": "not-to-be-logged"}


class Storage:
    """versitygw over a folder; a bucket is a folder in it."""

    def __init__(self, folder):
        self.bucket = folder / "buckets/models"
        self.bucket.mkdir(parents=True)
        self.port = free_port()
        self.start()

    def start(self):
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            [GATEWAY, "--access", KEYS["AWS_ACCESS_KEY_ID"], "--secret", KEYS["AWS_SECRET_ACCESS_KEY"],
             "--region", "eu-test-1", "--port", f"127.0.0.1:{self.port}", "--quiet",
             "posix", str(self.bucket.parent)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None

    def address(self, prefix="hub", region="eu-test-1", bucket="models"):
        return f"s3://{bucket}/{prefix}?endpoint=http://127.0.0.1:{self.port}&region={region}"

    def objects(self):
        return {f.name: f for f in self.bucket.glob("hub/*") if f.is_file()}


class Case(InFolder):
    def setUp(self):
        super().setUp()
        self.storage = Storage(self.folder)
        self.addCleanup(self.storage.stop)
        os.environ.update(KEYS)
        self.hub = Hub(self.folder / "hub", "--rate", "0", "--blobs", self.storage.address())
        self.assertTrue(wait_until(lambda: self.begin(self.storage.address()) == "", 30))
        self.hub.start()
        self.addCleanup(self.hub.stop)

    def begin(self, address, **environment):
        """What a hub says that cannot start."""
        with tempfile.TemporaryDirectory() as folder:
            return samara("hub", "init", "--data", folder + "/hub", "--blobs", address,
                          environment={**KEYS, **environment}).stderr

    def published(self, content, version):
        self.hub.have(content, version)
        return f"{PROJECT}/blobs/{sha256(content)}"


class Blobs(Case):
    def test_life_of_a_model(self):
        place = self.published(MODEL, "1.0.0")
        self.assertEqual(self.storage.objects()[sha256(MODEL)].read_bytes(), MODEL)
        left = [f for f in (self.folder / "hub/store").rglob("*") if f.is_file()]
        self.assertEqual(left, [], "the hub keeps nothing of it")
        answer = self.hub.call("GET", place)
        self.assertEqual((answer.status, answer.body), (200, MODEL))
        answer = self.hub.call("GET", place, headers={"Range": "bytes=4-7"})
        self.assertEqual((answer.status, answer.body), (206, b"TFL3"))
        answer = self.hub.call("HEAD", place)
        self.assertEqual(answer.headers["content-length"], str(len(MODEL)))
        answer = self.hub.call("GET", place, headers={"If-None-Match": f'"{sha256(MODEL)}"'})
        self.assertEqual(answer.status, 304)
        again = self.hub.add(MODEL, "1.1.0")
        self.assertEqual(again.status, 201, again.body)
        self.assertEqual(len(self.storage.objects()), 1)
        refused = self.hub.add(MODEL[:500], "2.0.0")
        self.assertEqual(refused.status, 422)
        self.assertEqual(len(self.storage.objects()), 1)

    def test_pushed_by_oci_and_judged_from_there(self):
        digest = "sha256:" + sha256(MODEL)
        base = "/v2/default/digits"
        self.assertEqual(self.hub.call("POST", f"{base}/blobs/uploads/?digest={digest}", MODEL).status, 201)
        empty = "sha256:" + sha256(b"{}")
        layer = {"mediaType": "application/vnd.tflite", "digest": digest, "size": len(MODEL)}
        config = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": empty, "size": 2}
        document = json.dumps({"schemaVersion": 2, "config": config, "layers": [layer]}).encode()
        answer = self.hub.call("PUT", base + "/manifests/1.0.0", document,
                               headers={"Content-Type": "application/vnd.oci.image.manifest.v1+json"})
        self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(self.hub.call("GET", f"{base}/blobs/{digest}").body, MODEL)

    def test_cleaning_up(self):
        self.published(MODEL, "1.0.0")
        self.assertEqual(self.hub.add(OTHER, "2.0.0").status, 201)
        path = PROJECT + "/models/digits/versions/2.0.0"
        self.assertEqual(self.hub.call("DELETE", path).status, 204)
        answer = self.hub.call("POST", "/v1/collect", {"hours": 24})
        self.assertEqual(answer.json["blobs"], 0)
        answer = self.hub.call("POST", "/v1/collect", {"hours": 0})
        self.assertEqual((answer.json["blobs"], answer.json["bytes"]), (1, len(OTHER)))
        self.assertEqual(set(self.storage.objects()), {sha256(MODEL)})

    def test_large_ones_go_in_parts_and_memory_stays_flat(self):
        size, digest, piece = 150 << 20, hashlib.sha256(), os.urandom(1 << 20)
        # No model, so it becomes a blob by the registry's door, where the bytes are judged later.
        answer = self.hub.call("POST", "/v2/default/large/blobs/uploads/")
        self.assertEqual(answer.status, 202)
        place = answer.headers["location"]
        for at in range(0, size, 10 << 20):
            chunk = (at.to_bytes(8, "big") + piece[8:]) * 10
            digest.update(chunk)
            self.assertEqual(self.hub.call("PATCH", place, chunk).status, 202)
        answer = self.hub.call("PUT", f"{place}?digest=sha256:{digest.hexdigest()}")
        self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(self.storage.objects()[digest.hexdigest()].stat().st_size, size)
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.request("GET", f"/v2/default/large/blobs/sha256:{digest.hexdigest()}",
                           headers={"Authorization": "Bearer " + self.hub.admin})
        response, seen = connection.getresponse(), hashlib.sha256()
        while block := response.read(1 << 20):
            seen.update(block)
        self.assertEqual(seen.hexdigest(), digest.hexdigest())
        self.assertLess(memory_of(self.hub.process.pid), 200 << 20)


class Backups(Case):
    def backup(self):
        """Of a hub with two versions that goes on serving."""
        self.published(MODEL, "1.0.0")
        self.published(OTHER, "2.0.0")
        backup = self.folder / "backup"
        self.run_well("backup", backup, *self.hub.data, "--blobs", self.storage.address(), "--with-keys")
        return backup

    def run_well(self, *words):
        done = samara("hub", *words)
        self.assertEqual(done.returncode, 0, done.stderr)

    def serve(self, folder, *options):
        """The hub that was restored there; it gives what the first one had."""
        hub = Hub.__new__(Hub)
        hub.data, hub.options, hub.admin = ["--data", str(folder)], options, self.hub.admin
        hub.process, hub.port = None, free_port()
        hub.start()
        self.addCleanup(hub.stop)
        for content in (MODEL, OTHER):
            answer = hub.call("GET", f"{PROJECT}/blobs/{sha256(content)}")
            self.assertEqual((answer.status, answer.body), (200, content))

    def test_to_other_storage_and_into_a_folder(self):
        backup = self.backup()
        self.assertEqual(len(list(backup.glob("store/blobs/*/*"))), 2)
        other = self.storage.address("other")
        self.run_well("restore", backup, "--data", self.folder / "there", "--blobs", other)
        self.assertEqual({f.name for f in self.storage.bucket.glob("other/*") if f.is_file()},
                         {sha256(MODEL), sha256(OTHER)})
        self.assertEqual([f for f in (self.folder / "there/store").rglob("*") if f.is_file()], [])
        self.serve(self.folder / "there", "--blobs", other)
        self.run_well("restore", backup, "--data", self.folder / "here")
        self.serve(self.folder / "here")

    def test_what_is_damaged_or_refused_changes_nothing(self):
        backup = self.backup()
        other = self.storage.address("other")
        target = self.folder / "there"
        words = ("hub", "restore", backup, "--data", target, "--blobs", other)
        self.assertIn("SignatureDoesNotMatch", samara(
            *words, environment={**KEYS, "AWS_SECRET_ACCESS_KEY": "wrong"}).stderr)
        blob = next(backup.glob("store/blobs/*/" + sha256(MODEL)))
        blob.chmod(0o600)
        blob.write_bytes(MODEL[:-1] + b"?")
        self.assertIn("is damaged", samara(*words).stderr)
        self.assertFalse(target.exists())
        self.assertEqual([f for f in self.storage.bucket.glob("other/*") if f.is_file()], [])


class Faults(Case):
    def test_storage_that_is_gone_and_comes_back(self):
        place = self.published(MODEL, "1.0.0")
        upload = self.hub.upload(OTHER)
        body = {"upload": upload, "version": "2.0.0"}
        self.storage.stop()
        self.assertEqual(self.hub.call("GET", place).status, 503)
        answer = self.hub.call("POST", PROJECT + "/models/digits/versions", body)
        self.assertEqual(answer.status, 503, answer.body)
        self.assertEqual(self.hub.call("GET", "/v1/projects/default/models/digits").status, 200)
        self.storage.start()
        end = time.monotonic() + 20
        while (answer := self.hub.call("GET", place)).status == 503 and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(answer.body, MODEL)
        answer = self.hub.call("POST", PROJECT + "/models/digits/versions", body)
        self.assertEqual(answer.status, 201, answer.body)  # the upload was not lost
        self.storage.objects()[sha256(OTHER)].unlink()
        self.assertEqual(self.hub.call("GET", f"{PROJECT}/blobs/{sha256(OTHER)}").status, 404)

    def test_what_is_wrong_is_told_at_the_start(self):
        for address, environment, text in (
                (self.storage.address(), {"AWS_SECRET_ACCESS_KEY": "wrong-secret"}, "SignatureDoesNotMatch"),
                (self.storage.address(), {"AWS_ACCESS_KEY_ID": "nobody"}, "access key"),
                (self.storage.address(bucket="absent"), {}, "NoSuchBucket"),
                (self.storage.address(region="elsewhere"), {}, "answers 4"),
                ("s3://models?endpoint=http://127.0.0.1:1", {}, "127.0.0.1"),
                ("s3://models?endpoint=nowhere", {}, "the endpoint is not"),
                ("s3://../x", {}, "no name of a bucket"),
                (self.storage.address(), {"AWS_ACCESS_KEY_ID": "", "HOME": "/none"}, "there are no keys")):
            said = self.begin(address, **environment)
            self.assertIn(text, said)
            self.assertNotIn("not-to-be-logged", said)
            self.assertNotIn("wrong-secret", said)


if __name__ == "__main__":
    try:
        subprocess.run([GATEWAY, "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        print("versitygw is not installed here")
        sys.exit(77)
    run_tests()
