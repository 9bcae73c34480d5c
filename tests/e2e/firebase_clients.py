"""Firebase's own clients against a hub that is really started, with nothing changed but addresses:
firebase_admin.ml and google-cloud-storage (PyPI), firebase-admin and @google-cloud/storage (npm)."""

import os
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import warnings

import firebase_admin
from firebase_admin import credentials, exceptions, ml, storage

from hub import HubCase, sha256
from leaving_firebase_test import FollowsGuide, blocks
from program import F32, INT8, MODEL, OTHER, ROOT, parsed, run_tests, samara

NODE = ROOT / "tests/clients-node"


def setUpModule():  # pylint: disable=invalid-name
    warnings.simplefilter("ignore")  # each call of the client warns that Firebase ML ends


class Case(HubCase):
    role = "admin"

    def setUp(self):
        super().setUp()
        self.account = self.folder / "account.json"
        parsed(samara("hub", "firebase-account", "ci", "--role", self.role, "--output", self.account,
                      *self.hub.flags(), "--json"))


class Python(Case):
    def setUp(self):
        super().setUp()
        os.environ["STORAGE_EMULATOR_HOST"] = self.hub.address
        self.addCleanup(os.environ.pop, "STORAGE_EMULATOR_HOST")
        service = ml._MLService  # pylint: disable=protected-access
        service.PROJECT_URL = self.hub.address + "/v1beta2/projects/{0}/"
        service.OPERATION_URL = self.hub.address + "/v1beta2/"
        self.app = firebase_admin.initialize_app(credentials.Certificate(str(self.account)),
                                                 {"storageBucket": "models"})
        self.addCleanup(firebase_admin.delete_app, self.app)

    def source(self, content, name="digits.tflite"):
        return ml.TFLiteFormat(ml.TFLiteGCSModelSource.from_tflite_model_file(self.file(content, name)))

    def create(self, name="digits", content=MODEL, tags=None):
        return ml.create_model(ml.Model(display_name=name, tags=tags, model_format=self.source(content)))

    def ask(self, name="digits"):
        """What a device gets: the bytes, or the status of the refusal."""
        key = self.hub.token("device")
        answer = self.hub.call("GET", f"/v1beta2/projects/default/models/{name}:download", token=None,
                               headers={"x-goog-api-key": key})
        if answer.status != 200:
            return answer.status
        with urllib.request.urlopen(answer.json["downloadUri"]) as file:
            return file.read()

    def test_full_flow(self):
        model = self.create(tags=["int8", "demo"])
        self.assertEqual((model.display_name, model.tags, model.published, model.locked),
                         ("digits", ["int8", "demo"], False, False))
        self.assertEqual(model.model_hash, sha256(MODEL))
        self.assertEqual(int(model.model_format.size_bytes), len(MODEL))
        self.assertEqual(model.model_format.model_source.gcs_tflite_uri,
                         "gs://models/Firebase/ML/Models/digits.tflite")
        self.assertGreater(model.create_time, 1.7e12)
        self.assertEqual(self.ask(), 404)
        self.assertTrue(ml.publish_model(model.model_id).published)
        self.assertEqual(self.ask(), MODEL)
        model = ml.get_model(model.model_id)
        before = model.etag
        model.tags = ["int8"]
        model.display_name = "numbers"
        model = ml.update_model(model)
        self.assertEqual((model.tags, model.display_name, model.published), (["int8"], "numbers", True))
        self.assertNotEqual(model.etag, before)
        self.assertEqual((self.ask("numbers"), self.ask("digits")), (MODEL, 404))
        versions = self.hub.call("GET", "/v1/projects/default/models/digits").json["versions"]
        self.assertEqual([v["version"] for v in versions], ["1.0.0"])
        self.assertFalse(ml.unpublish_model(model.model_id).published)
        self.assertEqual(self.ask("numbers"), 404)
        ml.delete_model(model.model_id)
        with self.assertRaises(exceptions.NotFoundError):
            ml.get_model(model.model_id)

    def test_another_file_is_another_version(self):
        model = self.create()
        ml.publish_model(model.model_id)
        other = OTHER
        model = ml.get_model(model.model_id)
        model.model_format = self.source(other, "other.tflite")
        model = ml.update_model(model)
        self.assertEqual((model.model_hash, model.published), (sha256(other), True))
        self.assertEqual(self.ask(), other)
        shown = self.hub.call("GET", "/v1/projects/default/models/digits").json
        self.assertEqual([v["version"] for v in shown["versions"]], ["2.0.0", "1.0.0"])
        back = self.hub.call("POST", "/v1/projects/default/models/digits/channels/stable/rollback")
        self.assertEqual(back.json["version"], "1.0.0")
        self.assertEqual(self.ask(), MODEL)

    def test_lists(self):
        for n in range(5):
            self.create(f"m{n}", tags=["even"] if n % 2 == 0 else ["odd"])
        page = ml.list_models(page_size=2)
        self.assertEqual([m.display_name for m in page.models], ["m0", "m1"])
        self.assertTrue(page.has_next_page)
        self.assertEqual([m.display_name for m in page.iterate_all()], ["m0", "m1", "m2", "m3", "m4"])
        for condition, wanted in (("tags:'even'", ["m0", "m2", "m4"]), ("displayName='m3'", ["m3"]),
                                  ("tags: odd AND displayName = 'm1'", ["m1"]), ("tags:none", [])):
            found = ml.list_models(list_filter=condition, page_size=1).iterate_all()
            self.assertEqual([m.display_name for m in found], wanted, condition)
        with self.assertRaises(exceptions.InvalidArgumentError):
            ml.list_models(list_filter="size > 5")

    def test_refusals(self):
        with self.assertRaisesRegex(exceptions.InvalidArgumentError, "refused: "):
            self.create(content=MODEL[:9000])
        self.assertEqual(ml.list_models().models, [])
        model = self.create()
        with self.assertRaises(exceptions.AlreadyExistsError):
            self.create()
        broken = ml.get_model(model.model_id)
        broken.model_format = self.source(b"no model at all", "broken.tflite")
        with self.assertRaisesRegex(exceptions.InvalidArgumentError, "refused: "):
            ml.update_model(broken)
        model = ml.get_model(model.model_id)
        self.assertIn("refused: ", model.validation_error)
        self.assertEqual(model.model_hash, sha256(MODEL))
        empty = ml.create_model(ml.Model(display_name="empty"))
        with self.assertRaisesRegex(exceptions.FailedPreconditionError, "no file"):
            ml.publish_model(empty.model_id)

    def test_models_that_were_pushed(self):
        pushed = self.hub.add(MODEL, "3.1.0", "pushed", tags=["ci"])
        self.assertEqual(pushed.status, 201)
        model, = ml.list_models(list_filter="displayName = 'pushed'").models
        self.assertEqual((model.tags, model.model_hash), (["ci"], sha256(MODEL)))
        ml.publish_model(model.model_id)
        model = ml.get_model(model.model_id)
        model.tags = ["ci", "more"]
        ml.update_model(model)
        self.assertEqual(self.ask("pushed"), MODEL)

    def test_large_files_are_resumed(self):
        content = os.urandom(11 << 20)
        blob = storage.bucket().blob("large.bin", chunk_size=1 << 20)
        blob.upload_from_filename(self.file(content, "large.bin"))
        self.assertEqual(blob.size, len(content))
        whole = storage.bucket().blob("whole.bin")
        whole.upload_from_filename(self.file(content, "large.bin"))
        self.assertEqual(whole.crc32c, blob.crc32c)
        self.assertTrue(whole.exists())
        self.assertFalse(storage.bucket().blob("none.bin").exists())
        with urllib.request.urlopen(urllib.request.Request(
                f"{self.hub.address}/storage/v1/b/models/o/whole.bin?alt=media",
                headers={"Authorization": "Bearer " + self.hub.token("viewer")})) as file:
            self.assertEqual(sha256(file.read()), sha256(content))

    def test_an_account_that_is_revoked(self):
        self.create()
        listed = self.hub.call("GET", "/v1/projects/default/tokens").json["tokens"]
        number, = [t["id"] for t in listed if t["name"] == "ci"]
        self.assertEqual(self.hub.call("DELETE", f"/v1/projects/default/tokens/{number}").status, 204)
        with self.assertRaises(Exception) as raised:
            ml.list_models()
        self.assertRegex(str(raised.exception), "unknown, expired or revoked")


