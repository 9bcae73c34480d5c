#!/usr/bin/env python3
"""docs/operators.md lists every operator that the program has, with its versions and types, and no
other:

  operators.py PROGRAM"""
import json
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/operators.md"


def main():
    told = subprocess.run([sys.argv[1], "doctor", "--json"], capture_output=True, check=True).stdout
    has = {o["name"]: f"{o['min_version']} to {o['max_version']} | {'; '.join(o['kernels'])}"
           for o in json.loads(told)["operators"]}
    row = re.compile(r"^\| (\S+) \| (?:custom|\d+) \| (\d+ to \d+ \| [^|]*?) \|", re.M)
    listed = dict(row.findall(PAGE.read_text(encoding="utf-8")))
    wrong = sorted(name for name in has.keys() | listed.keys() if has.get(name) != listed.get(name))
    for name in wrong:
        print(f"{name}: the program has {has.get(name)}, the page says {listed.get(name)}")
    if wrong or not has:
        print("print the page anew: scripts/make_operators_page")
    sys.exit(1 if wrong or not has else 0)


if __name__ == "__main__":
    main()
