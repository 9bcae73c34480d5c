"""The hub's pages without a browser: what is served, with which headers, and what the cookie is good
for. tests/e2e/pages_browser.py presses their buttons."""

import re

from hub import HubCase
from program import run_tests

PAGE = {"X-Samara-Page": "1"}
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
         "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


class Case(HubCase):
    def get(self, path, status=200, **options):
        answer = self.hub.call("GET", path, token=None, **options)
        self.assertEqual(answer.status, status, path)
        return answer


class Served(Case):
    def files(self):
        """Every file that the pages name, by the browser's rules."""
        found, open_ends = {}, ["/"]
        while open_ends:
            path = open_ends.pop()
            if path in found:
                continue
            found[path] = self.get(path)
            text = found[path].body.decode()
            open_ends += re.findall(r'(?:src|href)="(/[^"#]*)"', text)
            open_ends += ["/ui/" + name for name in re.findall(r"from '\./([^']+)'", text)]
        return found

    def test_every_file_with_its_type_and_the_headers_that_shut_it_in(self):
        found = self.files()
        self.assertGreater(len(found), 12)
        for path, answer in found.items():
            kind = "html" if path == "/" else path.rsplit(".", 1)[1]
            self.assertEqual(answer.headers["content-type"], TYPES[kind], path)
            policy = dict(part.strip().split(" ", 1)
                          for part in answer.headers["content-security-policy"].split(";"))
            self.assertEqual(policy["default-src"], "'none'")
            self.assertEqual(policy["frame-ancestors"], "'none'")
            self.assertEqual(policy["require-trusted-types-for"], "'script'")
            for name in ("script-src", "style-src", "img-src", "connect-src"):
                self.assertEqual(policy[name], "'self'", path)
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
            self.assertEqual(answer.headers["x-frame-options"], "DENY")
            self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
            self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_nothing_within_markup_and_nothing_from_elsewhere(self):
        for path, answer in self.files().items():
            text = answer.body.decode().replace("http://www.w3.org/2000/svg", "")
            self.assertNotRegex(text, r"https?://", path)
            self.assertNotRegex(text, r"\b(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(", path)
            if path == "/":
                self.assertNotRegex(text, r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)")

    def test_what_one_has_is_not_sent_again(self):
        for path in ("/", "/ui/app.js"):
            answer = self.get(path)
            tag = answer.headers["etag"]
            same = self.get(path, 304, headers={"If-None-Match": tag})
            self.assertEqual((same.body, same.headers["etag"]), (b"", tag))
            other = self.get(path, headers={"If-None-Match": '"other"'})
            self.assertEqual(other.body, answer.body)
            head = self.hub.call("HEAD", path, token=None)
            self.assertEqual((head.status, head.body, head.headers["etag"]), (200, b"", tag))

    def test_what_is_not_there(self):
        for path in ("/ui/none.js", "/ui/", "/ui/app.js/", "/ui/..%2fapp.js", "/ui/%2e%2e", "/index.html",
                     "/ui/app.js%00"):
            self.get(path, 404)
        wrong = self.hub.call("POST", "/", {}, token=None)
        self.assertEqual((wrong.status, wrong.headers["allow"]), (405, "GET"))


