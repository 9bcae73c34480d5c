#!/usr/bin/env python3
"""Models of folders through a model server, in both profiles: replay.py SERVER FOLDER...

What the fuzzers keep: their corpora, of which nothing may crash again, and their findings."""

import collections
import multiprocessing
import pathlib
import sys

from server import PROFILES, Server


def share(task):
    program, paths = task
    server, counts, bad = Server(program), collections.Counter(), []
    for path in paths:
        for profile in range(len(PROFILES)):
            verdict, text = server.ask(path.read_bytes(), profile)
            counts[verdict] += 1
            if verdict not in ("ok", "error"):
                bad.append(f"{path}: {verdict} {text}\n{server.report()}")
    if server.close():
        bad.append(f"a leak\n{server.report()}")
    return counts, bad


def main():
    program, *folders = sys.argv[1:]
    paths = [p for folder in folders for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()]
    counts, bad = collections.Counter(), []
    with multiprocessing.Pool() as pool:
        workers = multiprocessing.cpu_count()
        for some, found in pool.imap(share, [(program, paths[k::workers]) for k in range(workers)]):
            counts += some
            bad += found
    for text in bad[:5]:
        print(text)
    print(f"{len(paths)} models: {dict(counts)}")
    print(f"{counts['ok'] + counts['error']} passed, {len(bad)} failed")
    sys.exit(1 if bad or not paths else 0)


if __name__ == "__main__":
    main()
