"""The hub as an OCI registry, over plain HTTP: pushes, pulls, what is attached, and what is refused."""

import base64
import json

from hub import HubCase, OnPostgres, sha256
from program import MODEL, OTHER, parsed, run_tests, samara

REPOSITORY = "/v2/default/digits"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TITLE = "org.opencontainers.image.title"
VERSION = "org.opencontainers.image.version"


def digest(content):
    return "sha256:" + sha256(content)


def descriptor(content, media_type="application/vnd.tflite", **annotations):
    return {"mediaType": media_type, "digest": digest(content), "size": len(content),
            **({"annotations": annotations} if annotations else {})}


def manifest(*layers, annotations=None, **more):
    document = {"schemaVersion": 2, "mediaType": MANIFEST,
                "config": descriptor(b"{}", "application/vnd.oci.empty.v1+json"),
                "layers": list(layers), **more}
    if annotations:
        document["annotations"] = annotations
    return json.dumps(document).encode()


class Case(HubCase):
    def call(self, method, path, body=None, status=200, headers=None, token="admin"):
        answer = self.hub.call(method, path if path.startswith("/v2") else REPOSITORY + path, body, token,
                               headers)
        self.assertEqual(answer.status, status, (path, answer.body))
        return answer

    def refused(self, status, code, text, *arguments, **more):
        error = self.call(*arguments, status=status, **more).json["errors"][0]
        self.assertEqual(error["code"], code, error)
        self.assertIn(text, error["message"])

    def blob(self, content):
        self.call("POST", f"/blobs/uploads/?digest={digest(content)}", content, 201)
        return content

    def put(self, reference, content, status=201, **headers):
        return self.call("PUT", f"/manifests/{reference}", content, status,
                         {"Content-Type": MANIFEST, **headers})

    def push(self, tag, content=MODEL, **annotations):
        pushed = manifest(descriptor(self.blob(content)), annotations=annotations)
        self.assertEqual(self.put(tag, pushed).headers["docker-content-digest"], digest(pushed))
        return pushed

    def bad_push(self, status, code, text, tag, content):
        self.refused(status, code, text, "PUT", f"/manifests/{tag}", content,
                     headers={"Content-Type": MANIFEST})


