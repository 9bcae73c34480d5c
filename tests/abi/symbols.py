#!/usr/bin/env python3
"""What libtensorflowlite_c.so exports is what symbols.tsv says, under VERS_1.0, and nothing else.

  symbols.py NM LIBRARY [--page FILE]

With --page, FILE (a page of the documentation) must hold the numbers of the table."""
import collections
import pathlib
import re
import subprocess
import sys

STATES = ("implemented", "mapped", "refused")
PUBLISHED = 209  # exported by the Android library of 2.16.1


def table():
    rows = {}
    for line in (pathlib.Path(__file__).parent / "symbols.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, since, state, *note = line.split("\t")
        if state not in STATES or (state != "implemented" and not note):
            sys.exit(f"symbols.tsv: {name} is {state}, without a word why")
        rows[name] = (since, state)
    return rows


def main():
    nm, library = sys.argv[1:3]
    rows = table()
    out = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True)
    exported, faults = set(), []
    for line in out.stdout.splitlines():
        name, _, version = line.split()[-1].partition("@@")
        if name == "VERS_1.0":
            continue
        exported.add(name)
        if version != "VERS_1.0":
            faults.append(f"{name} has version '{version}'")
    faults += [f"{name} is exported and not in symbols.tsv" for name in sorted(exported - rows.keys())]
    faults += [f"{name} is in symbols.tsv and not exported" for name in sorted(rows.keys() - exported)]
    published = sum(since == "2.16.1" for since, _ in rows.values())
    if published != PUBLISHED:
        faults.append(f"symbols.tsv names {published} symbols of 2.16.1, there are {PUBLISHED}")
    count = collections.Counter(state for _, state in rows.values())
    text = ", ".join(f"{count[state]} {state}" for state in STATES)
    if "--page" in sys.argv:
        page = re.sub(r"\s+", " ", pathlib.Path(sys.argv[-1]).read_text())
        if f"{len(rows)} symbols: {text}" not in page:
            faults.append(f"{sys.argv[-1]} should say: {len(rows)} symbols: {text}")
    print("\n".join(faults) if faults else f"{len(rows)} symbols: {text}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
