"""The hub's pages in real Chromium: tokens, members and users, and who does not see them."""

import sys

from hub import PROJECT
from pages_case import ALERT, STATUS, Case, button, input_of, main


class Access(Case):
    def fill(self, label, text):
        self.browser.clear(input_of(label))
        self.browser.write(input_of(label), text)

    def choose(self, label, value):
        self.browser.click(f"{input_of(label)}/option[.='{value}']")

    def test_tokens(self):
        self.log_in(at="#/p/default/access")
        self.browser.one("//h1[.='Access to default']")
        self.fill("Name of the token", "ci")
        self.choose("Role of the token", "publisher")
        self.fill("Days", "7")
        self.browser.click(button("Make"))
        self.told("shown this once")
        told = self.browser.text(STATUS)
        secret = next(word for word in told.split() if word.startswith("smr_"))
        who = self.ok(self.hub.call("GET", "/v1/whoami", token=secret)).json
        self.assertEqual((who["name"], who["role"]), ("ci", "publisher"))
        self.browser.one("//td//strong[.='ci']")
        self.picture("access")
        self.press("Revoke", sure="Revoke")
        self.told("ci is revoked")
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=secret).status, 401)
        self.assertEqual(self.browser.find("//td//strong[.='ci']"), [])

    def test_users_and_members(self):
        self.log_in(at="#/users")
        self.browser.one("//h1[.='Users']")
        for told, where in (("alice can log in now", STATUS), ("alice", ALERT)):
            self.fill("Name of the user", "alice")
            self.fill("Password", "correct horse")
            self.browser.click(button("Add"))
            self.told(told, where)
            self.browser.one("//td//strong[.='alice']")
        self.go("#/p/default/access", "Access to default")
        self.fill("User", "nobody")
        self.browser.click(button("Give"))
        self.told("nobody", ALERT)
        self.fill("User", "alice")
        self.choose("Role of the user", "publisher")
        self.browser.click(button("Give"))
        self.told("alice is publisher in default")
        session = self.hub.log_in("alice")
        self.ok(self.hub.call("GET", PROJECT + "/models", token=session))
        self.press("Remove", sure="Remove")
        self.told("no role in default")
        self.assertEqual(self.hub.call("GET", PROJECT + "/models", token=session).status, 403)
        self.go("#/users", "Users")
        self.press("Disable", sure="Disable")
        self.told("alice is disabled")
        self.assertEqual(self.hub.call("GET", "/v1/whoami", token=session).status, 401)
        self.press("Let in")
        self.told("may log in again")
        self.hub.log_in("alice")

    def test_who_may_not_does_not_see_them(self):
        self.log_in(self.hub.token("publisher"), "#/p/default")
        self.browser.one("//nav//a[.='Upload']")
        self.assertEqual(self.browser.find("//nav//a[.='Access' or .='Users']"), [])
        self.browser.run("location.hash = '#/p/default/access'")
        self.told("role admin", ALERT)
        self.log_in(at="#/p/default")
        self.browser.one("//nav//a[.='Access']")
        self.browser.one("//nav//a[.='Users']")


if __name__ == "__main__":
    sys.exit(main())
