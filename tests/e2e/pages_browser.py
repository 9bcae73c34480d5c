"""The hub's pages in real Chromium: every button, refusals, roles, the keyboard alone."""

import io
import random
import re
import signal
import sqlite3
import sys
import zipfile

from hub import DIGITS, PROJECT, sha256
from pages_case import ALERT, TOKEN, USE, Case, button, input_of, main
from program import MODEL, OTHER, certificate, parsed, samara


class LoggingIn(Case):
    def test_with_a_token_that_no_script_can_read(self):
        browser = self.browser
        browser.open(self.url)
        browser.write(TOKEN, "smr_guess")
        browser.click(USE)
        self.told("unknown, expired or revoked", ALERT)
        browser.clear(TOKEN)
        browser.write(TOKEN, self.hub.token("device"))
        browser.click(USE)
        self.told("role viewer", ALERT)
        browser.clear(TOKEN)
        browser.write(TOKEN, f" {self.hub.admin} ")
        browser.click(USE)
        browser.one("//h1[.='Models of default']")
        [cookie] = browser.cookies()
        self.assertEqual((cookie["httpOnly"], cookie["sameSite"]), (True, "Strict"))
        self.assertEqual(browser.run("return document.cookie + localStorage.length"
                                     " + sessionStorage.length"), "00")
        browser.ask("POST", "/refresh")
        browser.one("//h1[.='Models of default']")  # still logged in
        self.press("Log out", within="//header")
        browser.one(TOKEN)
        self.assertEqual(browser.cookies(), [])
        browser.ask("POST", "/refresh")
        browser.one(TOKEN)

    def test_with_a_password_until_one_logs_out(self):
        self.hub.user("alice", ("/projects/default", "viewer"))
        browser = self.browser
        browser.open(self.url)
        for password, wanted in (("wrong horse", False), ("correct horse", True)):
            browser.clear("//input[@name='name']")
            browser.write("//input[@name='name']", "alice")
            browser.write("//input[@name='password']", password)
            browser.click(button("Log in"))
            if not wanted:
                self.told("password", ALERT)
                browser.clear("//input[@name='password']")
        browser.one("//h1[.='Models of default']")
        self.assertIn("alice", browser.text("//header"))
        [cookie] = browser.cookies()
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=cookie["value"]).status, 200)
        self.press("Log out", within="//header")
        browser.one(TOKEN)
        self.assertEqual(browser.cookies(), [])
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=cookie["value"]).status, 401)

    def test_over_tls_the_cookie_is_for_this_host_alone(self):
        paths = certificate(self.folder)
        hub = self.hub_in("safe", "--certificate", paths[0], "--key", paths[1])
        browser = self.browser
        browser.open(f"https://localhost:{hub.port}/")
        browser.write(TOKEN, hub.admin)
        browser.click(USE)
        browser.one("//h1[.='Models of default']")
        [cookie] = browser.cookies()
        self.assertEqual((cookie["name"], cookie["secure"], cookie["path"]), ("__Host-samara", True, "/"))

    def test_a_token_that_ends_meanwhile(self):
        self.hub.have()
        for how in ("expired", "revoked"):
            token = self.hub.token("publisher")
            self.log_in(token, "#/p/default/m/digits")
            self.browser.one("//h1[.='digits']")
            self.end(how)
            self.press("Unpublish", sure="Unpublish")
            self.told("expired or revoked", ALERT)
            self.assertTrue(self.hub.call("GET", DIGITS + "/versions/1.0.0").json["published"])
            self.browser.write(TOKEN, self.hub.admin)
            self.browser.click(USE)
            self.browser.one("//h1[.='digits']")  # where one was

    def end(self, how):
        newest = self.hub.call("GET", "/v1/projects/default/tokens").json["tokens"][-1]["id"]
        if how == "revoked":
            self.hub.call("DELETE", f"/v1/projects/default/tokens/{newest}")
            return
        with sqlite3.connect(self.folder / "hub/hub.sqlite") as database:
            database.execute("UPDATE tokens SET expires_at = 1 WHERE id = ?", (newest,))
        database.close()
        self.hub.call("POST", "/v1/projects", {"name": "any"})  # what it remembers is out of date

    def test_with_the_keyboard_alone(self):
        browser = self.browser
        self.hub.have()
        browser.ask("DELETE", "/cookie")
        browser.open(self.url)
        browser.one(TOKEN)
        self.tab_to("name", "token")
        for letter in self.hub.admin:
            browser.press(letter)
        browser.press("\ue007")  # Enter
        browser.one("//a[.='digits']")
        self.tab_to("textContent", "digits")
        browser.press("\ue007")
        browser.one("//h1[.='digits']")
        self.tab_to("textContent", "Unpublish")
        browser.press(" ")
        browser.one("//dialog")
        self.assertEqual(browser.run("return document.activeElement.textContent"), "Cancel")
        browser.press("\ue00c")  # Escape
        browser.wait(lambda: not browser.find("//dialog"), "the dialog to close")
        self.assertTrue(self.hub.call("GET", DIGITS + "/versions/1.0.0").json["published"])

    def tab_to(self, member, value):
        for _ in range(40):
            self.browser.press("\ue004")
            if self.browser.run("return document.activeElement[arguments[0]]", member) == value:
                return
        self.fail(f"Tab does not lead to {value}")


