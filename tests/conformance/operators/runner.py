"""Random one-operator models through LiteRT and through `samara run`; see README.md."""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import multiprocessing
import os
import pathlib
import sys
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE.parent))
PER_TYPE = 20  # cases an operator and type in ./test
PER_OPERATOR = 300  # at least, in the nightly set
# Refused or crashing models do not count: so many are made at most for each case that is asked for.
TRIES = 3
# What rounds otherwise in the xnnpack profile: its operators in ./test.
ROUND_OTHERWISE = (
    "ADD,BATCH_MATMUL,CONV_2D,DEPTHWISE_CONV_2D,FULLY_CONNECTED,LEAKY_RELU,LOGISTIC,MEAN,MUL,QUANTIZE,"
    "RESIZE_BILINEAR,SUB,SUM,TANH,TRANSPOSE_CONV")

try:
    import numpy as np
    from operators import judge, litert, registry, same_bits
    from operators.case import I8, U8, build, values_of
    from operators.maker import Maker
    from samara import Failed, Samara
except ImportError as error:
    data = os.environ.get("SAMARA_TEST_DATA") or (ROOT.parent / "shared/data")
    there = pathlib.Path(data).is_dir()
    print(f"{'failed' if there else 'skipped'}: {error}; tests/requirements.txt is not installed")
    print(f"0 passed, {1 if there else 0} failed, {0 if there else 1} skipped")
    sys.exit(1 if there else 77)


class Row:
    """What became of one operator's cases of one type."""

    def __init__(self, op, kind):
        self.op, self.kind = op, kind
        self.equal = self.exact = 0  # judged by LiteRT, by a computation of our own
        self.refused = 0  # by both
        self.taken = 0  # by XNNPACK, where the profile is its
        self.floats = self.same_floats = 0  # cases with floats, those of the same bits everywhere
        self.unjudged = 0  # LiteRT refused or died, Samara ran, and there is no double computation
        self.died = collections.Counter()  # what LiteRT died of
        self.known = collections.Counter()  # numbers in docs/bugs.md
        self.reasons = collections.Counter()  # LiteRT's refusals
        self.failures = []  # (number of the case, text)

    def judged(self):
        return self.equal + self.exact

    def verdict(self):
        return "FAIL" if self.failures else "pass"


def make_case(entry, kind, seed, number):
    """Case `number` of an operator and type; the same for the same seed, on every machine."""
    name = f"{entry.op} {registry.label(kind)}"
    return entry.make(Maker([seed, zlib.crc32(name.encode()), number]), kind)


def _ideal(entry, case):
    """The outputs of a double computation, or None where there is none."""
    with np.errstate(all="ignore"):
        return entry.exact(case) if entry.exact else None


def _by_exact(ideal, case, got, ulps):
    if len(ideal) != len(got):
        return f"{len(got)} outputs instead of {len(ideal)}"
    return "; ".join(filter(None, (
        judge.from_exact(e, g, spec, ulps) for e, g, spec in zip(ideal, got, case.outputs))))


def _judge_refusal(row, entry, case, want, refusal):
    """What is to be said of a case that the program refuses."""
    known = entry.refused and entry.refused(case)
    if not str(refusal).startswith("exit 1:"):
        return f"the program died: {refusal}"
    if known:
        row.known[known] += 1
        return ""
    if isinstance(want, Exception):
        row.refused += 1
        row.reasons[f"{str(want)[:100]} | {str(refusal).splitlines()[0][:100]}"] += 1
        return ""
    return str(refusal)


def _judge_result(row, entry, case, want, got):
    """What is wrong with a result, and the name of the count that a right one belongs to."""
    wrong = entry.wrong and entry.wrong(case)
    if wrong:
        row.known[wrong] += 1
    if entry.judge:
        return entry.judge(case, want, got), "exact"
    if isinstance(want, Exception) or wrong or (
            entry.ulps and any(g.dtype.kind in "fc" for g in got)):
        ideal = _ideal(entry, case)
        if ideal is not None:
            return _by_exact(ideal, case, got, entry.ulps), "exact"
        row.reasons[str(want)[:100] if isinstance(want, Exception) else "wrong"] += 1
        return "", "unjudged"
    if len(want) != len(got):
        return f"{len(got)} outputs instead of {len(want)}", "equal"
    if entry.tolerance is not None:
        return judge.together(want, got, entry.tolerance), "equal"
    return "; ".join(filter(None, (
        judge.difference(w, g, spec) for w, g, spec in zip(want, got, case.outputs)))), "equal"


