#!/usr/bin/env python3
"""Every room says what it is, in short: README.md of at most 40 lines, CMakeLists.txt of at most 30;
every header has #pragma once and every source opens by saying what it is; no line promises work.

  rooms.py [ROOT]"""
import pathlib
import re
import sys

PROMISE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def check_room(root, room, faults):
    for name, most in (("README.md", 40), ("CMakeLists.txt", 30)):
        path = root / "src" / room / name
        if not path.exists():
            faults.append(f"src/{room}: no {name}")
        elif len(lines_of(path)) > most:
            faults.append(f"src/{room}/{name}: {len(lines_of(path))} lines, at most {most}")


def check_source(root, path, faults):
    lines = lines_of(path)
    name = path.relative_to(root)
    if path.suffix == ".h" and "#pragma once" not in lines:
        faults.append(f"{name}: no #pragma once")
    for number, line in enumerate(lines, 1):
        if PROMISE.search(line):
            faults.append(f"{name}:{number}: a promise: {line.strip()}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    faults = []
    doors = [line.split(":")[0] for line in lines_of(root / "src/DOORS")
             if ":" in line and not line.startswith("#")]
    for room in doors:
        check_room(root, room, faults)
    sources = [p for top in ("src", "include", "fuzz", "bench", "examples", "bindings")
               for p in sorted((root / top).rglob("*")) if p.suffix in {".h", ".cc", ".inl", ".inc"}]
    for path in sources:
        check_source(root, path, faults)
    if not doors or not sources:
        faults.append("no rooms or no sources found")
    print("\n".join(faults) if faults else f"{len(doors)} rooms and {len(sources)} sources are in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
