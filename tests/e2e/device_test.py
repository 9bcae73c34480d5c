"""samara.device over the C API, against real servers: hashes, signatures, repositories, conditions,
swaps, fallbacks, TLS."""

import array
import hashlib
import http.server
import inspect
import json
import os
import pathlib
import shutil
import subprocess
import sys

from program import F32, INT8, ROOT, InFolder, certificate, run_tests, samara

PYTHON = ROOT / "bindings/python"
sys.path.insert(0, str(PYTHON))
from samara import device  # noqa: E402  pylint: disable=wrong-import-position

V1 = pathlib.Path(F32).read_bytes()
V2 = (ROOT / "examples/digits/models/digits_dr.tflite").read_bytes()
BLANK = array.array("f", [0.0] * (32 * 32 * 3))


class Server:
    """Files by path, with ranges; POST answers what the test says."""

    def __init__(self):
        self.files, self.asked, self.answer = {}, [], None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.asked.append(self.path)
                content = outer.files.get(self.path)
                self.reply(404 if content is None else 200, content or b"")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.reply(*outer.answer(json.loads(body), self.headers))

            def reply(self, status, content):
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except ConnectionError:  # a device that wants the head alone
                    self.close_connection = True

        self.handler = Handler


class Case(InFolder):
    def server(self, tls=None):
        server = Server()
        server.url = self.serve(server.handler, tls)
        return server

    def device(self, **options):
        options.setdefault("options", {}).setdefault("bus", "-")
        made = device.Device(self.folder / "store", **options)
        self.addCleanup(made.close)
        return made

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Basics(Case):
    def test_use_before_initialisation_is_an_error_of_its_own(self):
        with self.assertRaises(device.NotInitialized):
            device.open("digits")
        device.initialize(self.folder / "store", bundled={"digits": ("1", F32)})
        self.addCleanup(device.shutdown)
        with self.assertRaises(device.FailedPrecondition):
            device.initialize(self.folder / "store")
        with device.open("digits", device.Policy.LOCAL_MODEL) as model:
            self.assertEqual(len(model.run([BLANK]).outputs[0]), 40)
        device.shutdown()
        with self.assertRaises(device.NotInitialized):
            device.get("digits")

    def test_a_bundled_model_runs_and_bad_inputs_are_told(self):
        made = self.device(bundled={"digits": ("7", F32)})
        model = made.open("digits", device.Policy.LOCAL_MODEL)
        self.assertEqual(model.inputs[0].shape, (1, 32, 32, 3))
        self.assertEqual((model.file.version, model.file.state), ("7", "bundled"))
        answer = model.run([BLANK])
        self.assertEqual(answer.way, device.Way.CPU)
        for bad in ([], [BLANK, BLANK], [b"123"]):
            with self.assertRaises(device.InvalidArgument):
                model.run(bad)
        model.close()
        with self.assertRaises(device.FailedPrecondition):
            model.run([BLANK])

    def test_arguments_that_cannot_be_used_raise_their_own_errors(self):
        with self.assertRaises(device.InvalidArgument):
            device.Device(self.folder, options={"folders": "x"})
        with self.assertRaises(device.InvalidArgument):
            device.Device(self.folder, bundled={"../x": ("1", F32)})
        for bad in ("two", "2-1", {"../x": 1}):
            with self.assertRaises(device.InvalidArgument):
                device.Device(self.folder, accepts_major=bad)
        made = self.device()
        with self.assertRaises(device.NotFound):
            made.get("faces")
        with self.assertRaises(device.InvalidArgument):
            made.get("a/b")
        self.assertEqual(made.list(), [])
        self.assertFalse(made.is_ready("faces"))

    def test_everything_public_says_what_it_does(self):
        for owner in (device, device.Device, device.LiveModel, device.Answer):
            for name, member in vars(owner).items():
                if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                    self.assertTrue(inspect.getdoc(member), f"{owner.__name__}.{name}")