def _judge_taken(case, want, got):
    """The result of an operator that XNNPACK takes: LiteRT's, without exceptions."""
    if len(want) != len(got):
        return f"{len(got)} outputs instead of {len(want)}", "equal"
    return "; ".join(filter(None, (
        judge.difference(w, g, spec) for w, g, spec in zip(want, got, case.outputs)))), "equal"


def judge_case(row, entry, number, case, want, got, taken=False):
    """Counts one case."""
    row.taken += taken
    if isinstance(want, litert.Died):
        row.died[str(want)] += 1
    if isinstance(got, Failed):
        text, how = _judge_refusal(row, entry, case, want, got), None
    elif taken:
        text, how = _judge_taken(case, want, got)
    else:
        text, how = _judge_result(row, entry, case, want, got)
    if text:
        row.failures.append((number, text))
    elif how:
        setattr(row, how, getattr(row, how) + 1)


def run_same_bits(row, entry, kind, options, numbers):
    for number in numbers:
        case = make_case(entry, kind, options.seed, number)
        data, inputs = build(case), values_of(case)
        same_bits.compare(row, number, [(way, same_bits.outcome(options, way, data, inputs))
                                        for way in same_bits.ways(options.same_bits)],
                          options.numerics == "reference")


def run_batch(row, entry, kind, options, numbers):
    samara = Samara(options.samara, options.isa, options.emulator.split(),
                    numerics=options.numerics)
    cases = [make_case(entry, kind, options.seed, n) for n in numbers]
    judges = [getattr(c, "oracle", None) or c for c in cases]
    jobs = [(build(c), values_of(c), getattr(c, "reference", True)) for c in judges]
    by_default = options.numerics == "xnnpack"
    work = litert.interpret_by_default if by_default else litert.interpret
    for number, case, oracle, want in zip(numbers, cases, judges, litert.run(jobs, work)):
        data, inputs = build(case), values_of(case)
        taken = False
        if by_default and not isinstance(want, Exception):
            taken, want = want
        if oracle is not case and not isinstance(want, Exception):
            want = judge.narrowed(want, case.outputs)
        samara.threads = options.threads or 1 + number % 2
        try:
            got = samara.run(data, [str(i) for i in range(len(inputs))], inputs, False)
        except Failed as failure:
            got = failure
        failures = len(row.failures)
        judge_case(row, entry, number, case, want, got, taken)
        if options.keep and (len(row.failures) > failures or options.case is not None):
            folder = pathlib.Path(options.keep)
            folder.mkdir(parents=True, exist_ok=True)
            stem = f"{entry.op}_{row.kind}_{number}".replace(" ", "_").replace("/", "_")
            (folder / f"{stem}.tflite").write_bytes(data)
            for i, value in enumerate(inputs):
                np.save(folder / f"{stem}_{i}.npy", value)


