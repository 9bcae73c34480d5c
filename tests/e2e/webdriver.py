"""Chromium, driven by WebDriver (https://www.w3.org/TR/webdriver2/) over plain HTTP."""

import base64
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from hub import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Refused(AssertionError):
    """What the driver answers where it cannot do what it is asked."""


def missing():
    """The name of a program that is not here, or None."""
    return next((name for name in ("chromium", "chromedriver") if not shutil.which(name)), None)


class Browser:
    """One browser with a profile of its own, without a window."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="samara_browser_")
        self.port = free_port()
        # pylint: disable-next=consider-using-with
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.folder.name})
        self.session = ""
        try:
            self.wait(self.ready, "chromedriver to listen")
            self.session = "/session/" + self.ask("POST", "/session", self.wishes())["sessionId"]
        except BaseException:
            self.close()
            raise

    def wishes(self):
        arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", f"--user-data-dir={self.folder.name}/profile",
                     "--window-size=1200,900"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # which does not work for root
        return {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": True,  # tests make their own
            "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium")},
            "goog:loggingPrefs": {"browser": "ALL"}}}}

    def ready(self):
        try:
            return self.ask("GET", "/status")["ready"]
        except OSError:
            return False

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            link.request(method, self.path(path), json.dumps(body or {}) if method == "POST" else None)
            response = link.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            link.close()
        if response.status != 200:
            raise Refused(f"{value['error']}: {value['message']}")
        return value

    def path(self, path):
        return path if path.startswith(("/session", "/status")) else self.session + path

    def wait(self, condition, what, seconds=60):
        """Until the condition holds; what it gives back."""
        end = time.monotonic() + seconds
        while True:
            try:
                if got := condition():
                    return got
            except Refused as error:  # of a page that is being made anew
                if "stale" not in str(error) and "no such" not in str(error):
                    raise
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}")
            time.sleep(0.05)

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        return self.ask("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def find(self, xpath):
        found = self.ask("POST", "/elements", {"using": "xpath", "value": xpath})
        return [element[ELEMENT] for element in found]

    def one(self, xpath):
        """The first element of that path that is shown, once there is one."""
        def shown():
            return next((e for e in self.find(xpath) if self.ask("GET", f"/element/{e}/displayed")), None)
        return self.wait(shown, xpath)

    def text(self, xpath):
        return self.ask("GET", f"/element/{self.one(xpath)}/text")

    def click(self, xpath):
        self.ask("POST", f"/element/{self.one(xpath)}/click")

    def write(self, xpath, text):
        self.ask("POST", f"/element/{self.one(xpath)}/value", {"text": str(text)})

    def clear(self, xpath):
        self.ask("POST", f"/element/{self.one(xpath)}/clear")

    def press(self, key):
        """A key wherever the focus is; special ones as WebDriver codes them."""
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def control(self, command, **parameters):
        """A command of Chromium's own protocol."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def cookies(self):
        return self.ask("GET", "/cookie")

    def log(self):
        """What stands in the console since it was asked last."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]

    def picture(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))

    def close(self):
        if self.session:
            self.ask("DELETE", self.session)
        self.driver.terminate()
        self.driver.wait()
        self.folder.cleanup()