class FromAddresses(Case):
    def test_by_hash_with_progress_and_events(self):
        server = self.server()
        server.files["/face.tflite"] = V1
        seen, rows = [], []
        made = self.device(
            on_progress=lambda model, done, total, rate: seen.append((model, done, total)),
            on_event=lambda *row: rows.append(row),
        )
        digest = hashlib.sha256(V1).hexdigest()
        file = made.get_from_url(server.url + "/face.tflite", sha256=digest, name="face")
        self.assertEqual((file.sha256, file.state, file.proven), (digest, "current", True))
        self.assertEqual(pathlib.Path(file.path).read_bytes(), V1)
        self.assertEqual(seen[-1], ("face", len(V1), len(V1)))
        self.assertEqual([row[3] for row in rows][-1], "active")
        wrong = hashlib.sha256(V2).hexdigest()
        with self.assertRaises(device.Error):
            made.get_from_url(server.url + "/face.tflite", sha256=wrong, name="face")
        self.assertEqual(made.latest_file("face").sha256, digest)

    def test_sealed_with_a_key_file_and_run_from_memory(self):
        server = self.server()
        server.files["/face.tflite"] = V1
        key = self.folder / "key"
        key.write_text("4b" * 32)
        key.chmod(0o600)
        digest = hashlib.sha256(V1).hexdigest()
        words = dict(sha256=digest, name="face")
        made = self.device(options={"key_file": str(key)})
        file = made.get_from_url(server.url + "/face.tflite", **words)
        self.assertEqual((file.sha256, file.size), (digest, len(V1)))
        for found in self.folder.joinpath("store").rglob("*"):
            self.assertFalse(found.is_file() and V1[20_000:20_032] in found.read_bytes(), found)
        with made.open("face", device.Policy.LOCAL_MODEL) as model:
            self.assertEqual(len(model.run([BLANK]).outputs[0]), 40)
        made.close()
        key.chmod(0o644)
        with self.device(options={"key_file": str(key)}) as readable:
            with self.assertRaises(device.PermissionDenied):
                readable.open("face", device.Policy.LOCAL_MODEL)
        checked = samara("store", "check", "--store", self.folder / "store", "--look-only")
        self.assertIn("cannot be read without its key", checked.stdout)
        key.chmod(0o600)
        checked = samara("store", "check", "--store", self.folder / "store", "--look-only", "--key-file", key)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_sealed_with_a_key_of_the_apps_own(self):
        server = self.server()
        server.files["/face.tflite"] = V1
        keys = [b"k" * 32]
        made = self.device(key=lambda: keys[0])
        words = {"sha256": hashlib.sha256(V1).hexdigest(), "name": "face"}
        file = made.get_from_url(server.url + "/face.tflite", **words)
        self.assertNotEqual(pathlib.Path(file.path).read_bytes(), V1)
        made.open("face", device.Policy.LOCAL_MODEL).close()
        for bad in (b"short", None):
            keys[0] = bad
            with self.assertRaises(device.Unavailable):
                made.open("face", device.Policy.LOCAL_MODEL)
        keys[0] = b"k" * 32
        server.files.clear()
        made.open("face", device.Policy.LOCAL_MODEL).close()  # nothing was thrown away

    def test_an_answer_keeps_the_types_of_the_version_that_gave_it(self):
        server = self.server()
        int8 = pathlib.Path(INT8).read_bytes()
        server.files.update({"/one.tflite": V1, "/two.tflite": int8})
        made = self.device()
        digests = [hashlib.sha256(content).hexdigest() for content in (V1, int8)]
        made.get_from_url(server.url + "/one.tflite", sha256=digests[0], name="m")
        with made.open("m", device.Policy.LOCAL_MODEL) as model:
            first = model.run([BLANK])
            made.get_from_url(server.url + "/two.tflite", sha256=digests[1], name="m")
            second = model.run([bytes(32 * 32 * 3)])
            self.assertEqual([one.file.sha256 for one in (first, second)], digests)
            self.assertEqual([one.tensors[0].type for one in (first, second)], ["float32", "int8"])
            self.assertEqual([one.tensors[0].shape for one in (first, second)], [(1, 10)] * 2)
        made.delete("m")
        made.delete("m")  # what is not here is no error
        with self.assertRaises(device.NotFound):
            made.latest_file("m")

    def test_by_key_and_swapped_where_it_is_open(self):
        server = self.server()
        key, public = self.folder / "key.pem", self.folder / "public.pem"
        self.openssl("genpkey", "-algorithm", "ed25519", "-out", key)
        self.openssl("pkey", "-in", key, "-pubout", "-out", public)

        def put(content, signer=key):
            server.files["/m.tflite"] = content
            listing = self.folder / "m.sha256"
            listing.write_text(hashlib.sha256(content).hexdigest() + "  m.tflite\n")
            self.openssl("pkeyutl", "-sign", "-rawin", "-inkey", signer, "-in", listing,
                         "-out", self.folder / "sig")
            server.files["/m.tflite.sha256"] = listing.read_bytes()
            server.files["/m.tflite.sha256.sig"] = (self.folder / "sig").read_bytes()

        put(V1)
        made = self.device()
        source = {"public_key": public.read_text(), "name": "m"}
        made.get_from_url(server.url + "/m.tflite", **source)
        model = made.open("m", device.Policy.LOCAL_MODEL)
        before = model.run([BLANK]).outputs
        put(V2)
        self.assertTrue(made.is_update_available("m"))
        made.update("m")
        self.assertEqual(model.file.sha256, hashlib.sha256(V2).hexdigest())
        self.assertNotEqual(model.run([BLANK]).outputs, before)
        made.roll_back("m", "it is worse")
        self.assertEqual(model.run([BLANK]).outputs, before)
        self.assertIn("it is worse", made.explain("m"))
        with self.assertRaises(device.FailedPrecondition):
            made.roll_back("m", "there is no other")
        self.assertEqual(model.run([BLANK]).outputs, before)
        other = self.folder / "other.pem"
        self.openssl("genpkey", "-algorithm", "ed25519", "-out", other)
        put(V2 + b"more", other)
        with self.assertRaises(device.PermissionDenied):
            made.update("m")
        self.assertEqual(model.run([BLANK]).outputs, before)
        model.close()

    def test_conditions_hold_it_back_until_they_are_met(self):
        server = self.server()
        server.files["/face.tflite"] = V1
        state = device.DeviceState(network=device.Network.WIFI, charging=False)
        made = self.device(state=lambda: state, first=device.Conditions(charging=True))
        arguments = (server.url + "/face.tflite",)
        options = {"sha256": hashlib.sha256(V1).hexdigest(), "name": "face"}
        with self.assertRaises(device.NotFound):
            made.get_from_url(*arguments, **options)
        self.assertIn("not charging", made.explain("face"))
        future = made.when_ready("face")
        made.wait()
        self.assertFalse(future.done())
        state.charging = True
        made.update("face")
        made.prefetch(["face"])
        self.assertEqual(future.result(timeout=30).name, "face")


