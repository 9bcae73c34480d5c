#!/usr/bin/env python3
"""Line coverage by room, from the counters that the tests of a coverage build have left.

  coverage.py BUILD

Reads gcov's JSON for every counter file; a line counts as covered if any object ran it."""
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    counters = sorted(build.rglob("*.gcda"))
    if not counters:
        sys.exit(f"{build}: no counters; run the tests of the coverage preset first")
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(counters), 50):
            subprocess.run(["gcov", "--json-format", "--preserve-paths",
                            *map(str, counters[start:start + 50])],
                           cwd=folder, check=True, capture_output=True)
        for path in pathlib.Path(folder).glob("*.gcov.json.gz"):
            for file in json.loads(gzip.open(path).read())["files"]:
                name = file["file"]
                name = name[name.find("src/"):] if "src/" in name else ""
                if not name.startswith("src/") or name.endswith("_test.cc"):
                    continue
                for line in file["lines"]:
                    lines[name][line["line_number"]] += line["count"]
    rooms = collections.defaultdict(lambda: [0, 0])
    for name, counts in lines.items():
        room = rooms["/".join(name.split("/")[1:-1][:2])]
        room[0] += sum(1 for c in counts.values() if c)
        room[1] += len(counts)
    for room, (covered, total) in sorted(rooms.items()):
        print(f"{room}: {covered} of {total} lines, {100 * covered / total:.1f} %")
    covered, total = (sum(r[i] for r in rooms.values()) for i in (0, 1))
    print(f"all: {covered} of {total} lines, {100 * covered / max(total, 1):.1f} %")


if __name__ == "__main__":
    main()