def run_kind(entry, kind, options):
    """All cases of one operator and type."""
    row = Row(entry.op, registry.label(kind))
    wanted = options.cases or PER_TYPE
    if options.tier == "nightly" and not options.cases:
        wanted = max(PER_TYPE, -(-PER_OPERATOR // len(entry.kinds)))
    start = time.time()
    if options.same_bits:
        numbers = range(options.cases or same_bits.CASES) if options.case is None else [options.case]
        run_same_bits(row, entry, kind, options, numbers)
    elif options.case is not None:
        run_batch(row, entry, kind, options, [options.case])
    else:
        for first in range(0, wanted * TRIES, wanted):
            missing = wanted - row.judged() - len(row.failures)
            if missing > 0:
                run_batch(row, entry, kind, options, range(first, first + missing))
        if row.judged() * 2 < wanted and not row.failures:
            row.failures.append((0, f"only {row.judged()} of {wanted} cases were judged"))
    row.seconds = time.time() - start
    return row


def replay(options, row, number):
    words = ["tests/conformance/operators/run", "--op", row.op, "--type", f"'{row.kind}'",
             "--seed", str(options.seed), "--case", str(number)]
    words += ["--numerics", options.numerics]
    words += ["--same-bits", options.same_bits] if options.same_bits else []
    words += ["--isa", options.isa] if options.isa else []
    words += ["--threads", str(options.threads)] if options.threads else []
    return " ".join(words + ["--keep", "FOLDER"])


def print_row(options, row):
    parts = [f"{row.equal} equal"]
    parts += [f"floats of {row.same_floats} of {row.floats}"] if row.floats else []
    parts += [f"{row.taken} taken by XNNPACK"] if row.taken else []
    parts += [f"{row.exact} by a computation of our own"] if row.exact else []
    parts += [f"{row.refused} refused by both"] if row.refused else []
    parts += [f"LiteRT died of {k} {n} times" for k, n in row.died.items()]
    parts += [f"bug {k}: {n}" for k, n in row.known.items()]
    parts += [f"{row.unjudged} not judged"] if row.unjudged else []
    parts += [f"{len(row.failures)} failed"] if row.failures else []
    print(f"{row.verdict()} {row.op:28} {row.kind:20} {row.seconds:5.1f} s  {', '.join(parts)}",
          flush=True)
    if options.verbose:
        for reason, count in row.reasons.most_common(4):
            print(f"    {count} x {reason}")
    for number, text in row.failures[:2]:
        print("    " + " / ".join(text.splitlines())[:300])
        print("    again: " + replay(options, row, number), flush=True)


def write_table(path, options, rows):
    """For docs/operators.md and whoever else wants the figures."""
    table = [{"operator": r.op, "type": r.kind, "verdict": r.verdict(), "equal": r.equal,
              "exact": r.exact, "taken": r.taken, "refused": r.refused, "died": sum(r.died.values()),
              "known": dict(r.known), "unjudged": r.unjudged, "failed": len(r.failures)}
             for r in rows]
    text = json.dumps({"tier": options.tier, "seed": options.seed, "numerics": options.numerics,
                       "rows": table}, indent=1)
    pathlib.Path(path).write_text(text + "\n", encoding="utf-8")


_jobs = []  # the workers are forked when it is filled: entries hold functions, which cannot be sent


def _run_job(index):
    return run_kind(*_jobs[index])


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=["ci", "nightly"], default="ci")
    parser.add_argument("--op", help="pattern of operators, several with commas; by default all, but in "
                        "tier ci of the xnnpack profile those that round otherwise there")
    parser.add_argument("--type", default="*", help="pattern of types, e.g. 'int8*'")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--numerics", choices=["reference", "xnnpack"], default="reference",
                        help="xnnpack: LiteRT's default path judges, where XNNPACK takes the operator")
    parser.add_argument("--cases", type=int, help="for each operator and type")
    parser.add_argument("--case", type=int, help="this one alone")
    parser.add_argument("--isa", help="SAMARA_ISA for the program")
    parser.add_argument("--same-bits", metavar="LEVELS", help="no LiteRT: each case at these levels of "
                        "SAMARA_ISA, with commas, and with 1 and 2 threads")
    parser.add_argument("--threads", type=int, help="by default 1 and 2 by turns")
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--emulator", default="", help="words before the program: qemu-aarch64 ...")
    parser.add_argument("--table", help="write the figures to this file, as JSON")
    parser.add_argument("--keep", help="folder for the models and inputs of failing cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--verbose", action="store_true", help="also say why models were refused")
    options = parser.parse_args()
    some = options.numerics == "xnnpack" and options.tier == "ci" and not options.same_bits
    options.op = options.op or (ROUND_OTHERWISE if some else "*")
    return options


def depends_on_profile(kind):
    """Operators on 8 bits or less may; words name types that one word does not."""
    return kind in (I8, U8) if isinstance(kind, int) else not kind.startswith("float")


def main():
    options = parse()
    chosen = [(e, k) for e in registry.entries() for k in e.kinds
              if any(fnmatch.fnmatch(e.op, p) for p in options.op.split(","))
              and fnmatch.fnmatch(registry.label(k), options.type)
              and (options.numerics == "reference" or options.same_bits or depends_on_profile(k))]
    _jobs.extend((e, k, options) for e, k in chosen)
    print(f"seed {options.seed}, {len(chosen)} operators and types", flush=True)
    rows = []
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        for row in pool.map(_run_job, range(len(_jobs))):
            print_row(options, row)
            rows.append(row)
    if options.table:
        write_table(options.table, options, rows)
    died, unjudged = sum(sum(r.died.values()) for r in rows), sum(r.unjudged for r in rows)
    passed, failed = sum(r.judged() for r in rows), sum(len(r.failures) for r in rows)
    print(f"{len(rows)} operators and types; LiteRT died {died} times; {unjudged} not judged")
    if options.same_bits:
        print(f"the same floats in {sum(r.same_floats for r in rows)} of {sum(r.floats for r in rows)} cases")
    elif options.numerics == "xnnpack":
        taken = sum(r.taken for r in rows)
        print(f"XNNPACK took {taken} cases")
        failed += not taken
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
