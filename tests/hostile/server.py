"""A model server (fuzz/model_server.cc) over a pipe: models in, verdicts out."""

import fcntl
import select
import struct
import subprocess
import tempfile

PROFILES = ("reference", "xnnpack")
# What a worker does itself when it is asked for profile 2, 3 ..., and the verdict on it.
_OVERRUN = "a write out of bounds"
_DRILLS = (("a trap", "crash"), (_OVERRUN, "crash"), ("an endless loop", "hang"),
           ("endless memory", "memory"))
_LEAK = 2 + len(_DRILLS)
_SECONDS = 60  # the server's own limits are far lower: beyond this it is the server that hangs
_LONGEST = 3000  # of a report
_PIPE_SIZE = 1 << 20


def operators_of(program):
    """(code, name) of each operator that the program has, in its order."""
    told = subprocess.run([program, "--operators"], capture_output=True, text=True, check=True)
    return [(int(code), name) for code, name in (line.split() for line in told.stdout.splitlines())]


def unnoticed(program):
    """What the server does not notice when a worker does it: a campaign on top of it proves nothing.
    Built without sanitizers, it is not asked for writes out of bounds and for leaks."""
    told = subprocess.run([program, "--sanitizers"], capture_output=True, text=True, check=True)
    sanitized = told.stdout.strip() == "address"
    server = Server(program)
    blind = [what for number, (what, verdict) in enumerate(_DRILLS, 2)
             if (sanitized or what != _OVERRUN) and server.ask(b"", number)[0] != verdict]
    if sanitized:
        server.ask(b"", _LEAK)
    return blind + ([] if server.close() or not sanitized else ["a leak"])


class Server:
    """One server. Verdicts: ok, error, crash, hang, memory; leaks come between."""

    def __init__(self, program):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, bufsize=0)
        fcntl.fcntl(self.process.stdin, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        self.lines = []
        self.rest = b""
        self.leaks = 0

    def send(self, model, profile):
        self.process.stdin.write(struct.pack("<II", len(model), profile) + model)

    def answer(self):
        """The verdict and the text of the oldest model that has none yet."""
        while True:
            line = self._line()
            if line != "leak":
                verdict, _, text = line.partition(" ")
                return verdict, text
            self.leaks += 1

    def ask(self, model, profile=0):
        self.send(model, profile)
        return self.answer()

    def report(self):
        """What sanitizers have said since the last time, from where they say what it is."""
        size = self.errors.seek(0, 2)
        self.errors.seek(0)
        text = self.errors.read(size).decode(errors="replace")
        self.errors.seek(0)
        self.errors.truncate()
        start = max(text.find("ERROR: "), text.find("runtime error: ") - 100, 0)
        return text[start:start + _LONGEST]

    def close(self):
        """Ends the server; returns how many of its workers leaked."""
        self.process.stdin.close()
        rest = self.rest + self.process.stdout.read()
        self.leaks += rest.decode().split().count("leak")
        if self.process.wait() != 0:
            raise RuntimeError(f"the model server ended with {self.process.returncode}: {self.report()}")
        return self.leaks

    def _line(self):
        while not self.lines:
            ready, _, _ = select.select([self.process.stdout], [], [], _SECONDS)
            data = self.process.stdout.read(1 << 16) if ready else b""
            if not data:
                self.process.kill()
                raise RuntimeError(f"the model server says nothing: {self.report()}")
            *whole, self.rest = (self.rest + data).split(b"\n")
            self.lines = [w.decode(errors="replace") for w in whole]
        return self.lines.pop(0)
