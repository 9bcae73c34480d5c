"""A hub that is really started, plain HTTP to talk to it with, and tests that have one."""

import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from program import MODEL, PROGRAM, InFolder, parsed, samara

PROJECT = "/v1/projects/default"
DIGITS = PROJECT + "/models/digits"


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def message(self):
        return self.json["error"]["message"]


def free_port():
    """A free port below those that the system gives to outgoing connections, so that a server which
    ends and comes again finds it free."""
    for port in random.sample(range(10_000, 32_000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise unittest.SkipTest("no port is free")


class Hub:
    """One hub in a folder; `database` names PostgreSQL's address where it is not SQLite."""

    def __init__(self, folder, *options, database=None, public=False):
        self.data = ["--data", str(folder)] + (["--database", database] if database else [])
        self.database = database
        self.options = options
        self.process = None
        self.port = free_port()
        more = ["--public"] if public else []
        self.admin = parsed(samara("hub", "init", *self.data, *more, "--json"))["token"]

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def flags(self, project="default"):
        """By which a command speaks to this hub, as its administrator."""
        return ["--hub", self.address, "--token", self.admin, "--project", project]

    def variables(self, token=None, project="default"):
        """The same in the environment."""
        return {"SAMARA_HUB": self.address, "SAMARA_HUB_TOKEN": token or self.admin,
                "SAMARA_HUB_PROJECT": project}

    def start(self):
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            [PROGRAM, "hub", "serve", *self.data, "--port", str(self.port), *map(str, self.options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"https?://.*:(\d+)$", line.strip())
        assert found, line + self.process.stderr.read()
        self.port = int(found[1])
        return self

    def stop(self, how=signal.SIGTERM):
        if not self.process:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.errors = self.process.stderr.read()
        self.process.stderr.close()
        self.process = None
        return code

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def call(self, method, path, body=None, token="admin", headers=None, connection=None):
        """One request; `token` None sends none, "admin" the administrator's."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + (self.admin if token == "admin" else token)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        own = connection or self.connect()
        try:
            own.request(method, path, body=body, headers=headers)
            response = own.getresponse()
            return Answer(response, response.read())
        finally:
            if not connection:
                own.close()

    def must(self, status, *request, **more):
        """A call that is known to be answered so."""
        answer = self.call(*request, **more)
        assert answer.status == status, answer.body
        return answer

    def token(self, role, project="default"):
        body = {"name": f"t-{role}", "role": role}
        return self.must(201, "POST", f"/v1/projects/{project}/tokens", body).json["token"]

    def user(self, name, *places, password="correct horse"):
        """A new user with roles, given as (where, role): a path before /members. Its session."""
        self.must(201, "POST", "/v1/users", {"name": name, "password": password})
        for where, role in places:
            self.must(200, "PUT", f"/v1{where}/members/{name}", {"role": role})
        return self.log_in(name, password)

    def log_in(self, name, password="correct horse"):
        body = {"name": name, "password": password}
        return self.must(201, "POST", "/v1/sessions", body, token=None).json["token"]

    def upload(self, content, project="default", token="admin"):
        """Uploads bytes in one piece; the upload's name."""
        uploads = f"/v1/projects/{project}/uploads"
        name = self.must(201, "POST", uploads, {"size": len(content)}, token).json["upload"]
        self.must(204, "PATCH", f"{uploads}/{name}", content, token, {"Upload-Offset": "0"})
        return name

    def add(self, content, version, model="digits", project="default", **more):
        name = self.upload(content, project)
        return self.call("POST", f"/v1/projects/{project}/models/{model}/versions",
                         {"upload": name, "version": version, **more})

    def publish(self, version, model="digits"):
        return self.call("POST", f"{PROJECT}/models/{model}/versions/{version}/publish")

    def promote(self, version, channel="stable"):
        return self.call("PUT", f"{DIGITS}/channels/{channel}", {"version": version})

    def have(self, content=MODEL, version="1.0.0", channel=None, **more):
        """A version of digits that is published, and is what a channel stands for where one is named."""
        answers = [self.add(content, version, **more), self.publish(version)]
        if channel:
            answers.append(self.promote(version, channel))
        assert all(answer.status < 300 for answer in answers), [answer.body for answer in answers]


class HubCase(InFolder):
    """A test with a hub of its own."""

    options = ("--rate", "0")
    public = False

    def setUp(self):
        super().setUp()
        self.hub = self.hub_in("hub", *self.options, database=self.database(), public=self.public)

    def hub_in(self, name, *options, **more):
        """A hub in that folder, until the test's end."""
        hub = Hub(self.path(name), *options, **more).start()
        self.addCleanup(hub.stop)
        return hub

    def database(self):
        return None  # SQLite

    def ok(self, answer, status=200):
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def refused(self, answer, status, *texts):
        self.assertEqual(answer.status, status, answer.body)
        for text in texts:
            self.assertIn(text, answer.message)


class HubCommands(HubCase):
    """The commands as a user types them who has never logged in and sits at no terminal."""

    def setUp(self):
        super().setUp()
        self.environment = {"XDG_CONFIG_HOME": str(self.path("config")), "SAMARA_HUB": "",
                            "SAMARA_HUB_TOKEN": "", "SAMARA_HUB_PROJECT": ""}

    def run_hub(self, *words, code=0, **options):
        done = samara("hub", *words, environment=self.environment, cwd=self.folder, start_new_session=True,
                      **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr


class Postgres:
    """A PostgreSQL server of our own in a folder of our own; start() raises SkipTest without one."""

    def __init__(self):
        self.folder = None
        self.url = ""

    def run(self, *words):
        # It does not run as root.
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        done = subprocess.run([*(become if os.geteuid() == 0 else []), *words], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr

    def control(self, *words):
        self.run(self.bin / "pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log",
                 *words)

    def start(self):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise unittest.SkipTest("PostgreSQL is not installed here")
        self.bin = found[-1].parent
        if not self.folder:
            self.folder = tempfile.mkdtemp(prefix="samara_pg_", dir="/tmp")
            if os.geteuid() == 0:
                shutil.chown(self.folder, "nobody", "nogroup")
            self.run(self.bin / "initdb", "-D", f"{self.folder}/data", "-U", "samara", "-A", "trust",
                     "-E", "UTF8", "--no-sync")
        self.control("-o", f"-c listen_addresses= -k {self.folder}", "start")
        self.url = f"postgres:///postgres?user=samara&host={self.folder}"

    def sql(self, statement):
        self.run(self.bin / "psql", "-q", "-h", self.folder, "-U", "samara", "postgres", "-c", statement)

    def empty(self):
        self.sql("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def stop(self):
        self.control("-m", "immediate", "stop")

    def remove(self):
        if self.folder:
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)


class OnPostgres:
    """The same tests with PostgreSQL."""

    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.postgres.start()

    @classmethod
    def tearDownClass(cls):
        cls.postgres.remove()

    def database(self):
        self.postgres.empty()
        return self.postgres.url


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def memory_of(pid):
    """Resident bytes of a process."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
