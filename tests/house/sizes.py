#!/usr/bin/env python3
"""Functions of at most 60 lines and complexity 15, files of at most 1,000 lines (500 is warned of).
A switch counts once however many cases it has: a table is not hard to read.

  sizes.py [ROOT]

size_exceptions.txt names what is larger, with its size: an entry fails when the thing has grown, and
when it is no longer needed, so the list can only shrink without somebody saying so in a review."""
import pathlib
import sys

import lizard

FUNCTION_LINES, COMPLEXITY, FILE_LINES, FILE_WARN = 60, 15, 1000, 500
TOPS = ("src", "include", "fuzz", "bench", "examples", "bindings")


def measure(root):
    """Yields (key, what, value, limit) for everything beyond a limit; warns of long files."""
    count = 0
    analyzer = lizard.FileAnalyzer(lizard.get_extensions(["modified"]))
    for top in TOPS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in {".h", ".cc", ".inl"}:
                continue
            count += 1
            name = path.relative_to(root).as_posix()
            length = len(path.read_text(encoding="utf-8").splitlines())
            if length > FILE_LINES:
                yield name, "lines", length, FILE_LINES
            elif length > FILE_WARN:
                print(f"warning: {name}: {length} lines", file=sys.stderr)
            for f in analyzer(str(path)).function_list:
                if f.length > FUNCTION_LINES:
                    yield f"{name}:{f.name}", "lines", f.length, FUNCTION_LINES
                if f.cyclomatic_complexity > COMPLEXITY:
                    yield f"{name}:{f.name}", "complexity", f.cyclomatic_complexity, COMPLEXITY
    if count == 0:
        yield str(root), "files", 0, 1


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    listed = {}
    exceptions = root / "tests/house/size_exceptions.txt"
    for line in exceptions.read_text().splitlines() if exceptions.exists() else []:
        if line.strip() and not line.startswith("#"):
            key, what, value = line.rsplit(None, 2)
            listed[key, what] = int(value)
    faults, seen = [], set()
    for key, what, value, limit in measure(root):
        seen.add((key, what))
        if value > listed.get((key, what), limit):
            faults.append(f"{key} {what} {value}: at most {listed.get((key, what), limit)}")
    for key, what in listed.keys() - seen:
        faults.append(f"size_exceptions.txt: no longer needed, remove it: {key} {what}")
    print("\n".join(sorted(faults)) if faults else f"sizes are in order, {len(listed)} exceptions")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
