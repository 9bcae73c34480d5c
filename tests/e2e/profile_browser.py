"""The page of `samara profile` in Chromium: complete, drawn without a word in the console, deaf to what a
model's names say, and readable. SAMARA_PICTURES names a folder for pictures of it."""

import os
import pathlib
import sys

import webdriver
from profile_test import HOSTILE, badly_named
from program import InFolder, run_tests, samara

HEADINGS = ["Time by operator", "Slowest nodes", "One run, in order", "Memory plan",
            "The graph, coloured by time", "Before the first run"]


class ProfilePage(InFolder):
    def setUp(self):
        super().setUp()
        self.browser = webdriver.Browser()
        self.addCleanup(self.browser.close)

    def show(self, model, name):
        page = self.path(name + ".html")
        result = samara("profile", model, "--runs=5", "--warmup=1", "--threads=2", "--html", page)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.browser.open(page.as_uri())
        self.assertEqual(self.browser.log(), [])
        if where := os.environ.get("SAMARA_PICTURES"):
            picture = self.browser.control("Page.captureScreenshot", captureBeyondViewport=True)
            pathlib.Path(where, name + ".png").write_bytes(webdriver.base64.b64decode(picture["data"]))

    def test_everything_is_drawn_from_the_file_alone(self):
        self.show(self.file(badly_named()), "digits")
        run = self.browser.run
        self.assertEqual(run("return [...document.querySelectorAll('h2')].map(h => h.textContent)"), HEADINGS)
        self.assertEqual(run("return performance.getEntriesByType('resource').length"), 0)
        self.assertEqual(run("return document.images.length + document.scripts.length"), 2)
        self.assertEqual(run("return document.querySelectorAll('#graph rect').length"), 12)
        self.assertIn(HOSTILE.decode(), run("return document.getElementById('page').textContent"))
        self.assertGreater(run("return document.querySelectorAll('#timeline rect').length"), 11)
        self.browser.click("//button[text()='16×']")
        self.assertGreater(run("return document.querySelector('#timeline svg').clientWidth"), 16_000)
        self.browser.click("//summary")
        self.assertEqual(run("return document.querySelectorAll('details tbody tr').length"), 12)
        self.assertEqual(self.browser.log(), [])

    def test_what_it_says_can_be_read(self):
        self.show(self.file(badly_named()), "digits_read")
        # Labels within their boxes; nothing wider than the window but what scrolls in its own.
        self.assertEqual(self.browser.run("""
            const out = [];
            for (const g of document.querySelectorAll('#graph g')) {
              const box = g.querySelector('rect').getBBox();
              for (const text of g.querySelectorAll('text')) {
                const line = text.getBBox();
                if (line.x < box.x || line.x + line.width > box.x + box.width) out.push(text.textContent);
              }
            }
            return out;"""), [])
        self.assertTrue(self.browser.run(
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    def test_models_of_the_zoo(self):
        zoo = pathlib.Path("build/data/zoo")
        models = [zoo / f"{name}.tflite" for name in ("mobilenet_v3_large_int8", "mobilebert_dr",
                                                      "lstm_while_f32")]
        if not all(model.exists() for model in models):
            self.skipTest("the zoo is not here")
        for model in models:
            self.show(model, model.stem)
            self.assertEqual(self.browser.run(
                "return [...document.querySelectorAll('h2')].filter(h => !h.textContent.startsWith('Memory'))"
                ".map(h => h.textContent)"), [h for h in HEADINGS if not h.startswith("Memory")])


if __name__ == "__main__":
    if webdriver.missing():
        print(f"{webdriver.missing()} is not installed here")
        sys.exit(77)
    run_tests()
