"""The hub's pages in real Chromium, as one uses them: logging in, going about, what is told there. Files
that have such tests end with sys.exit(main()), whose last line counts."""

import os
import pathlib
import sys
import unittest

from hub import DIGITS, HubCase
from program import Cases
from webdriver import Browser, missing

TOKEN, USE = "//input[@name='token']", "//button[.='Use the token']"
ALERT, STATUS = "//*[@role='alert']/p", "//*[@id='notices']//*[@role='status']/p"
PICTURES = os.environ.get("SAMARA_PICTURES")  # a folder for pictures of every view, for people


def input_of(label):
    return f"//*[@id=//label[.='{label}']/@for]"


def button(text):
    return f"//main//button[.='{text}']"


class Case(HubCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.url = self.hub.address + "/"
        self.browser.log()

    def log_in(self, token=None, at=""):
        browser = self.browser
        browser.ask("DELETE", "/cookie")
        browser.open("about:blank")
        browser.open(self.url + at)
        browser.write(TOKEN, token or self.hub.admin)
        browser.click(USE)
        browser.one("//button[.='Log out']")

    def go(self, where, heading):
        self.browser.run("location.hash = arguments[0]", where)
        self.browser.one(f"//h1[.='{heading}']")

    def press(self, text, *, sure=None, within="//main"):
        self.browser.click(f"{within}//button[.='{text}']")
        if sure:
            self.browser.click(f"//dialog//button[.='{sure}']")

    def told(self, text, where=STATUS):
        self.browser.wait(lambda: any(text in self.browser.ask("GET", f"/element/{e}/text")
                                      for e in self.browser.find(where)), f"'{text}' at {where}")

    def buttons(self):
        return self.browser.run("return [...document.querySelectorAll('main button')].map("
                                "b => b.textContent)")

    def channel(self, name="stable"):
        found = self.hub.call("GET", f"{DIGITS}/channels/{name}")
        return found.json["version"] if found.status == 200 else None

    def picture(self, name):
        if PICTURES:
            self.browser.picture(pathlib.Path(PICTURES) / f"{name}.png")


def main():
    if name := missing():
        print(f"{name} is not installed")
        return 77
    runner = unittest.TextTestRunner(verbosity=2, resultclass=Cases, stream=sys.stdout)
    result = unittest.main("__main__", exit=False, testRunner=runner).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed, 0 skipped")
    return 1 if bad or not result.testsRun else 0