class Pushes(Case):
    def test_a_pushed_version_is_one_like_any_other(self):
        content = self.push("1.0.0", **{"org.opencontainers.image.description": "first",
                                        "org.opencontainers.image.licenses": "Apache-2.0"})
        version = self.hub.call("GET", "/v1/projects/default/models/digits/versions/1.0.0").json
        self.assertEqual((version["sha256"], version["notes"], version["published"]),
                         (sha256(MODEL), "first", False))
        self.assertEqual(version["labels"], {"licence": "Apache-2.0"})
        answer = self.call("GET", "/manifests/1.0.0")
        self.assertEqual(answer.body, content)
        self.assertEqual(answer.headers["content-type"], MANIFEST)
        self.assertEqual(self.call("GET", f"/manifests/{digest(content)}").body, content)
        self.assertEqual(self.call("HEAD", "/manifests/1.0.0").headers["content-length"],
                         str(len(content)))
        self.put("1.0.0", content)  # once more: nothing changes
        self.bad_push(409, "DENIED", "never changed", "1.0.0",
                      manifest(descriptor(self.blob(OTHER))))
        self.bad_push(409, "DENIED", "that of version 1.0.0", "1.1.0", content)

    def test_annotations_and_channels_publish(self):
        self.push("1.0.0", **{"org.samara.publish": "true"})
        self.push("beta", OTHER, **{VERSION: "2.0.0"})
        device = self.hub.token("device")
        for tag, content in (("1.0.0", MODEL), ("2.0.0", OTHER), ("beta", OTHER)):
            pulled = self.call("GET", f"/manifests/{tag}", token=device).json
            blob = self.call("GET", "/blobs/" + pulled["layers"][0]["digest"], token=device)
            self.assertEqual(blob.body, content)
            self.assertEqual(blob.headers["docker-content-digest"], digest(content))
        self.assertEqual(self.call("GET", "/tags/list").json,
                         {"name": "default/digits", "tags": ["1.0.0", "2.0.0", "beta"]})
        self.bad_push(400, "MANIFEST_INVALID", VERSION, "beta", manifest(descriptor(MODEL)))
        self.bad_push(400, "MANIFEST_INVALID", "the tag is 3.0.0", "3.0.0",
                      manifest(descriptor(MODEL), annotations={VERSION: "2.0.0"}))

    def test_a_device_has_what_is_published(self):
        content = self.push("1.0.0")
        device = self.hub.token("device")
        for path, code in ((f"/blobs/{digest(MODEL)}", "BLOB_UNKNOWN"),
                           ("/manifests/1.0.0", "MANIFEST_UNKNOWN"),
                           (f"/manifests/{digest(content)}", "MANIFEST_UNKNOWN")):
            self.refused(404, code, "no", "GET", path, token=device)
        self.assertEqual(self.call("GET", "/tags/list", token=device).json["tags"], [])
        self.hub.publish("1.0.0")
        self.call("GET", "/manifests/1.0.0", token=device)
        self.call("GET", f"/blobs/{digest(MODEL)}", token=device)
        self.refused(403, "DENIED", "publisher", "POST", "/blobs/uploads/", token=device)

    def test_unfit_models_are_refused_and_leave_nothing(self):
        broken = MODEL[:1000]
        self.bad_push(400, "MANIFEST_INVALID", "the model is refused", "1.0.0",
                      manifest(descriptor(self.blob(broken))))
        self.refused(404, "NAME_UNKNOWN", "no model", "GET", "/tags/list")

    def test_manifests_that_are_not_taken(self):
        self.blob(MODEL)
        self.bad_push(404, "MANIFEST_BLOB_UNKNOWN", "not pushed", "1.0.0",
                      manifest(descriptor(OTHER)))
        self.bad_push(400, "MANIFEST_INVALID", "bytes, not", "1.0.0",
                      manifest({**descriptor(MODEL), "size": 5}))
        self.bad_push(400, "MANIFEST_INVALID", "layers that are models", "1.0.0",
                      manifest(descriptor(MODEL, "application/octet-stream", **{TITLE: "a.bin"})))
        self.bad_push(400, "MANIFEST_INVALID", "digest", "1.0.0",
                      manifest({**descriptor(MODEL), "digest": "sha256:../../../etc/passwd"}))
        self.bad_push(400, "MANIFEST_INVALID", "digest", "sha256:" + "0" * 64,
                      manifest(descriptor(MODEL), annotations={VERSION: "1.0.0"}))
        self.bad_push(400, "MANIFEST_INVALID", "sha256:", "sha256:zz", manifest(descriptor(MODEL)))
        self.bad_push(400, "MANIFEST_INVALID", "schemaVersion", "1.0.0", b"{}")
        self.bad_push(400, "MANIFEST_INVALID", "", "1.0.0", b"\xff\x00")
        self.bad_push(413, "MANIFEST_INVALID", "at most 4194304", "1.0.0", b" " * (4 << 20) + b"{}")
        self.refused(400, "MANIFEST_INVALID", MANIFEST, "PUT", "/manifests/1.0.0", b"{}",
                     headers={"Content-Type": "application/vnd.oci.image.index.v1+json"})
        for name in ("..%2f..%2fetc", "..", "%00", "a/b"):
            answer = self.hub.call("PUT", f"/v2/default/{name}/manifests/1.0.0", b"{}",
                                   headers={"Content-Type": MANIFEST})
            self.assertEqual(answer.status, 404, name)
        self.assertEqual(self.hub.call("GET", "/v1/projects/default/models").json["models"], [])


