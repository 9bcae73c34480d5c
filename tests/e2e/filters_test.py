"""Versions that are for certain devices, where clients ask that say little of themselves: Firebase's
downloaders and hawkBit's; and tokens of one device."""

from ddi_test import BASE, CHANNEL, attach
from hub import HubCase, OnPostgres, sha256
from program import MODEL, OTHER, parsed, run_tests, samara

DOWNLOAD = "/v1beta2/projects/default/models/digits:download"


class Case(HubCase):
    def setUp(self):
        super().setUp()
        self.device = self.hub.token("device")


class Downloaders(Case):
    def ask(self, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.hub.call("GET", DOWNLOAD, token=None, headers={"x-goog-api-key": self.device, **sent})

    def holds(self, content, **headers):
        answer = self.ask(**headers)
        self.assertEqual((answer.status, answer.headers.get("etag")), (200, sha256(content)), answer.body)

    def test_an_app_gets_what_is_for_it(self):
        self.hub.have(MODEL, "1.0.0", "stable")
        self.hub.have(OTHER, "2.0.0", "stable", target={"app": "camera", "os": ["android"]})
        for _ in range(2):  # the second time from what the hub remembers
            self.holds(OTHER, X_Android_Package="camera")
            self.holds(MODEL, X_Android_Package="other")
            self.holds(MODEL, X_Ios_Bundle_Identifier="camera")
            self.holds(MODEL)
        same = self.ask(X_Android_Package="other", If_None_Match=sha256(MODEL))
        self.assertEqual(same.status, 304)

    def test_what_cannot_be_known_is_not_given(self):
        self.hub.have(MODEL, "1.0.0", "stable", target={"least_memory": 1 << 30})
        self.refused(self.ask(X_Android_Package="camera"), 404, "bytes of memory")
        # A later version is for everyone, but what the channel stands for comes first.
        self.hub.have(OTHER, "3.0.0")
        self.assertEqual(self.ask().status, 404)


class Devices(Case):
    def call(self, method="GET", path=BASE, token=None, body=None):
        return self.hub.call(method, path, body, None,
                             {"Authorization": "TargetToken " + (token or self.device)})

    def test_a_version_for_some_is_not_offered_to_all(self):
        self.hub.have(MODEL, "1.0.0", "stable", target={"abi": ["arm64"]})
        self.assertEqual(attach(self.hub, "1.0.0", b"an update").status, 201)
        self.assertEqual(set(self.call().json["_links"]), {"configData"})
        self.hub.have(OTHER, "2.0.0", "stable")
        self.assertEqual(attach(self.hub, "2.0.0", b"another").status, 201)
        self.assertIn("deploymentBase", self.call().json["_links"])

    def test_a_token_of_one_device(self):
        words = self.hub.flags()
        made = samara("hub", "token", "make", "board", "--device", "device-1", *words)
        self.assertEqual(made.returncode, 0, made.stderr)
        token = made.stdout.strip()
        self.hub.have(MODEL, "1.0.0", "stable")
        self.assertEqual(attach(self.hub, "1.0.0", b"an update").status, 201)
        place = self.call(token=token).json["_links"]["deploymentBase"]["href"]
        self.assertEqual(self.call(path=BASE[:-1] + "2", token=token).status, 403)
        report = place[place.index("/ddi"):].split("?")[0] + "/feedback"
        body = {"status": {"execution": "closed", "result": {"finished": "success"}}}
        self.assertEqual(self.call("POST", report.replace("device-1", "device-2"), token, body).status, 403)
        self.assertEqual(self.call("POST", report, token, body).status, 200)
        self.assertEqual(self.hub.call("GET", CHANNEL, token=token).status, 200)
        shown = parsed(samara("hub", "token", "ls", "--json", *words))["tokens"]
        self.assertEqual([t["device"] for t in shown if t["name"] == "board"], ["device-1"])


class DownloadersOnPostgres(OnPostgres, Downloaders):
    pass


class DevicesOnPostgres(OnPostgres, Devices):
    pass


if __name__ == "__main__":
    run_tests()