class Uploading(Case):
    def fill(self, **values):
        for label, value in values.items():
            where = input_of(label.replace("_", " "))
            if label == "Version":
                self.browser.clear(where)
            self.browser.write(where, value)

    def test_a_good_one_with_all_that_is_said_of_it(self):
        self.log_in()
        self.press_link("Upload the first one")
        self.assertFalse(self.browser.run("return document.querySelector('main form').checkValidity()"))
        self.browser.click("//summary[.='Only for some devices']")
        self.fill(Model_file=self.file(MODEL), Model="digits", Tags="int8 small", Labels="team=vision\na=b=c",
                  Notes="Zwei Ziffern äöü ✓", App="org.example.app", App_versions=">=2.0.0 <3.0.0",
                  Systems="android, linux", ABIs="arm64-v8a", Least_memory_in_MiB="64")
        self.picture("upload")
        self.press("Upload")
        self.browser.one("//h1[.='digits 1.0.0']")
        self.told("not published yet")
        found = self.hub.call("GET", DIGITS + "/versions/1.0.0").json
        self.assertEqual((found["sha256"], found["tags"], found["published"]),
                         (sha256(MODEL), ["int8", "small"], False))
        self.assertEqual((found["labels"], found["notes"]),
                         ({"team": "vision", "a": "b=c"}, "Zwei Ziffern äöü ✓"))
        self.assertEqual(found["target"], {"app": "org.example.app", "app_versions": ">=2.0.0 <3.0.0",
                                           "os": ["android", "linux"], "abi": ["arm64-v8a"],
                                           "least_memory": 64 << 20})
        self.report_is_shown(found)

    def press_link(self, text):
        self.browser.click(f"//main//a[.='{text}']")
        self.browser.one("//h1[.='Upload a version']")

    def report_is_shown(self, found):
        shown = self.browser.text("//main")
        for text in (found["sha256"], "team=vision", "Zwei Ziffern äöü ✓", "org.example.app", "64 MiB",
                     "android, linux", "Signature serving_default", "image", "int8", "[1, 32, 32, 3]",
                     "scale 0.00784314, zero point -1", "output_0", "CONV_2D", "DEPTHWISE_CONV_2D",
                     "Handwritten digits", "labels.txt", "12 operators"):
            self.assertIn(text, shown)
        self.picture("version")

    def test_published_and_promoted_at_once(self):
        self.log_in(self.hub.token("publisher"), "#/p/default/upload/digits")
        self.fill(Model_file=self.file(MODEL), Promote_to_channel="stable")
        self.press("Upload")
        self.told("channel stable stands for it")
        self.assertEqual(self.channel(), "1.0.0")
        self.go("#/p/default/upload/digits", "Upload a version")
        suggested = self.browser.ask("GET", f"/element/{self.browser.one(input_of('Version'))}"
                                            "/property/value")
        self.assertEqual(suggested, "1.1.0")
        self.fill(Model_file=self.file(OTHER), Promote_to_channel="stable")
        self.press("Upload")
        self.told("uploaded, but not released: callers of 1.0.0 would notice", ALERT)
        self.browser.one("//h1[.='digits 1.1.0']")
        self.assertEqual(self.channel(), "1.0.0")

    def test_what_is_broken_is_refused_with_the_reason(self):
        self.log_in(at="#/p/default/upload")
        self.fill(Model_file=self.file(MODEL[:3000]), Model="digits")
        self.press("Upload")
        self.told("The model is refused: is damaged or truncated", ALERT)
        self.picture("refused")
        self.assertEqual(self.hub.call("GET", DIGITS).status, 404)
        self.fill(Labels="nonsense")
        self.press("Upload")
        self.told('The label "nonsense" is not of the form', ALERT)
        self.browser.clear(input_of("Labels"))
        self.fill(Version="1.0")
        self.press("Upload")
        self.told("semantic version", ALERT)
        self.fill(Model_file=self.file(MODEL, "good.tflite"), Version="1.0.0")
        self.press("Upload")
        self.browser.one("//h1[.='digits 1.0.0']")

    def test_a_number_that_is_taken_costs_no_second_upload(self):
        self.hub.have()
        self.log_in(at="#/p/default/upload/digits")
        self.fill(Model_file=self.file(MODEL), Version="1.0.0")
        self.press("Upload")
        self.told("versions are never changed", ALERT)
        before = self.hub.call("GET", "/metrics").body.decode()
        self.fill(Version="1.0.1")
        self.press("Upload")
        self.browser.one("//h1[.='digits 1.0.1']")
        for line in before.splitlines():
            if "PATCH" in line and "requests_total" in line:
                self.assertIn(line, self.hub.call("GET", "/metrics").body.decode())

    def large(self):
        """A model that has 40 MiB in its archive of files."""
        content = io.BytesIO(MODEL)
        with zipfile.ZipFile(content, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr("more.bin", random.Random(1).randbytes(40 << 20))
        return content.getvalue()

    def throttle(self, rate):
        self.browser.control("Network.enable")
        self.browser.control("Network.emulateNetworkConditions", offline=False, latency=0,
                             downloadThroughput=-1, uploadThroughput=rate)

    def begin_slowly(self):
        """An upload that would take minutes, left as soon as the hub has some of it."""
        self.throttle(256 << 10)
        self.press("Upload")
        self.browser.wait(lambda: self.sent() > 1 << 20, "some of the upload")
        self.picture("progress")

    def sent(self):
        """How much the hub has of the one upload that there is."""
        return sum(file.stat().st_size for file in (self.folder / "hub").glob("**/uploads/*"))

    def received(self):
        text = self.hub.call("GET", "/metrics").body.decode()
        return int(re.search(r"samara_http_received_bytes_total (\d+)", text)[1])

    def test_a_large_one_goes_on_after_the_hub_was_killed(self):
        content = self.large()
        self.log_in(at="#/p/default/upload/digits")
        self.fill(Model_file=self.file(content))
        self.begin_slowly()
        self.hub.stop(signal.SIGKILL)
        self.throttle(-1)
        self.hub.start()
        self.browser.one("//h1[.='digits 1.0.0']")
        found = self.hub.call("GET", DIGITS + "/versions/1.0.0").json
        self.assertEqual((found["sha256"], found["size"]), (sha256(content), len(content)))
        self.assertLess(self.received(), len(content))

    def test_one_that_is_stopped_goes_on_later(self):
        content = self.large()
        self.log_in(at="#/p/default/upload/digits")
        self.fill(Model_file=self.file(content))
        self.begin_slowly()
        self.press("Stop")
        self.told("was stopped", ALERT)
        self.throttle(-1)
        self.press("Upload")
        self.browser.one("//h1[.='digits 1.0.0']")
        begun = [line for line in self.hub.call("GET", "/metrics").body.decode().splitlines()
                 if "POST /v1/projects/{project}/uploads" in line and "requests_total" in line]
        self.assertEqual([line.rsplit(" ", 1)[1] for line in begun], ["1"])


class Changing(Case):
    def test_a_models_way(self):
        self.hub.have()
        assert self.hub.add(MODEL.replace(b"MLIR Conv", b"MLIS Conv"), "1.1.0").status == 201
        self.log_in(at="#/p/default/m/digits")
        self.browser.one("//h1[.='digits']")
        self.press("Promote")
        self.told("Channel stable stands for 1.0.0.")
        self.assertEqual(self.channel(), "1.0.0")
        self.press("Publish", within="//tr[contains(., '1.1.0')]")
        self.told("Version 1.1.0 is published")
        self.press("Promote")  # the newest is chosen
        self.told("Channel stable stands for 1.1.0.")
        self.assertEqual(self.channel(), "1.1.0")
        self.picture("model")
        self.press("Unpublish", sure="Unpublish", within="//tr[contains(., '1.0.0')][contains(., 'KiB')]")
        self.told("rolled back", ALERT)
        self.press("Roll back to 1.0.0", sure="Cancel")
        self.assertEqual(self.channel(), "1.1.0")
        self.press("Roll back to 1.0.0", sure="Roll back")
        self.told("Channel stable stands for 1.0.0 again.")
        self.assertEqual(self.channel(), "1.0.0")
        self.pins()
        self.take_away()

    def pins(self):
        self.browser.write(input_of("Name of the pin"), "museum")
        self.press("Pin")
        self.told("Pin museum stands for 1.1.0.")
        self.assertEqual(self.hub.call("GET", DIGITS + "/aliases/museum").json["version"], "1.1.0")
        self.press("Remove", sure="Remove", within="//tr[contains(., 'museum')]")
        self.told("Pin museum is removed.")
        self.assertEqual(self.hub.call("GET", DIGITS + "/aliases/museum").status, 404)

    def take_away(self):
        self.press("Remove", sure="Remove", within="//tr[contains(., 'stable')]")
        self.told("Channel stable is removed.")
        self.assertIsNone(self.channel())
        self.press("Unpublish", sure="Unpublish", within="//tr[contains(., '1.1.0')]")
        self.told("Version 1.1.0 is not published any more.")
        self.press("Delete", sure="Delete", within="//tr[contains(., '1.1.0')]")
        self.told("Version 1.1.0 is deleted.")
        self.assertEqual(self.hub.call("GET", DIGITS + "/versions/1.1.0").status, 404)
        self.press("Unpublish", sure="Unpublish")
        self.told("Version 1.0.0 is not published any more.")
        self.press("Delete the model", sure="Delete")
        self.told("Model digits is deleted.")
        self.assertEqual(self.hub.call("GET", PROJECT + "/models").json["models"], [])
        self.go("#/p/default/audit", "Audit log of default")
        shown = self.browser.text("//main")
        for action in ("channel.promote", "channel.rollback", "version.publish", "version.unpublish",
                       "alias.set", "version.remove", "model.remove"):
            self.assertIn(action, shown)
        self.picture("audit")

    def test_what_callers_would_notice_is_not_published(self):
        self.hub.have()
        assert self.hub.add(OTHER, "1.1.0").status == 201
        self.log_in(at="#/p/default/m/digits/v/1.1.0")
        self.browser.one("//h1[.='digits 1.1.0']")
        self.press("Publish")
        self.told("input image: int8 [1,32,32,3] became image: float32", ALERT)
        self.told("Upload it as 2.0.0", ALERT)
        self.press("Close", within="//*[@id='notices']")
        self.assertEqual(self.browser.find(ALERT), [])

    def test_what_only_the_owners_key_may_do(self):
        """In a project that its owner signs for, the page says what the hub asks for."""
        self.hub.have(channel="stable")
        words = ["--output", self.folder / "1.root.json"]
        for name in ("root", "targets", "release"):
            assert samara("key", "new", self.folder / name, "--no-passphrase").returncode == 0
            words += [f"--{name}-key", self.folder / name]
        self.hub.call("DELETE", f"{DIGITS}/channels/stable")
        parsed(samara("hub", "trust", *words, "--json", environment=self.hub.variables()))
        self.log_in(at="#/p/default/m/digits")
        self.browser.one("//h1[.='digits']")
        self.press("Promote")
        self.told("takes a signature by the owner's key (--sign KEY)", ALERT)
        self.assertIsNone(self.channel())

    def test_a_hub_that_is_gone_for_a_while(self):
        self.hub.have()
        self.log_in(at="#/p/default/m/digits")
        self.browser.one("//h1[.='digits']")
        self.hub.stop()
        self.press("Promote")
        self.told("cannot be reached", ALERT)
        self.hub.start()
        self.press("Promote")
        self.told("Channel stable stands for 1.0.0.")

    def test_an_audit_log_of_many_entries(self):
        self.hub.have()
        for n in range(230):
            assert self.hub.call("PUT", f"{DIGITS}/aliases/a{n}", {"version": "1.0.0"}).status == 200
        self.log_in(at="#/p/default/audit")
        for rows in (100, 200):
            self.browser.wait(lambda rows=rows: len(self.browser.find("//tbody/tr")) == rows, f"{rows} rows")
            self.press("Older entries")
        self.browser.one("//td[contains(., 'project.make')]")
        self.assertNotIn("Older entries", self.browser.text("//main"))
        shown = self.browser.run("return [...document.querySelectorAll('td:nth-child(4)')].map("
                                 "(cell) => cell.textContent)")
        self.assertEqual([text for text in shown if text.startswith("digits a")],
                         [f"digits a{n}" for n in reversed(range(230))])

    def test_nothing_there(self):
        self.log_in()
        for where in ("#/p/default/m/none", "#/p/none", "#/p/default/m/none/v/1.0.0", "#/p/%2e%2e"):
            self.browser.run("location.hash = arguments[0]", where)
            self.browser.one("//h1[.='This cannot be shown']")
            self.told("no", ALERT)
        self.go("#/fly/me", "No such page")


class Roles(Case):
    def views(self):
        for where, heading in (("#/p/default", "Models of default"), ("#/p/default/m/digits", "digits"),
                               ("#/p/default/m/digits/v/1.0.0", "digits 1.0.0"),
                               ("#/p/default/m/digits/v/1.1.0", "digits 1.1.0")):
            self.go(where, heading)
            yield heading

    def rights(self):
        seen = set()
        for _ in self.views():
            seen.update(self.buttons())
        return seen

    def test_each_sees_what_it_may(self):
        self.hub.have(channel="stable")
        self.hub.have(MODEL.replace(b"MLIR Conv", b"MLIS Conv"), "1.1.0", "stable")
        assert self.hub.add(MODEL, "1.2.0").status == 201
        self.log_in(self.hub.token("viewer"))
        self.assertEqual(self.rights(), set())
        self.assertEqual(self.browser.find("//main//form | //main//a[contains(., 'Upload')]"), [])
        self.assertEqual(self.browser.text("//nav"), "Models")
        self.log_in(self.hub.token("publisher"))
        publisher = {"Promote", "Pin", "Roll back to 1.0.0", "Publish", "Unpublish"}
        self.assertEqual(self.rights(), publisher)
        self.assertEqual(self.browser.text("//nav").split(), ["Models", "Upload"])
        self.log_in(self.hub.token("admin"))
        self.assertEqual(self.rights(), publisher | {"Remove", "Delete"})
        self.assertEqual(self.browser.text("//nav").split(), ["Models", "Upload", "Access", "Audit", "log"])

    def test_a_user_has_a_role_in_each_project(self):
        self.hub.have()
        self.hub.call("POST", "/v1/projects", {"name": "other"})
        assert self.hub.add(MODEL, "1.0.0", project="other").status == 201
        token = self.hub.user("bob", ("/projects/default", "viewer"), ("/projects/other", "publisher"))
        self.log_in(token)
        self.browser.one("//h1[.='Projects']")
        self.assertNotIn("Audit", self.browser.text("//main"))
        self.go("#/p/default/m/digits", "digits")
        self.assertEqual(self.buttons(), [])
        self.assertEqual(self.browser.text("//nav"), "Models")
        self.go("#/p/other/m/digits", "digits")
        self.browser.one(button("Publish"))
        self.assertEqual(self.buttons(), ["Publish"])
        self.assertEqual(self.browser.text("//nav").split(), ["Models", "Upload"])
        self.press("Publish")
        self.told("Version 1.0.0 is published")
        self.browser.run("location.hash = '#/p/other/audit'")
        self.told("role admin", ALERT)

    def test_who_goes_where_it_may_not_is_told(self):
        self.log_in(self.hub.token("viewer"))
        self.browser.run("location.hash = '#/p/default/audit'")
        self.told("This takes the role admin; the token has viewer", ALERT)
        self.browser.run("location.hash = '#/p/default/upload'")
        self.browser.write(input_of("Model file"), self.file(MODEL))
        self.browser.write(input_of("Model"), "digits")
        self.press("Upload")
        self.told("This takes the role publisher", ALERT)

    def test_another_project(self):
        self.hub.call("POST", "/v1/projects", {"name": "other"})
        self.log_in(self.hub.token("admin"))
        self.browser.one("//h1[.='Models of default']")
        self.browser.run("location.hash = '#/p/other'")
        self.told("belongs to another project", ALERT)
        self.log_in()
        self.browser.one("//h1[.='Projects']")
        self.browser.click("//a[.='other']")
        self.browser.one("//h1[.='Models of other']")
        self.go("#/audit", "Audit log of the hub")
        self.assertIn("project.make", self.browser.text("//main"))


if __name__ == "__main__":
    sys.exit(main())
