"""Who calls Firebase's doors of a hub: a service account, and requests as the Admin SDKs send them. Links
and assertions are signed by the openssl program."""

import base64
import json
import shutil
import subprocess
import time
import unittest
import urllib.parse

from hub import HubCase, sha256
from program import MODEL, samara

API = "/v1beta2/projects/default"
UPLOADS = "/upload/storage/v1/b/models/o"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def coded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Account:
    """A service account, and what its key signs."""

    def __init__(self, hub, folder, name="ci", *options):
        file = folder / f"{name}.json"
        made = samara("hub", "firebase-account", name, "--output", file, *hub.flags(), *options)
        assert made.returncode == 0, made.stderr
        self.mode = file.stat().st_mode & 0o777
        self.json = json.loads(file.read_text())
        self.email = self.json["client_email"]
        self.key = folder / f"{name}.pem"
        self.key.write_text(self.json["private_key"])

    def sign(self, text):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(),
                              capture_output=True, check=True).stdout

    def assertion(self, **claims):
        now = int(time.time())
        claims = {"iss": self.email, "aud": self.json["token_uri"], "iat": now, "exp": now + 3600, **claims}
        text = coded(b'{"alg":"RS256","typ":"JWT"}') + "." + coded(json.dumps(claims).encode())
        return text + "." + coded(self.sign(text))

    def link(self, name, bucket="models", host="storage.googleapis.com", seconds=600, at=None, email=None):
        """A link of the fourth form, as google-cloud-storage signs it."""
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        scope = f"{date[:8]}/auto/storage/goog4_request"
        path = f"/{bucket}/{urllib.parse.quote(name, safe='/~')}"
        query = urllib.parse.urlencode(sorted({
            "X-Goog-Algorithm": "GOOG4-RSA-SHA256", "X-Goog-Credential": f"{email or self.email}/{scope}",
            "X-Goog-Date": date, "X-Goog-Expires": str(seconds), "X-Goog-SignedHeaders": "host"}.items()))
        request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        text = f"GOOG4-RSA-SHA256\n{date}\n{scope}\n{sha256(request.encode())}"
        return f"https://{host}{path}?{query}&X-Goog-Signature={self.sign(text).hex()}"

    def old_link(self, name, bucket="models", seconds=600):
        """A link of the second form, as Node's client still signs it."""
        until = int(time.time()) + seconds
        path = f"/{bucket}/{urllib.parse.quote(name)}"
        signature = base64.b64encode(self.sign(f"GET\n\n\n{until}\n{path}")).decode()
        query = urllib.parse.urlencode({"GoogleAccessId": self.email, "Expires": until,
                                        "Signature": signature})
        return f"https://storage.googleapis.com{path}?{query}"


@unittest.skipUnless(shutil.which("openssl"), "the openssl program is not installed here")
class Case(HubCase):
    def setUp(self):
        super().setUp()
        self.account = Account(self.hub, self.folder)
        self.token = self.ok(self.grant(self.account.assertion())).json["access_token"]

    def refused(self, answer, status, name, text=""):
        self.assertEqual(answer.status, status, answer.body)
        error = answer.json["error"]
        self.assertEqual((error["code"], error["status"]), (status, name), error)
        self.assertIn(text, error["message"])

    def grant(self, assertion, grant=GRANT):
        return self.hub.call("POST", "/token", urllib.parse.urlencode(
            {"grant_type": grant, "assertion": assertion}).encode(), token=None)

    def call(self, method, path, body=None, **options):
        return self.hub.call(method, path, body, token=self.token, **options)

    def upload(self, name, content, bucket="models", **more):
        body = (b"--frame\r\ncontent-type: application/json\r\n\r\n" +
                json.dumps({"name": name, **more}).encode() +
                b"\r\n--frame\r\ncontent-type: */*\r\n\r\n" + content + b"\r\n--frame--")
        return self.call("POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=multipart", body,
                         headers={"Content-Type": "multipart/related; boundary=frame"})

    def create(self, name="digits", content=MODEL, **more):
        self.ok(self.upload(name + ".tflite", content))
        link = self.account.link(name + ".tflite")
        return self.call("POST", API + "/models",
                         {"displayName": name, "tfliteModel": {"gcsTfliteUri": link}, **more})

    def number(self, answer):
        return self.ok(answer).json["response"]["name"].rsplit("/", 1)[1]

    def publish(self, number, published=True):
        return self.call("PATCH", f"{API}/models/{number}?updateMask=state.published",
                         {"state": {"published": published}})