class Publisher(Python):
    """An account that may not delete."""
    role = "publisher"

    def test_full_flow(self):
        model = self.create()
        with self.assertRaises(exceptions.PermissionDeniedError):
            ml.delete_model(model.model_id)


def node_modules():
    """The folder with the Node clients, installed as they are pinned."""
    folder = ROOT / "build/node"
    folder.mkdir(parents=True, exist_ok=True)
    for file in NODE.iterdir():
        shutil.copy(file, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    return folder


@unittest.skipUnless(shutil.which("node") and shutil.which("npm"), "Node is not installed here")
class Node(Case):
    def test_full_flow(self):
        done = subprocess.run(
            ["node", node_modules() / "full_flow.js", self.hub.address, self.account, INT8, F32], check=False,
            capture_output=True, text=True, env={**os.environ, "STORAGE_EMULATOR_HOST": self.hub.address})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("full flow: ok", done.stdout)


class Guide(FollowsGuide):
    """The pieces of docs/leaving-firebase.md in Python and JavaScript, as they stand there."""

    def setUp(self):
        super().setUp()
        self.hub.run(self.hub.lines(2)[0])  # the account

    def run_piece(self, language, program, name, environment=None):
        piece, = blocks(language)
        path = self.hub.folder / name
        path.write_text(self.hub.said(piece))
        done = subprocess.run([program, path], cwd=self.hub.folder, capture_output=True, text=True,
                              check=False, env={**os.environ, **(environment or {})})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def published(self, name):
        path = f"/v1/projects/my-app/models/{name}/channels/stable"
        return self.hub.call("GET", path).json["sha256"]

    def test_python(self):
        self.run_piece("python", sys.executable, "flow.py")
        self.assertEqual(self.published("face"), sha256(MODEL))

    @unittest.skipUnless(shutil.which("node") and shutil.which("npm"), "Node is not installed here")
    def test_node(self):
        self.run_piece("js", "node", "flow.js", {"NODE_PATH": str(node_modules() / "node_modules")})
        self.assertEqual(self.published("face-node"), sha256(MODEL))


if __name__ == "__main__":
    run_tests()
