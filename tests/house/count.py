#!/usr/bin/env python3
"""Sums up what ctest ran: count.py DIR, with DIR/ctest.junit and one DIR/<program>.xml for each
GoogleTest program. The last line is "N passed, N failed, N skipped" in single cases."""
import pathlib
import sys
import xml.etree.ElementTree as ET

LINES = 50  # of what a failed test printed: they are told last, after ctest's long summary


def program_counts(path):
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None:
            failed += 1
        elif case.get("status") == "notrun" or case.get("result") in ("skipped", "suppressed"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    folder = pathlib.Path(sys.argv[1])
    total, failures = [0, 0, 0], []
    for case in ET.parse(folder / "ctest.junit").getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        reason = case.find("skipped")
        counts = [int(status == "run"), 0, 0]
        counts[2] = int(reason is not None and reason.get("message", "").startswith("SKIP"))
        counts[1] = 1 - counts[0] - counts[2]  # failed, or could not be started
        program = folder / f"{name}.xml"
        if program.exists() and program.stat().st_size:
            counts = list(program_counts(program))
            if status == "fail" and counts[1] == 0:
                counts[1] = 1  # it crashed, leaked or ran too long
        if counts[1]:
            print(f"failed: {name}")
            failures += (case.findtext("system-out") or "").splitlines()[-LINES:]
        total = [a + b for a, b in zip(total, counts)]
    for line in failures:
        print(line)
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
