"""hawkBit's device API over plain HTTP: polls, updates, feedback, being told to stop, and what is
refused. tests/e2e/swupdate_client.py does the same with swupdate."""

import hashlib
import json

from hub import DIGITS, HubCase, OnPostgres, sha256
from program import MODEL, OTHER, run_tests

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CHANNEL = DIGITS + "/channels/stable"
BASE = "/ddi/digits/stable/default/controller/v1/device-1"


def attach(hub, version, content, name="digits.swu"):
    """Attaches an update to a version, as `oras attach` does; the answer of the last call."""
    repository = "/v2/default/digits"

    def descriptor(data, media_type, **more):
        return {"mediaType": media_type, "digest": "sha256:" + sha256(data), "size": len(data), **more}
    for blob in (content, b"{}"):
        answer = hub.call("POST", f"{repository}/blobs/uploads/?digest=sha256:{sha256(blob)}", blob)
        assert answer.status == 201, answer.body
    subject = hub.call("GET", f"{repository}/manifests/{version}").body
    title = {"org.opencontainers.image.title": name}
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/vnd.swupdate",
        "config": descriptor(b"{}", "application/vnd.oci.empty.v1+json"),
        "layers": [descriptor(content, "application/octet-stream", annotations=title)],
        "subject": descriptor(subject, MANIFEST)}).encode()
    return hub.call("PUT", f"{repository}/manifests/sha256:{sha256(manifest)}", manifest,
                    headers={"Content-Type": MANIFEST})


def publish(hub, content, version, update=None):
    hub.have(content, version)
    if update:
        assert attach(hub, version, update).status == 201
    assert hub.promote(version).status == 200