class Repository(Case):
    def publish(self, site, models):
        for name in ("root", "online"):
            if not (self.folder / name).exists():
                result = samara("key", "new", self.folder / name, "--no-passphrase")
                self.assertEqual(result.returncode, 0, result.stderr)
        keys = [f"--key={role}={self.folder / name}" for role, name in
                (("root", "root"), ("targets", "root"), ("snapshot", "online"), ("timestamp", "online"))]
        result = samara("tuf", "publish", "--repository-dir", site, "--files", models, *keys)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_device_follows_a_signed_repository(self):
        site, models = self.folder / "site", self.folder / "files"
        (models / "stable").mkdir(parents=True)
        (models / "stable/digits.tflite").write_bytes(V1)
        self.publish(site, models)
        server = self.server()

        def serve():
            for path in site.rglob("*"):
                if path.is_file():
                    server.files["/" + str(path.relative_to(site))] = path.read_bytes()

        serve()
        made = self.device(
            root=site / "metadata/1.root.json", metadata_url=server.url + "/metadata",
            target_urls=[server.url + "/missing", server.url + "/targets"],
            options={"retry_ms": "0", "bus": "-"},
        )
        self.assertEqual(made.get("digits").size, len(V1))
        self.assertTrue(made.is_downloaded("digits"))
        (models / "stable/digits.tflite").write_bytes(V2)
        self.publish(site, models)
        serve()
        self.assertEqual(made.details("digits").state, "offered")
        latest = made.get("digits", device.Policy.LATEST_MODEL)
        self.assertEqual(latest.sha256, hashlib.sha256(V2).hexdigest())
        with self.assertRaises(device.NotFound):
            made.get("faces")
        server.files["/metadata/timestamp.json"] = b"{}"
        with self.assertRaises(device.InvalidArgument):
            made.details("digits")
        self.assertEqual(made.get("digits", device.Policy.LATEST_MODEL).sha256, latest.sha256)


    def test_another_hub_answers_for_what_the_first_does_not_know(self):
        server = self.server()
        sites = []
        for name, model, content in (("one", "digits", V1), ("two", "faces", V2)):
            site, models = self.folder / name, self.folder / f"{name}-files"
            (models / "stable").mkdir(parents=True)
            (models / f"stable/{model}.tflite").write_bytes(content)
            self.publish(site, models)
            for path in site.rglob("*"):
                if path.is_file():
                    server.files[f"/{name}/{path.relative_to(site)}"] = path.read_bytes()
            sites.append({"root": site / "metadata/1.root.json",
                          "metadata_url": f"{server.url}/{name}/metadata",
                          "target_urls": [f"{server.url}/{name}/targets"]})
        for _ in range(2):  # the second time without their roots
            with self.device(**sites[0], more_hubs=[device.Hub(**sites[1])]) as made:
                self.assertEqual(made.get("digits").size, len(V1))
                self.assertEqual(made.get("faces").size, len(V2))
                with self.assertRaises(device.NotFound):
                    made.get("voices")
            for site in sites:
                site["root"] = None


