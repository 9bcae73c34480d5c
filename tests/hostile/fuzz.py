#!/usr/bin/env python3
"""Fuzz targets on all cores: fuzz.py BIN WORK SECONDS [--page PAGE --coverage FILE] [TARGET...]

BIN holds <target>_fuzz, WORK/seeds what seeds.py writes; the corpora grow in WORK/corpus. SECONDS is
the wall time of all targets together. Findings are kept in WORK/findings. With --page, a row with the
CPU time is added to the page, and --coverage (what coverage.py printed) takes the place of the page's
last coverage; with fresh corpora each time, the CPU time of all rows still adds up."""

import argparse
import datetime
import os
import pathlib
import re
import resource
import subprocess
import sys

# Target, its seeds, its share of the time.
TARGETS = (("load", "models", 2), ("plan", "models", 4), ("run", "models", 8), ("metadata", "metadata", 1),
           ("archive", "archive", 1), ("trust", "trust", 1), ("options", "options", 1),
           ("firebase", "firebase", 1), ("doors", "doors", 1))
_ROW = re.compile(r"^\| \d{4}-\d\d-\d\d \| `\w+`\S* \| ([0-9.]+) \| (\d+) \| (\d+) \|$", re.M)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def passes(options, name, path):
    """Whether what was too slow beside other work ends in time alone: then it is no finding."""
    if "-timeout-" not in path.name and "-slow-unit-" not in path.name:
        return False
    program = options.bin / f"{name}_fuzz"
    alone = subprocess.run([program, "-timeout=10", path], capture_output=True, check=False)
    if alone.returncode == 0:
        path.unlink()
    return alone.returncode == 0


def fuzz(options, name, seeds, seconds):
    """Executions of a target, and what it found."""
    corpus = options.work / "corpus" / name
    findings = options.work / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    done = subprocess.run(
        [options.bin / f"{name}_fuzz", f"-fork={os.cpu_count()}", f"-max_total_time={seconds}",
         "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-timeout=10", "-max_len=65536",
         "-ignore_crashes=1", "-ignore_timeouts=1", "-ignore_ooms=1",
         f"-artifact_prefix={findings}/{name}-", corpus, options.work / "seeds" / seeds],
        capture_output=True, text=True, errors="replace", check=False)
    (options.work / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    counts = re.findall(r"^#(\d+): cov: (\d+)", done.stderr, re.M)
    if not counts or int(counts[-1][0]) == 0:
        sys.exit(f"{name}: nothing was run\n{done.stderr[-2000:]}")
    found = [path for path in sorted(set(findings.iterdir()) - before) if not passes(options, name, path)]
    print(f"{name}: {counts[-1][0]} executions, {counts[-1][1]} edges, "
          f"{len(list(corpus.iterdir()))} in the corpus, {len(found)} findings", flush=True)
    for path in found[:5]:
        print(f"  {path}")
    return int(counts[-1][0]), found


def commit():
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True,
                          check=True).stdout.strip()
    clean = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "src", "include", "fuzz"],
                           check=False).returncode == 0
    return f"`{head}`" + ("" if clean else "+changes")


def write_page(page, hours, executions, findings, coverage):
    rows = [m.group(0) for m in _ROW.finditer(page.read_text(encoding="utf-8"))] if page.exists() else []
    day = datetime.datetime.now(datetime.timezone.utc).date()
    rows.append(f"| {day} | {commit()} | {hours:.2f} | {executions} | {findings} |")
    figures = [_ROW.match(row).groups() for row in rows]
    total, ran, found = (sum(float(f[k]) for f in figures) for k in range(3))
    reached = ["", "Lines of the engine that the last run's corpora of models reach, loaded, planned and run:", "",
               "```", coverage, "```"] if coverage else []
    page.write_text("\n".join([
        "# Fuzzing", "", "Written by `scripts/fuzz`: libFuzzer under ASan and UBSan, targets " +
        ", ".join(f"`{t[0]}_fuzz`" for t in TARGETS) + ".", "",
        f"All runs: {total:.2f} CPU-hours, {ran:.0f} executions, {found:.0f} findings.", "",
        "| date | commit | CPU-hours | executions | findings |", "|---|---|---|---|---|", *rows, *reached,
        ""]), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("seconds", type=int)
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--coverage", help="a command that prints the corpora's coverage")
    parser.add_argument("targets", nargs="*", default=[])
    options = parser.parse_args()
    chosen = [t for t in TARGETS if not options.targets or t[0] in options.targets]
    shares = sum(share for _, _, share in chosen)
    start, executions, findings = cpu_seconds(), 0, []
    for name, seeds, share in chosen:
        ran, found = fuzz(options, name, seeds, max(5, options.seconds * share // shares))
        executions += ran
        findings += found
    hours = (cpu_seconds() - start) / 3600
    print(f"{hours:.2f} CPU-hours, {executions} executions, {len(findings)} findings")
    if options.page:
        coverage = options.coverage and subprocess.run(options.coverage, shell=True, capture_output=True, text=True,
                                  check=True).stdout.strip()
        write_page(options.page, hours, executions, len(findings), coverage)
    print(f"{len(chosen) - bool(findings)} passed, {len(findings)} failed")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
