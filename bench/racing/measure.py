"""Runs the competitors of bench/race: a process each, in turns, and what the machine did meanwhile."""

import array
import ctypes
import json
import os
import pathlib
import random
import select
import statistics
import struct
import subprocess
import tempfile
import time

import figures

WIDTHS = {"float32": 4, "int8": 1, "uint8": 1, "int16": 2, "int32": 4, "int64": 8, "bool": 1, "float64": 8}


class Lost(Exception):
    """A competitor refused, died or took too long; the text says which."""


class Competitor:
    """A process that answers commands (bench/samara_racer.cc, child.py)."""

    def __init__(self, command, patience):
        self.patience = patience
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.counter = count_instructions(self.process.pid)

    def ask(self, line):
        try:
            self.process.stdin.write((line + "\n").encode())
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], self.patience)[0]:
                raise Lost(f"no answer to {line.split()[0]} within {self.patience} s")
            answer = json.loads(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Lost(f"died with status {self.process.poll()} at {line.split()[0]}") from error
        if "error" in answer:
            raise Lost(answer["error"])
        return answer

    def memory(self):
        """Proportional share of the process's memory, MB."""
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024

    def instructions(self):
        return None if self.counter is None else struct.unpack("Q", os.read(self.counter, 8))[0]

    def close(self):
        if self.counter is not None:
            os.close(self.counter)
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def count_instructions(pid):
    """A counter of the user-mode instructions of that process and the threads it starts later; None
    where the machine has none (most virtual ones)."""
    if os.uname().machine != "x86_64":
        return None
    hardware, instructions, inherit, no_kernel, open_call = 0, 1, 1 << 1, 3 << 5, 298
    size = 112
    settings = struct.pack("IIQQQQQ", hardware, size, instructions, 0, 0, 0, inherit | no_kernel)
    block = ctypes.create_string_buffer(settings.ljust(size, b"\0"), size)
    counter = ctypes.CDLL(None).syscall(open_call, block, pid, -1, -1, 0)
    return counter if counter >= 0 else None


def write_inputs(slots, folder):
    """The same bytes for all: pictures, sounds and features are noise, whole numbers are 0 and 1 (valid
    as tokens and as masks)."""
    generator = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    for index, slot in enumerate(slots):
        if slot["type"] not in WIDTHS:
            raise Lost(f"an input of type {slot['type']}")
        count = 1
        for d in slot["shape"]:
            count *= d
        if slot["type"] in ("float32", "float64"):
            values = array.array("f" if slot["type"] == "float32" else "d",
                                 (generator.uniform(-1, 1) for _ in range(count)))
            data = values.tobytes()
        elif WIDTHS[slot["type"]] == 1 and slot["type"] != "bool":
            data = generator.randbytes(count)
        elif slot["type"] == "int16":
            data = generator.randbytes(2 * count)
        else:
            width = WIDTHS[slot["type"]]
            data = b"".join(generator.randint(0, 1).to_bytes(width, "little") for _ in range(count))
        (folder / str(index)).write_bytes(data)


class Load:
    """What others did on the machine since it was made: shares of its cores, from /proc/stat."""

    def __init__(self):
        self.start, self.own_start = self.read(), self.own()

    @staticmethod
    def read():
        line = pathlib.Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
        return [int(x) for x in line.split()[1:9]]

    @staticmethod
    def own():
        t = os.times()
        return t.user + t.system + t.children_user + t.children_system

    def others(self):
        """(share of the cores' time that others used, share that the host took away)."""
        spent = [b - a for a, b in zip(self.start, self.read())]
        total = max(sum(spent), 1)
        busy = sum(spent) - spent[3] - spent[4] - spent[7]
        own = (self.own() - self.own_start) * os.sysconf("SC_CLK_TCK")
        return max(busy - own, 0) / total, spent[7] / total


def read_outputs(competitor, path):
    counts = competitor.ask(f"outputs {path}")["counts"]
    values = array.array("d")
    values.frombytes(path.read_bytes())
    return list(values), counts


def open_one(command, folder, patience):
    """(process and how long an inference takes, its cell so far, its outputs)."""
    competitor = Competitor(command, patience)
    try:
        competitor.ask("warm")
        cell = {"first": competitor.ask(f"open {folder / 'inputs'}")["us"] / 1e3}
        values, counts = read_outputs(competitor, folder / "outputs")
        once = competitor.ask("run 3")["wall"]
    except Lost:
        competitor.close()
        raise
    return (competitor, statistics.median(once)), cell, (values, counts)


def memory_added(command, folder, patience):
    """MB; while nobody else has the file open, as whoever maps it shares its pages."""
    competitor = Competitor(command, patience)
    try:
        competitor.ask("ready")
        before = competitor.memory()
        competitor.ask(f"open {folder / 'inputs'}")
        return competitor.memory() - before
    finally:
        competitor.close()


def take_turns(opened, rounds, slice_us, cells):
    """Rounds of inferences, each beginning with another competitor."""
    names = list(opened)
    times = {name: {"wall": [], "cpu": []} for name in names}
    spent = {name: [0, 0] for name in names}
    for turn in range(rounds):
        first = turn % max(len(names), 1)
        for name in names[first:] + names[:first]:
            competitor, estimate = opened[name]
            count = max(1, min(1000, int(slice_us / max(estimate, 1))))
            before = competitor.instructions()
            try:
                answer = competitor.ask(f"run {count}")
            except Lost as lost:
                cells[name] = {"error": str(lost)}
                names.remove(name)
                continue
            if before is not None:
                spent[name][0] += competitor.instructions() - before
                spent[name][1] += count
            for clock in ("wall", "cpu"):
                times[name][clock] += answer[clock]
    for name, (instructions, count) in spent.items():
        if count:
            cells[name]["instructions"] = instructions / count / 1e6
    return {name: times[name] for name in names}


def cold_starts(opened, count, cells):
    for name, (competitor, _) in opened.items():
        try:
            if "error" not in cells[name]:
                cells[name]["cold"] = statistics.median(competitor.ask(f"cold {count}")["us"]) / 1e3
                if name in figures.SAMARA:
                    with tempfile.TemporaryDirectory() as cache:
                        competitor.ask(f"cached {cache}")
                        competitor.ask("cold 1")  # fills it
                        cells[name]["cold_cached"] = statistics.median(competitor.ask(f"cold {count}")["us"]) / 1e3
        except Lost as lost:
            cells[name]["cold_error"] = str(lost)
        time.sleep(0.01)