class Fallbacks(Case):
    def test_the_app_answers_where_the_model_cannot(self):
        made = self.device(bundled={"digits": ("1", F32)})
        model = made.open("digits", device.Policy.LOCAL_MODEL)
        calls = []

        def rules(inputs):
            calls.append(len(inputs[0]))
            if len(calls) == 1:
                raise RuntimeError("not today")
            return [b"rules"]

        model.then(device.Way.PREVIOUS).then_callback(rules).then(device.Way.BUNDLED)
        first = model.run([BLANK])
        self.assertEqual(first.way, device.Way.BUNDLED)
        self.assertIn("previous: ", first.why)
        self.assertIn("callback: ", first.why)
        self.assertEqual((first.file.version, first.file.state), ("1", "bundled"))
        second = model.run([BLANK])
        self.assertEqual((second.way, second.outputs), (device.Way.CALLBACK, [b"rules"]))
        self.assertIsNone(second.file)
        self.assertEqual(calls, [len(BLANK) * 4] * 2)
        with self.assertRaises(device.Unsupported):
            model.then(device.Way.DELEGATE)
        with self.assertRaises(device.InvalidArgument):
            model.then(device.Way.REMOTE)
        model.close()

    def test_an_endpoint_answers_over_tls_of_a_known_authority_alone(self):
        tls = certificate(self.folder)
        server = self.server(tls)
        asked = []

        def answer(question, headers):
            asked.append((question["inputs"][0]["shape"], headers["Authorization"]))
            name = model.outputs[0].name
            return 200, json.dumps({"outputs": [
                {"name": name, "shape": [1, 10], "datatype": "FP32", "data": [0.5] * 10}]}).encode()

        server.answer = answer
        for ca_file, believed in ((tls[0], True), (None, False)):
            options = {"bus": "-", **({"ca_file": str(ca_file)} if ca_file else {})}
            with device.Device(self.folder / "store", bundled={"digits": ("1", F32)},
                               options=options) as made:
                model = made.open("digits", device.Policy.LOCAL_MODEL)
                model.then_remote(server.url + "/v2/models/digits/infer", "Bearer token")
                model.then(device.Way.CPU)
                result = model.run([BLANK])
                self.assertEqual(result.way == device.Way.REMOTE, believed, result.why)
                if believed:
                    self.assertEqual(result.outputs[0], array.array("f", [0.5] * 10).tobytes())
                self.assertNotIn("Bearer", result.why)
                model.close()
        self.assertEqual(asked, [([1, 32, 32, 3], "Bearer token")])


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("no openssl")
        sys.exit(77)
    run_tests()
