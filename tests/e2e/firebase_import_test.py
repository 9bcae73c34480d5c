"""Taking a project over from Firebase ML: out of one hub into another, by the protocol that Google
speaks; and out of a stub that misbehaves."""

import http.server
import json
import urllib.parse

from firebase import API, Case
from hub import sha256
from program import MODEL, OTHER, run_tests, samara


class Import(Case):
    """Out of one hub into another, by the protocol that Google speaks; and out of a stub that misbehaves."""

    def setUp(self):
        super().setUp()
        self.to = self.hub_in("to", *self.options)

    def bring(self, *options, address=None, code=0, environment=None):
        address = address or self.hub.address
        done = samara("hub", "import-firebase", "default", "--from", address, "--from-storage", address,
                      *self.to.flags(), "--json", *options,
                      environment={"SAMARA_FIREBASE_TOKEN": "", **(environment or {})})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        if not done.stdout:
            return done.stderr
        return {row["model"]: row["result"] for row in json.loads(done.stdout)}

    def test_takes_a_project_over(self):
        published = self.number(self.create(tags=["int8"]))
        self.ok(self.publish(published))
        self.number(self.create("float", OTHER))
        self.number(self.call("POST", API + "/models", {"displayName": "empty"}))
        self.assertEqual(self.hub.add(MODEL, "2.1.0", "pushed").status, 201)
        account = ("--from-account", self.folder / "ci.json")
        told = self.bring(*account, "--dry-run", "--only", "digits")
        self.assertEqual(told, {"digits": "would be 1.0.0, published"})
        self.assertEqual(self.to.call("GET", "/v1/projects/default/models").json["models"], [])
        wanted = {"digits": "1.0.0, published", "float": "1.0.0", "empty": "has no file", "pushed": "1.0.0"}
        self.assertEqual(self.bring(*account), wanted)
        model = self.to.call("GET", "/v1/projects/default/models/digits/channels/stable").json
        self.assertEqual((model["sha256"], model["tags"]), (sha256(MODEL), ["int8"]))
        self.assertEqual(model["labels"]["gcsTfliteUri"], "gs://models/digits.tflite")
        again = self.bring(environment={"SAMARA_FIREBASE_TOKEN": self.token})
        self.assertEqual(again["digits"], "is there already")
        self.ok(self.upload("newer.tflite", MODEL + b"\0" * 16))  # by which it loses its labels
        self.ok(self.call("PATCH", f"{API}/models/{published}", {
            "tfliteModel": {"gcsTfliteUri": self.account.link("newer.tflite")}}))
        self.assertEqual(self.bring(*account)["digits"], "2.0.0, published")
        shown = self.to.call("GET", "/v1/projects/default/models/digits").json["versions"]
        self.assertEqual([v["version"] for v in shown], ["2.0.0", "1.0.0"])
        shown = self.to.call("GET", f"{API}/models").json["models"]
        self.assertEqual([m["displayName"] for m in shown], ["digits", "float", "pushed"])

    def test_refusals(self):
        self.assertIn("SAMARA_FIREBASE_TOKEN", self.bring(code=1))
        self.assertIn("unknown, expired", self.bring(code=1, environment={"SAMARA_FIREBASE_TOKEN": "x"}))
        self.assertIn("nowhere.json", self.bring("--from-account", "nowhere.json", code=1))
        broken = self.folder / "broken.json"
        broken.write_text('{"private_key": "none"}')
        self.assertIn("broken.json", self.bring("--from-account", broken, code=1))

    def test_what_a_stub_sends(self):
        models = [
            {"name": "projects/default/models/1", "displayName": "changed", "modelHash": "0" * 64,
             "tfliteModel": {"gcsTfliteUri": "gs://b/good", "sizeBytes": str(len(MODEL))}},
            {"name": "projects/default/models/2", "displayName": "short",
             "tfliteModel": {"gcsTfliteUri": "gs://b/good", "sizeBytes": "5"}},
            *({"name": f"projects/default/models/{n}", "displayName": name,
               "tfliteModel": {"gcsTfliteUri": uri}}
              for n, (name, uri) in enumerate((("gone", "gs://b/no"), ("../x", "gs://b/good"),
                                               ("link", "file:///x"), ("moved", "gs://b/m"),
                                               ("fine", "gs://b/good")), 3))]
        result = self.bring(address=self.serve(stub(models)), code=1,
                            environment={"SAMARA_FIREBASE_TOKEN": "secret"})
        self.assertEqual(result.pop("fine"), "1.0.0")
        for name, text in (("changed", "not 000"), ("short", "not 5"), ("gone", "no such object"),
                           ("../x", "no name"), ("link", "gs://"), ("moved", "status 302")):
            self.assertIn("FAILED: ", result[name])
            self.assertIn(text, result[name], name)
        there = self.to.call("GET", "/v1/projects/default/models").json["models"]
        self.assertEqual([m["name"] for m in there], ["fine"])


def stub(models):
    """Firebase ML and Cloud Storage in few lines: pages of two, one object, one that moved elsewhere."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            path, _, query = self.path.partition("?")
            status, body, headers = 404, b'{"error": {"message": "no such object"}}', {}
            if self.headers["Authorization"] != "Bearer secret":
                status, body = 401, b"{}"
            elif path == "/v1beta2/projects/default/models":
                at = int(urllib.parse.parse_qs(query).get("pageToken", ["0"])[0])
                page = {"models": models[at:at + 2]}
                if at + 2 < len(models):
                    page["nextPageToken"] = str(at + 2)
                status, body = 200, json.dumps(page).encode()
            elif path == "/storage/v1/b/b/o/good" and query == "alt=media":
                status, body = 200, MODEL
            elif path == "/storage/v1/b/b/o/m":
                status, body, headers = 302, b"", {"Location": "http://127.0.0.1:1/"}
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


if __name__ == "__main__":
    run_tests()
