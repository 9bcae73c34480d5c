#!/usr/bin/env python3
"""Mutated models through a model server: mutants.py COUNT SEED SERVER MUTATOR FOLDER BASE...

MUTATOR is mutate.py, which damages bytes and fields by turns: mutant i depends on the seed and on i
alone. Allowed are a correct run and an error that says where. Whatever else happens is printed, and
its model kept in FOLDER. Both numerics profiles take their turns."""

import collections
import importlib.util
import multiprocessing
import os
import pathlib
import sys
import time

from server import Server, unnoticed

_SHORT = 20  # an error of fewer letters says nothing
_SHOWN = 5

Finding = collections.namedtuple("Finding", "verdict number base change text")


def maker_of(path, seed, bases):
    spec = importlib.util.spec_from_file_location("mutate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Maker(seed, "mix", bases)


class Campaign:
    """One process' share: models [first, last) of the campaign."""

    def __init__(self, program, folder):
        self.server = Server(program)
        self.folder = folder
        self.counts = collections.Counter()
        self.findings = []

    def run(self, maker, first, last):
        turn = 2 * len(maker.names)  # each base damaged in both ways
        waiting = None
        for i in range(first, last):
            mutant = (i, *maker.make(i))
            self.server.send(mutant[3], i // turn % 2)
            if waiting:
                self._judge(*waiting)
            waiting = mutant
        if waiting:
            self._judge(*waiting)
        leaks = self.server.close()
        if leaks:
            self.counts["leak"] += leaks
            self.findings.append(Finding("leak", first, "", "", self.server.report()))
        return self.counts, self.findings

    def _judge(self, number, base, change, model):
        verdict, text = self.server.answer()
        if verdict == "error" and len(text) < _SHORT:
            verdict = "mute"
        self.counts[verdict] += 1
        if verdict in ("ok", "error"):
            return
        self.findings.append(Finding(f"{verdict} {text}", number, os.path.basename(base), change,
                                     self.server.report()))
        (self.folder / f"{verdict}_{number:06}.tflite").write_bytes(model)


def share(task):
    """What one process does; its own maker, since models cannot be sent."""
    program, mutator, seed, bases, folder, first, last = task
    return Campaign(program, folder).run(maker_of(mutator, seed, bases), first, last)


def main():
    count, seed, program, mutator, folder, *bases = sys.argv[1:]
    count, folder = int(count), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    workers = os.cpu_count()
    edges = [count * w // workers for w in range(workers + 1)]
    tasks = [(program, mutator, seed, bases, folder, a, b) for a, b in zip(edges, edges[1:])]
    start, total, findings = time.time(), collections.Counter(), []
    with multiprocessing.Pool(workers) as pool:
        for counts, found in pool.imap_unordered(share, tasks):
            total += counts
            findings += found
    for f in findings[:_SHOWN]:
        print(f"{f.verdict}: mutant {f.number} of seed {seed}, {f.base}, {f.change}\n{f.text}\n")
    ran, refused = total.pop("ok", 0), total.pop("error", 0)
    bad, leaks = sum(total.values()), total["leak"]
    inputs = ran + refused + bad - leaks
    print(f"seed {seed}, inputs {inputs}, ran {ran}, refused {refused}, crashes, hangs, memory and "
          f"leaks {bad} {dict(total)}, {time.time() - start:.0f} s")
    faults = [f"the server does not notice {what}" for what in unnoticed(program)]
    if inputs != count:
        faults.append(f"only {inputs} of {count} were tried")
    if ran == 0 or refused == 0:
        faults.append("a campaign in which nothing ran or nothing was refused tests nothing")
    for fault in faults:
        print(fault)
    print(f"{ran + refused} passed, {bad + len(faults)} failed")
    sys.exit(1 if bad or faults else 0)


if __name__ == "__main__":
    main()