class Imports(Case):
    """`samara hub import oci+http://`: from one project into another, as if that were another hub's."""

    def setUp(self):
        super().setUp()
        self.push("1.0.0", **{"org.samara.publish": "true"})
        self.hub.call("POST", "/v1/projects", {"name": "second"})
        self.registry = f"oci+{self.hub.address}/default/digits"

    def take(self, address, *more, password="device"):
        token = self.hub.token("device") if password == "device" else password
        return samara("hub", "import", address, "--version", "3.0.0", "--licence", "MIT", "--json", *more,
                      environment={**self.hub.variables(project="second"), "SAMARA_REGISTRY_PASSWORD": token})

    def test_a_model_is_taken(self):
        made = parsed(self.take(self.registry + ":1.0.0", "--sha256", sha256(MODEL)))
        self.assertEqual((made["model"], made["sha256"]), ("digits", sha256(MODEL)))
        self.assertEqual(made["labels"], {"licence": "MIT", "source": self.registry + ":1.0.0"})
        whole = self.call("GET", "/manifests/1.0.0").headers["docker-content-digest"]
        parsed(self.take(f"{self.registry}@{whole}", "--sha256", sha256(MODEL), "--model", "again"))

    def test_what_is_refused(self):
        subject = descriptor(self.call("GET", "/manifests/1.0.0").body, MANIFEST)
        self.put("bill", manifest(descriptor(self.blob(b"x"), "x/y"), subject=subject))
        known = ("--sha256", sha256(MODEL))
        for address, more, says, password in (
                (self.registry + ":1.0.0", (), "--sha256", "device"),
                (self.registry + ":1.0.0", ("--sha256", "0" * 64), sha256(MODEL), "device"),
                (self.registry + ":2.0.0", known, "answers 404", "device"),
                (self.registry + ":1.0.0", known, "SAMARA_REGISTRY_PASSWORD", ""),
                (self.registry + ":1.0.0", known, "answers 401", "smr_" + "0" * 64),
                (self.registry + ":bill", known, "layers that are models", "device"),
                (self.registry.replace("/default/digits", ""), known, "names no repository", "device")):
            done = self.take(address, *more, password=password)
            self.assertEqual(done.returncode, 1, address)
            self.assertIn(says, done.stderr)
        self.assertEqual(self.hub.call("GET", "/v1/projects/second/models").json["models"], [])


class Public(Case):
    public = True

    def test_everybody_pulls_what_is_published(self):
        self.ok(self.hub.add(MODEL, "1.0.0"), 201)
        self.call("GET", "/manifests/1.0.0", status=404, token=None)
        self.ok(self.hub.publish("1.0.0"))
        layer = self.call("GET", "/manifests/1.0.0", token=None).json["layers"][0]["digest"]
        self.assertEqual(self.call("GET", f"/blobs/{layer}", token=None).body, MODEL)
        self.call("POST", "/blobs/uploads/", status=401, token=None)


class Uploads(Case):
    def begin(self):
        answer = self.call("POST", "/blobs/uploads/", None, 202)
        self.assertEqual(answer.headers["range"], "0-0")
        return answer.headers["location"]

    def test_in_pieces(self):
        place, half = self.begin(), len(MODEL) // 2
        answer = self.call("PATCH", place, MODEL[:half], 202, {"Content-Range": f"0-{half - 1}"})
        self.assertEqual(answer.headers["range"], f"0-{half - 1}")
        self.refused(416, "BLOB_UPLOAD_INVALID", f"{half} bytes", "PATCH", place, b"xx",
                     headers={"Content-Range": "5-6"})
        for wrong in ("x", "5-", "9-8", "0-99", "bytes 0-1", "0-99999999999999999999"):
            self.refused(400, "BLOB_UPLOAD_INVALID", "Content-Range", "PATCH", place, b"xx",
                         headers={"Content-Range": wrong})
        answer = self.call("GET", place, status=204)
        self.assertEqual(answer.headers["range"], f"0-{half - 1}")
        self.refused(400, "DIGEST_INVALID", "SHA-256", "PUT", f"{place}?digest={digest(OTHER)}")
        self.refused(400, "BLOB_UPLOAD_INVALID", "no digest", "PUT", f"{place}?digest=md5:00")
        answer = self.call("PUT", f"{place}?digest={digest(MODEL)}", MODEL[half:], 201)
        self.assertEqual(answer.headers["location"], f"{REPOSITORY}/blobs/{digest(MODEL)}")
        self.refused(404, "BLOB_UPLOAD_UNKNOWN", "no such upload", "GET", place)
        self.assertEqual(self.call("GET", f"/blobs/{digest(MODEL)}").body, MODEL)
        part = self.call("GET", f"/blobs/{digest(MODEL)}", status=206, headers={"Range": "bytes=4-7"})
        self.assertEqual(part.body, b"TFL3")

    def test_whole_empty_and_given_up(self):
        self.blob(b"")
        self.assertEqual(self.call("GET", f"/blobs/{digest(b'')}").body, b"")
        self.refused(400, "DIGEST_INVALID", "SHA-256", "POST",
                     f"/blobs/uploads/?digest={digest(MODEL)}", b"other")
        self.refused(400, "BLOB_UPLOAD_INVALID", "bytes go with", "POST", "/blobs/uploads/", b"x")
        place = self.begin()
        self.call("DELETE", place, status=204)
        self.refused(404, "BLOB_UPLOAD_UNKNOWN", "no such upload", "PATCH", place, b"x")
        self.refused(404, "BLOB_UPLOAD_UNKNOWN", "no such upload", "PATCH",
                     "/blobs/uploads/..%2f..%2fhub.sqlite", b"x")

    def test_mounts_and_deletes(self):
        self.blob(MODEL)
        self.call("POST", f"/v2/default/other/blobs/uploads/?mount={digest(MODEL)}&from=default/digits",
                  None, 201)
        self.call("POST", f"/v2/default/other/blobs/uploads/?mount={digest(OTHER)}&from=default/digits",
                  None, 202)
        self.hub.call("POST", "/v1/projects", {"name": "second"})
        self.call("POST", f"/v2/second/a/blobs/uploads/?mount={digest(MODEL)}&from=default/digits",
                  None, 202)
        self.refused(404, "BLOB_UNKNOWN", "no such blob", "GET", f"/v2/second/a/blobs/{digest(MODEL)}")
        self.refused(400, "DIGEST_INVALID", "no digest", "GET", "/blobs/sha256:ABC")
        self.call("DELETE", f"/blobs/{digest(MODEL)}", status=202)
        self.refused(404, "BLOB_UNKNOWN", "no such blob", "GET", f"/blobs/{digest(MODEL)}")
        self.push("1.0.0")
        self.refused(409, "DENIED", "a manifest names", "DELETE", f"/blobs/{digest(MODEL)}")