class Devices(HubCase):
    def setUp(self):
        super().setUp()
        self.device = self.hub.token("device")

    def call(self, method, path, body=None, status=200, scheme="TargetToken", token=None, base=BASE):
        path = path.removeprefix(self.hub.address)
        answer = self.hub.call(method, path if path.startswith("/ddi") else base + path, body, None,
                               {"Authorization": f"{scheme} {token or self.device}"})
        self.assertEqual(answer.status, status, (path, answer.body))
        return answer

    def links(self, base=BASE):
        return {name: link["href"] for name, link in self.call("GET", "", base=base).json["_links"].items()
                if name != "configData"}

    def feedback(self, place, execution, finished="none", status=200):
        body = {"id": "7", "time": "20261121T100000", "status": {
            "execution": execution, "details": ["as it is"],
            "result": {"finished": finished, "progress": {"cnt": 1, "of": 2}}}}
        return self.call("POST", place + "/feedback", body, status)

    def test_an_update(self):
        publish(self.hub, MODEL, "1.0.0")
        self.assertEqual(self.links(), {}, "there is nothing to install yet")
        self.assertEqual(attach(self.hub, "1.0.0", b"an update").status, 201)
        polled = self.call("GET", "")
        self.assertEqual(polled.json["config"]["polling"]["sleep"], "00:05:00")
        again = self.hub.call("GET", BASE, token=None, headers={
            "Authorization": "GatewayToken " + self.device, "If-None-Match": polled.headers["etag"]})
        self.assertEqual(again.status, 304)
        place = self.links()["deploymentBase"]
        told = self.call("GET", place).json
        self.assertEqual(told["deployment"]["update"], "forced")
        chunk = told["deployment"]["chunks"][0]
        self.assertEqual((chunk["name"], chunk["version"]), ("digits", "1.0.0"))
        artifact = chunk["artifacts"][0]
        self.assertEqual(artifact["hashes"], {"sha1": hashlib.sha1(b"an update").hexdigest(),
                                              "sha256": sha256(b"an update")})
        self.assertEqual((artifact["filename"], artifact["size"]), ("digits.swu", 9))
        link = artifact["_links"]["download-http"]["href"]
        self.assertEqual(self.call("GET", link).body, b"an update")
        self.call("GET", link.replace("digits.swu", "other.swu"), status=404)
        self.feedback(place, "proceeding")
        self.assertEqual(self.links(), {"deploymentBase": place})
        self.feedback(place, "closed", "success")
        self.assertEqual(self.links(), {})
        self.assertEqual(set(self.links(BASE + "-b")), {"deploymentBase"}, "another device's is its own")
        log = self.hub.call("GET", "/v1/projects/default/audit").json["entries"]
        self.assertEqual((log[0]["action"], log[0]["subject"]), ("device.success", "device-1 digits stable"))
        self.call("PUT", "/configData", {"id": "", "status": {}, "data": {"board": "x"}})

    def test_failure_and_the_next_version(self):
        publish(self.hub, MODEL, "1.0.0", b"first")
        first = self.links()["deploymentBase"]
        self.feedback(first, "closed", "failure")
        self.assertEqual(self.links(), {})
        publish(self.hub, OTHER, "2.0.0", b"second")
        second = self.links()["deploymentBase"]
        self.assertNotEqual(first, second)
        self.call("GET", first, status=404)
        self.feedback(first, "closed", "success", 404)
        self.assertEqual(self.call("GET", second).json["deployment"]["chunks"][0]["version"], "2.0.0")
        self.hub.call("DELETE", CHANNEL)
        self.assertEqual(self.links(), {})

    def test_being_told_to_stop(self):
        publish(self.hub, MODEL, "1.0.0", b"first")
        self.feedback(self.links()["deploymentBase"], "download")
        publish(self.hub, OTHER, "2.0.0", b"second")
        stop = self.links()
        self.assertEqual(set(stop), {"cancelAction"})
        told = self.call("GET", stop["cancelAction"]).json
        self.assertEqual(told["cancelAction"]["stopId"], told["id"])
        self.feedback(stop["cancelAction"], "rejected")
        self.assertEqual(self.links(), stop, "it goes on")
        self.feedback(stop["cancelAction"], "closed", "success")
        self.assertEqual(set(self.links()), {"deploymentBase"})
        self.call("GET", stop["cancelAction"], status=404)
        self.feedback(stop["cancelAction"], "closed", "success", 404)

    def test_what_is_refused(self):
        publish(self.hub, MODEL, "1.0.0", b"first")
        place = self.links()["deploymentBase"]
        for execution, finished in (("perhaps", "none"), ("closed", "perhaps"), ("", "")):
            self.feedback(place, execution, finished, 400)
        for body in (b"", b"[]", b"{", {"id": 1}, {"status": 7}, {"status": {}, "other": 1}):
            self.call("POST", place + "/feedback", body, 400)
        self.call("PUT", "/configData", {"data": 7}, 400)
        self.call("PUT", "/configData", {}, 400)
        self.call("GET", "/deploymentBase/0", status=404)
        self.call("GET", "/deploymentBase/-1", status=404)
        self.call("GET", "/deploymentBase/99999999999999999999", status=404)
        self.call("GET", "", base=BASE.replace("device-1", "..%2fx"), status=404)
        self.assertEqual(self.links(BASE.replace("digits", "none")), {})
        self.assertEqual(self.links(BASE.replace("stable", "none")), {})
        for scheme, token in (("TargetToken", "smr_" + "0" * 64), ("TargetToken", "x"), ("Other", None)):
            self.call("GET", "", status=401, scheme=scheme, token=token)
        answer = self.hub.call("GET", "/v1/whoami", token=None,
                               headers={"Authorization": "TargetToken " + self.device})
        self.assertEqual(answer.status, 401, "elsewhere it is no way to send one")
        self.hub.call("POST", "/v1/projects", {"name": "other"})
        self.call("GET", "", status=403, token=self.hub.token("device", "other"))
        self.assertEqual(self.links()["deploymentBase"], place)

    def test_names_of_updates_that_lead_elsewhere_are_not_offered(self):
        publish(self.hub, MODEL, "1.0.0")
        for name in ("../../etc/x.swu", ".swu", "a/b.swu", "-rf.swu", "a.bin", "a b.swu"):
            self.assertEqual(attach(self.hub, "1.0.0", b"x", name).status, 201)
        self.assertEqual(self.links(), {})


class DevicesOnPostgres(OnPostgres, Devices):
    pass


if __name__ == "__main__":
    run_tests()