class Cookie(Case):
    def log_in(self, token, **headers):
        return self.hub.call("POST", "/v1/cookie", token=token, headers=headers)

    def ask(self, cookie, headers=None, path="/v1/whoami"):
        sent = {"Cookie": cookie, **(PAGE if headers is None else headers)}
        return self.hub.call("GET", path, token=None, headers=sent)

    def test_only_who_has_a_token_gets_one(self):
        self.assertEqual(self.log_in(None).status, 401)
        self.assertEqual(self.log_in("smr_guess").status, 401)
        told = self.log_in(self.hub.token("device"))
        self.assertEqual((told.status, told.headers.get("set-cookie")), (403, None))
        self.assertIn("viewer", told.message)
        viewer = self.hub.token("viewer")
        given = self.log_in(viewer)
        self.assertEqual(given.status, 204)
        self.assertEqual(given.headers["set-cookie"],
                         f"samara={viewer}; Path=/; HttpOnly; SameSite=Strict")
        # By its cookie alone nobody gets another.
        again = self.hub.call("POST", "/v1/cookie", token=None,
                              headers={"Cookie": f"samara={viewer}", **PAGE})
        self.assertEqual((again.status, again.headers.get("set-cookie")), (400, None))

    def test_it_counts_only_with_the_header_of_our_pages(self):
        viewer = self.hub.token("viewer")
        self.assertEqual(self.ask(f"samara={viewer}").json["role"], "viewer")
        self.assertEqual(self.ask(f"a=b; samara={viewer}; c=d").json["role"], "viewer")
        self.assertEqual(self.ask(f"samara={viewer}", {}).status, 401)
        for cookie in (f"xsamara={viewer}", f"samaras={viewer}", "samara=", "samara", ";;= ;", viewer,
                       f"__Host-samara={viewer}", "samara=smr_guess", f"samara={viewer}x"):
            self.assertEqual(self.ask(cookie).status, 401, cookie)

    def test_others_pages_cannot_use_it(self):
        """What a browser sends for a page of another origin: no header of ours, or a question before."""
        cookie = {"Cookie": f"samara={self.hub.admin}"}
        for method, path, body in (("POST", "/v1/projects", {"name": "mine"}),
                                   ("DELETE", "/v1/projects/default/models/digits", None)):
            self.assertEqual(self.hub.call(method, path, body, None, cookie).status, 401)
        asked = self.hub.call("OPTIONS", "/v1/projects", token=None, headers={
            **cookie, "Origin": "http://evil.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-samara-page"})
        self.assertEqual(asked.status, 405)
        self.assertFalse([name for name in asked.headers if name.startswith("access-control")])
        self.assertEqual(len(self.hub.call("GET", "/v1/projects").json["projects"]), 1)

    def test_it_ends_with_its_token_and_when_one_logs_out(self):
        viewer = self.hub.token("viewer")
        cookie = f"samara={viewer}"
        self.assertEqual(self.ask(cookie).status, 200)
        listed = self.hub.call("GET", "/v1/projects/default/tokens").json["tokens"]
        self.hub.call("DELETE", f"/v1/projects/default/tokens/{listed[-1]['id']}")
        ended = self.ask(cookie)
        self.assertEqual(ended.status, 401)
        self.assertIn("revoked", ended.message)
        out = self.hub.call("DELETE", "/v1/cookie", token=None, headers={"Cookie": cookie, **PAGE})
        self.assertEqual(out.status, 204)
        self.assertEqual(out.headers["set-cookie"],
                         "samara=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")


class Behind(Cookie):
    """Behind a proxy that speaks TLS the cookie is for this very host, by TLS only."""

    options = ("--rate", "0", "--proxy", "127.0.0.1")

    def log_in(self, token, **headers):
        given = super().log_in(token, **headers)
        secure = super().log_in(token, **{"X-Forwarded-Proto": "https"})
        self.assertEqual(secure.status, given.status)
        if given.status == 204:
            self.assertEqual(secure.headers["set-cookie"],
                             f"__Host-samara={token}; Path=/; HttpOnly; SameSite=Strict; Secure")
        return given

    def ask(self, cookie, headers=None, path="/v1/whoami"):
        plain = super().ask(cookie, headers, path)
        safe = cookie.replace("samara=", "__Host-samara=")
        sent = {**(PAGE if headers is None else headers), "X-Forwarded-Proto": "https"}
        if not cookie.startswith("__Host-"):
            self.assertEqual(super().ask(safe, sent, path).status, plain.status, safe)
            self.assertEqual(super().ask(cookie, sent, path).status, 401, cookie)
        return plain


if __name__ == "__main__":
    run_tests()