class Pulls(Case):
    def setUp(self):
        super().setUp()
        self.hub.have(channel="stable", notes="by hand")

    def test_what_came_another_way(self):
        answer = self.call("GET", "/manifests/stable")
        self.assertEqual(answer.headers["docker-content-digest"], digest(answer.body))
        self.assertEqual(self.call("GET", "/manifests/1.0.0").body, answer.body)
        self.assertEqual(self.call("GET", f"/manifests/{digest(answer.body)}").body, answer.body)
        layer = answer.json["layers"][0]
        self.assertEqual(layer, descriptor(MODEL, **{TITLE: "digits.tflite"}))
        self.assertEqual(self.call("GET", "/blobs/" + answer.json["config"]["digest"]).body, b"{}")
        self.assertEqual(self.call("GET", "/manifests/stable", status=304,
                                   headers={"If-None-Match": answer.headers["etag"]}).body, b"")
        self.refused(404, "MANIFEST_UNKNOWN", "nightly", "GET", "/manifests/nightly")
        self.refused(404, "MANIFEST_UNKNOWN", "", "GET", "/manifests/" + digest(b""))
        self.refused(404, "MANIFEST_UNKNOWN", "no model", "GET", "/v2/default/none/manifests/1.0.0")

    def test_tags_come_in_pages(self):
        seen, place = [], "/tags/list?n=1"
        while place:
            answer = self.call("GET", place)
            seen += answer.json["tags"]
            place = answer.headers.get("link", "").partition(">")[0][1:]
        self.assertEqual(seen, ["1.0.0", "stable"])
        self.assertEqual(self.call("GET", "/tags/list?n=0").json["tags"], [])
        self.assertEqual(self.call("GET", "/tags/list?last=zzz").json["tags"], [])
        self.refused(400, "UNSUPPORTED", "'n'", "GET", "/tags/list?n=-1")

    def test_tokens_come_as_passwords_too(self):
        device = self.hub.token("device")

        def basic(password):
            return {"Authorization": "Basic " + base64.b64encode(b"any:" + password.encode()).decode()}
        self.assertEqual(self.call("GET", "/v2/", token=None, headers=basic(device)).json, {})
        self.call("GET", "/manifests/stable", token=None, headers=basic(device))
        answer = self.call("GET", "/manifests/stable", token=None, status=401)
        self.assertEqual(answer.headers["www-authenticate"], 'Basic realm="samara"')
        self.assertEqual(answer.json["errors"][0]["code"], "UNAUTHORIZED")
        for wrong in (basic("smr_" + "0" * 64), basic(""), {"Authorization": "Basic !!"},
                      {"Authorization": "Basic"}):
            self.call("GET", "/v2/", token=None, status=401, headers=wrong)
        # Browsers send passwords by themselves, wherever a page leads them: they count here alone.
        answer = self.hub.call("GET", "/v1/whoami", token=None, headers=basic(device))
        self.assertEqual(answer.status, 401)

    def test_attaching_listing_and_taking_away(self):
        subject = self.call("GET", "/manifests/1.0.0").body
        of = descriptor(subject, MANIFEST)
        self.assertEqual(self.call("GET", f"/referrers/{digest(subject)}").json["manifests"], [])
        signature, bill = self.blob(b"signature"), self.blob(b'{"bill": 1}')
        first = manifest(descriptor(signature, "x/y"), subject=of, artifactType="x/signature",
                         annotations={"by": "me"})
        answer = self.put(digest(first), first)
        self.assertEqual(answer.headers["oci-subject"], digest(subject))
        second = manifest(descriptor(bill, "x/z"), subject=of, artifactType="x/bill")
        self.put("bill", second)
        listed = self.call("GET", f"/referrers/{digest(subject)}")
        self.assertEqual(listed.headers["content-type"], "application/vnd.oci.image.index.v1+json")
        self.assertEqual([m["digest"] for m in listed.json["manifests"]], [digest(first), digest(second)])
        self.assertEqual(listed.json["manifests"][0]["annotations"], {"by": "me"})
        device = self.hub.token("device")
        listed = self.call("GET", f"/referrers/{digest(subject)}?artifactType=x/bill", token=device)
        self.assertEqual(listed.headers["oci-filters-applied"], "artifactType")
        self.assertEqual([m["digest"] for m in listed.json["manifests"]], [digest(second)])
        self.assertEqual(self.call("GET", "/manifests/bill", token=device).body, second)
        self.assertEqual(self.call("GET", f"/blobs/{digest(bill)}", token=device).body, bill)
        self.assertEqual(self.call("GET", "/tags/list").json["tags"], ["1.0.0", "bill", "stable"])
        self.bad_push(400, "MANIFEST_INVALID", "stands for a version", "stable", second)
        self.bad_push(404, "MANIFEST_BLOB_UNKNOWN", "subject", "x",
                      manifest(subject=descriptor(b"none", MANIFEST)))
        self.call("DELETE", f"/manifests/{digest(first)}", status=202)
        listed = self.call("GET", f"/referrers/{digest(subject)}").json["manifests"]
        self.assertEqual([m["digest"] for m in listed], [digest(second)])
        self.refused(400, "MANIFEST_INVALID", "no digest", "GET", "/referrers/sha256:..")

    def test_deletes(self):
        self.refused(409, "DENIED", "points at it", "DELETE", "/manifests/1.0.0")
        self.call("DELETE", "/manifests/stable", status=202)
        self.refused(409, "DENIED", "published", "DELETE", "/manifests/1.0.0")
        self.hub.call("POST", "/v1/projects/default/models/digits/versions/1.0.0/unpublish")
        self.call("DELETE", "/manifests/1.0.0", status=202)
        self.refused(404, "MANIFEST_UNKNOWN", "", "DELETE", "/manifests/1.0.0")
        answer = self.hub.call("DELETE", REPOSITORY + "/manifests/stable", token=self.hub.token("publisher"))
        self.assertEqual(answer.status, 403)

    def test_collecting_leaves_what_is_attached(self):
        subject = self.call("GET", "/manifests/1.0.0").body
        bill = manifest(descriptor(self.blob(b"bill"), "x/z"), subject=descriptor(subject, MANIFEST))
        self.put(digest(bill), bill)
        self.blob(b"named by nothing")
        for _ in range(2):  # first what was pushed is forgotten, then its bytes go
            answer = self.hub.call("POST", "/v1/collect", {"hours": 0})
            self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(self.call("GET", f"/blobs/{digest(b'bill')}").body, b"bill")
        self.refused(404, "BLOB_UNKNOWN", "", "GET", f"/blobs/{digest(b'named by nothing')}")


class PushesOnPostgres(OnPostgres, Pushes):
    pass


class PullsOnPostgres(OnPostgres, Pulls):
    pass


if __name__ == "__main__":
    run_tests()
