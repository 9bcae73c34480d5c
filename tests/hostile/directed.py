#!/usr/bin/env python3
"""Every operator in every class of hostile models: directed.py SERVER [--op PATTERN] [--class WORD]

Takes a small valid model of each operator of the program, makes the variants of abuse.py, and hands
them to a model server. Allowed are a correct run and an error that names a place; each class must
have been refused with what it expects to be said, and where it demands so, always."""

import argparse
import collections
import fnmatch
import multiprocessing
import os
import pathlib
import re
import sys
import time

try:
    from specimen import specimens  # first: it finds the conformance harness
    import abuse
    from server import PROFILES, Server, operators_of, unnoticed
except ImportError as error:
    there = pathlib.Path(os.environ.get("SAMARA_TEST_DATA", "../shared/data")).is_dir()
    print(f"{error}; tests/requirements.txt is not installed")
    print(f"0 passed, {1 if there else 0} failed, {0 if there else 1} skipped")
    sys.exit(1 if there else 77)

# Limits of memory and time are those of the whole session.
PLACE = re.compile(r"tensor|operator|subgraph|buffer|signature|^(resource_exhausted|deadline_exceeded)")
LEAST = 500  # models in all
_SHOWN = 20


class Tally:
    def __init__(self):
        self.models = self.ran = self.refused = self.as_told = 0
        self.faults = []
        self.ops = set()

    def add(self, other):
        self.models += other.models
        self.ran += other.ran
        self.refused += other.refused
        self.as_told += other.as_told
        self.faults += other.faults
        self.ops |= other.ops


def judge(tally, kind, op, what, verdict, text, profile):
    tally.models += 1
    tally.ops.add(op)
    where = f"{op}, {kind.name}, {what}, {profile}"
    if verdict == "ok":
        tally.ran += 1
        if kind.always:
            tally.faults.append(f"ran, and must not: {where}")
    elif verdict == "error":
        tally.refused += 1
        tally.as_told += bool(re.search(kind.says, text))
        if not PLACE.search(text):
            tally.faults.append(f"names no place: {where}: {text}")
        if "internal" in text.split(":")[0]:
            tally.faults.append(f"calls itself a bug: {where}: {text}")
    else:
        tally.faults.append(f"{verdict} {text}: {where}")


def abused(task):
    """All classes over one operator; returns their tallies."""
    op, options = task
    server = Server(options.server)
    found = specimens(server, op, options.types)
    tallies = collections.defaultdict(Tally)
    for specimen in found:
        for kind in abuse.CLASSES:
            if options.kind not in kind.name:
                continue
            for number, (what, model) in enumerate(kind.make(specimen)):
                profile = number % 2
                verdict, text = server.ask(model, profile)
                judge(tallies[kind.name], kind, op, what, verdict, text, PROFILES[profile])
                if verdict not in ("ok", "error"):
                    tallies[kind.name].faults[-1] += "\n" + server.report()
                    if options.keep:
                        path = pathlib.Path(options.keep)
                        path.mkdir(parents=True, exist_ok=True)
                        (path / f"{op}_{kind.name}_{number}.tflite").write_bytes(model)
    if server.close():
        tallies[abuse.CLASSES[0].name].faults.append(f"leaks: {op}\n{server.report()}")
    return op, len(found), dict(tallies)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server")
    parser.add_argument("--op", default="*")
    parser.add_argument("--class", dest="kind", default="", help="classes with this in their name")
    parser.add_argument("--most", type=int, default=40, help="models of a class and an operator")
    parser.add_argument("--types", type=int, default=1, help="of each operator at most")
    parser.add_argument("--keep", help="folder for models that were too much")
    return parser.parse_args()


def main():
    options, start = parse(), time.time()
    ops = [op for _, op in operators_of(options.server) if fnmatch.fnmatch(op, options.op)]
    abuse.MOST = options.most
    totals = {k.name: Tally() for k in abuse.CLASSES if options.kind in k.name}
    faults = [f"the server does not notice {what}" for what in unnoticed(options.server)]
    tasks = [(op, options) for op in ops]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for op, count, tallies in pool.imap_unordered(abused, tasks):
            if count == 0:
                faults.append(f"{op}: no valid model of it")
            elif not any(t.refused for t in tallies.values()):
                faults.append(f"{op}: nothing of it was refused")
            for name, tally in tallies.items():
                totals[name].add(tally)
    print(f"{'class':46} operators  models     ran refused as expected")
    for kind in abuse.CLASSES:
        tally = totals.get(kind.name)
        if tally is None:
            continue
        print(f"{kind.name:46} {len(tally.ops):9} {tally.models:7} {tally.ran:7} {tally.refused:7} "
              f"{tally.as_told:11}")
        faults += tally.faults
        if tally.as_told == 0 and options.op == "*":
            faults.append(f"{kind.name}: never refused with /{kind.says}/")
    models = sum(t.models for t in totals.values())
    if models < LEAST and options.op == "*" and not options.kind:
        faults.append(f"only {models} models, at least {LEAST} are wanted")
    for fault in faults[:_SHOWN]:
        print(fault)
    print(f"{len(ops)} operators, {models} models, {time.time() - start:.0f} s")
    print(f"{models} passed, {len(faults)} failed")
    sys.exit(1 if faults or not models else 0)


if __name__ == "__main__":
    main()
