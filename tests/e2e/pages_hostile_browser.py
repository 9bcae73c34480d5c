"""The hub's pages in real Chromium: hostile text and other origins; names, contrast, themes, a narrow
screen."""

import http.server
import sys

from hub import DIGITS
from pages_case import Case, main
from program import MODEL
from webdriver import Refused


class Hostile(Case):
    EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"

    def test_text_stays_text(self):
        content = MODEL.replace(b"MLIR Converted.", b"<b>a</b><i>x</i")
        wanted = b"Tells which handwritten digit a picture shows (full int8)."
        evil = b"<img src=x onerror=document.title='owned'>"
        self.assertIn(wanted, content)
        content = content.replace(wanted, evil.ljust(len(wanted)))
        self.hub.have(content, notes=self.EVIL + "\n</main>", tags=["t"],
                  labels={"a": self.EVIL, "b": "javascript:alert(1)"}, target={"app": self.EVIL})
        self.log_in()
        for where, heading in (("#/p/default/m/digits", "digits"),
                               ("#/p/default/m/digits/v/1.0.0", "digits 1.0.0")):
            self.go(where, heading)
            self.assertIn(self.EVIL, self.browser.text("//main"))
            self.assertEqual(self.browser.find("//main//img | //main//script | //main//b | //main//i"), [])
            self.assertNotIn("owned", self.browser.run("return document.title"))
        self.assertIn(evil.decode(), self.browser.text("//main"))
        self.assertEqual([line for line in self.browser.log() if "Content Security" in line
                          or "TrustedHTML" in line], [])

    def test_the_headers_would_stop_it_anyway(self):
        self.log_in()
        with self.assertRaisesRegex(Refused, "TrustedHTML"):
            self.browser.run("document.body.innerHTML = '<b>owned</b>'")
        for script in ("document.createElement('script').src = 'data:,1'",
                       "document.createElement('script').text = 'owned()'",
                       "document.body.setAttribute('onclick', 'owned()')"):
            with self.assertRaises(Refused):
                self.browser.run(script)
        self.browser.run("const i = document.createElement('img'); i.src = 'http://127.0.0.1:1/x';"
                         "document.body.append(i)")
        self.browser.wait(lambda: any("img-src" in line for line in self.browser.log()),
                          "the policy to be told")

    def test_a_page_of_another_origin(self):
        """On another port of this host, which counts as the same site: the cookie does come along."""
        self.hub.have()
        self.log_in()
        answers = self.elsewhere("""
          const hub = arguments[0], done = arguments[arguments.length - 1];
          const ask = (path, options) => fetch(hub + path, {credentials: 'include', ...options})
            .then((answer) => `${answer.type} ${answer.status}`, (error) => error.name);
          const frame = document.createElement('iframe');
          frame.src = hub;
          document.body.append(frame);
          Promise.all([
            ask('v1/whoami'),
            ask('v1/whoami', {headers: {'X-Samara-Page': '1'}}),
            ask('v1/projects/default/models/digits/versions/1.0.0/unpublish',
                {method: 'POST', mode: 'no-cors'}),
            ask('v1/projects/default/models/digits/versions/1.0.0/unpublish',
                {method: 'POST', headers: {'X-Samara-Page': '1'}}),
            new Promise((loaded) => frame.addEventListener('load', () => {
              try { loaded(frame.contentDocument ? 'readable' : 'shut'); } catch { loaded('shut'); }
            })),
          ]).then(done);""")
        self.assertEqual(answers, ["TypeError", "TypeError", "opaque 0", "TypeError", "shut"])
        self.assertTrue(self.hub.call("GET", DIGITS + "/versions/1.0.0").json["published"])
        self.assertTrue(any("frame-ancestors" in line for line in self.browser.log()))

    def elsewhere(self, script):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>evil</title>")

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.browser.open(self.serve(Page))
        return self.browser.run_async(script, self.url)


# The contrast of every text with what lies behind it (WCAG 2.2, 1.4.3), in a script of the test.
CONTRAST = """
  const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(color)) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const out = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !node.checkVisibility() || node.disabled) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) out.push(`${node.tagName} ${node.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return out;"""

# What assistive technology needs to know.
NAMES = """
  const out = [];
  for (const input of document.querySelectorAll('input, select, textarea'))
    if (!input.labels?.length) out.push(`no label: ${input.outerHTML.slice(0, 80)}`);
  for (const node of document.querySelectorAll('button, a'))
    if (!node.textContent.trim()) out.push(`no name: ${node.outerHTML.slice(0, 80)}`);
  for (const image of document.querySelectorAll('img:not([alt])')) out.push(`no alt: ${image.src}`);
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) out.push(`id twice: ${id}`);
  if (document.querySelectorAll('h1').length !== 1) out.push('not one h1');
  if (!document.documentElement.lang) out.push('no language');
  return out;"""


class ForEveryone(Case):
    VIEWS = (("#/p/default", "Models of default"), ("#/p/default/m/digits", "digits"),
             ("#/p/default/m/digits/v/1.0.0", "digits 1.0.0"),
             ("#/p/default/upload", "Upload a version"), ("#/p/default/audit", "Audit log of default"))

    def setUp(self):
        super().setUp()
        self.hub.have(channel="stable", tags=["int8", "x" * 60], notes="n" * 500,
                      labels={"l" * 60: "v" * 300})
        self.hub.have(MODEL.replace(b"MLIR Conv", b"MLIS Conv"), "1.1.0", "stable")
        self.hub.call("PUT", DIGITS + "/aliases/" + "m" * 60, {"version": "1.0.0"})

    def each_view(self):
        self.log_in()
        for where, heading in self.VIEWS:
            self.go(where, heading)
            yield heading

    def test_names_labels_and_contrast(self):
        for theme in ("light", "dark"):
            self.browser.control("Emulation.setEmulatedMedia",
                                 features=[{"name": "prefers-color-scheme", "value": theme}])
            for heading in self.each_view():
                self.assertEqual(self.browser.run(NAMES), [], heading)
                self.assertEqual(self.browser.run(CONTRAST), [], f"{heading}, {theme}")
                wide = self.browser.run("return document.documentElement.scrollWidth - innerWidth")
                self.assertLessEqual(wide, 0, heading)
                self.picture(f"{theme} {heading}")
            ground = self.browser.run("return getComputedStyle(document.body).backgroundColor")
            self.assertEqual(ground == "rgb(255, 255, 255)", theme == "light")
        self.browser.control("Emulation.setEmulatedMedia", features=[])

    def test_a_phone(self):
        self.browser.control("Emulation.setDeviceMetricsOverride", width=360, height=740,
                             deviceScaleFactor=1, mobile=True)
        try:
            for heading in self.each_view():
                wide = self.browser.run("return [document.documentElement.scrollWidth, innerWidth]")
                self.assertEqual(wide, [360, 360], heading)
                self.picture(f"phone {heading}")
            self.press_roll_back()
        finally:
            self.browser.control("Emulation.clearDeviceMetricsOverride")

    def press_roll_back(self):
        self.go("#/p/default/m/digits", "digits")
        self.press("Roll back to 1.0.0", sure="Roll back")
        self.told("stands for 1.0.0 again")


if __name__ == "__main__":
    sys.exit(main())
