"""Runs models through LiteRT and Samara and compares tensors; see README.md for the rules."""

import argparse
import dataclasses
import fnmatch
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLOAT_TOLERANCE = 1e-5
ULPS = 2
SMALL = 5_000_000

try:
    import numpy as np
    from PIL import Image
    import doubles
    import hybrid
    import oracle
    from flatmodel import FlatModel
    from samara import Failed, Samara
except ImportError as error:
    data = os.environ.get("SAMARA_TEST_DATA") or (ROOT.parent / "shared/data")
    there = pathlib.Path(data).is_dir()
    print(f"{'failed' if there else 'skipped'}: {error}; tests/requirements.txt is not installed")
    print(f"0 passed, {1 if there else 0} failed, {0 if there else 1} skipped")
    sys.exit(1 if there else 77)


@dataclasses.dataclass
class Row:
    """One line of the table."""

    model: str
    kind: str
    worst: float = 0.0
    where: str = ""
    unequal: float = 0.0
    spread: float = 0.0
    tensors: int = 0
    alone: int = 0
    worst_alone: float = 0.0
    verdict: str = "pass"
    notes: list = dataclasses.field(default_factory=list)

    def fail(self, why):
        self.verdict = "FAIL"
        if len(self.notes) < 6:
            self.notes.append(why)


def find_models(pattern):
    """(name, path) of all models there are, the repository's own first."""
    found = [(f"digits/{p.name}", p) for p in sorted((ROOT / "examples/digits/models").glob("*.tflite"))]
    data = os.environ.get("SAMARA_TEST_DATA") or (ROOT.parent / "shared/data")
    data = pathlib.Path(data)
    if data.is_dir():
        zoo = ROOT / "build/data/zoo"
        unpack = data.parent / "tools/unpack-zoo"
        if not unpack.exists():
            raise SystemExit(f"{unpack} is missing: the zoo cannot be unpacked")
        subprocess.run(["bash", str(unpack), str(zoo)], check=True)
        folders = [("zoo", zoo)] + [(d, data / d) for d in ("vision", "audio", "micro", "text")]
        for label, folder in folders:
            found += [(f"{label}/{p.name}", p) for p in sorted(folder.glob("*.tflite"))]
    return [(n, p) for n, p in found if fnmatch.fnmatch(n, pattern)], data


def image_input(detail, path):
    """A picture as the model's only input takes it, or None."""
    shape, dtype = list(detail[1]), np.dtype(detail[2])
    if len(shape) != 4 or shape[3] not in (1, 3) or shape[1] < 8:
        return None
    picture = Image.open(path).convert("RGB" if shape[3] == 3 else "L").resize((shape[2], shape[1]))
    pixels = np.asarray(picture, np.float32).reshape(shape)
    if dtype == np.uint8:
        return pixels.astype(np.uint8)
    if dtype == np.int8:
        return (pixels - 128).astype(np.int8)
    return ((pixels - 127.5) / 127.5).astype(dtype)


def random_input(detail, generator):
    shape, dtype = detail[1], np.dtype(detail[2])
    if dtype in (np.float32, np.float64):
        return generator.uniform(-1, 1, shape).astype(dtype)
    if dtype == np.bool_:
        return generator.integers(0, 2, shape).astype(dtype)
    if dtype in (np.int8, np.uint8, np.int16):
        limits = np.iinfo(dtype)
        return generator.integers(limits.min, limits.max + 1, shape).astype(dtype)
    return generator.integers(0, 100, shape).astype(dtype)  # mostly indices


def extreme_inputs(details):
    """All inputs at their least, all at their greatest, all zero."""
    def value(detail, which):
        dtype = np.dtype(detail[2])
        if dtype in (np.int8, np.uint8, np.int16):
            limits = np.iinfo(dtype)
            number = (limits.min, limits.max, 0)[which]
        elif dtype in (np.float32, np.float64):
            number = (-1, 1, 0)[which]
        else:
            number = (0, 1, 0)[which]
        return np.full(detail[1], number, dtype)

    return [[value(d, which) for d in details] for which in range(3)]


def make_inputs(details, seeds, extremes, pictures):
    runs = [[random_input(d, np.random.default_rng(seed * 101 + i)) for i, d in enumerate(details)]
            for seed in range(seeds)]
    if extremes:
        runs += extreme_inputs(details)
    if len(details) == 1:
        pixels = [image_input(details[0], p) for p in pictures]
        runs += [[p] for p in pixels if p is not None]
    return runs


def distance(got, want):
    """(error in parts of the tensor's range, fraction of unequal elements)."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return float("inf"), 1.0
    if got.size == 0:
        return 0.0, 0.0
    unequal = float(np.mean((got != want) & ~((got != got) & (want != want))))
    if unequal == 0:
        return 0.0, 0.0
    wide = np.complex128 if np.iscomplexobj(want) else np.float64
    a, b = got.astype(wide), want.astype(wide)
    finite = np.isfinite(b)
    if not np.array_equal(np.isfinite(a), finite):
        return float("inf"), unequal
    size = np.abs(b[finite])
    span = float(max(size.max() if size.size else 0, np.ptp(b[finite].real) if size.size else 0))
    return float(np.abs(a - b)[finite].max()) / max(span, 1e-30), unequal


def is_string(value):
    return value.dtype.kind in "OSU"


def compare(row, model, got, want, float_tolerance):
    """Counts and judges the tensors that both have; returns the indices that are wrong."""
    wrong = []
    names = model.graph.tensors
    for index in sorted(set(want) - set(got)):
        if not is_string(want[index]):
            row.fail(f"tensor {index} {names[index].name.decode()[-40:]} was not computed")
    for index in sorted(set(got) & set(want)):
        if is_string(want[index]):
            continue
        ours, theirs = got[index], want[index]
        if ours.shape != theirs.shape and ours.size == theirs.size == 1:
            ours = ours.reshape(theirs.shape)
        error, unequal = distance(ours, theirs)
        row.tensors += 1
        floating = theirs.dtype.kind in "fc"
        row.unequal = max(row.unequal, 0.0 if floating else unequal)
        if error > row.worst:
            row.worst, row.where = error, f"{index} {names[index].name.decode()[-40:]}"
        if floating and error > float_tolerance or not floating and unequal > 0:
            wrong.append((index, error, unequal))
    return wrong


def outputs_as_map(model, outputs):
    return dict(zip(model.output_tensors(), outputs))


def producers(model):
    return {o: op for op in model.operators() for o in op.outputs}


def judge_integer(row, model, samara, inputs, got, want, all_tensors):
    """Integer tensors bit for bit. Behind a float part, from LiteRT's own quantized tensors."""
    made_by = producers(model)
    borders = [o for o, op in made_by.items()
               if model.name_of(op) == "QUANTIZE" and not model.is_integer_tensor(op.inputs[0])
               and op.inputs[0] in made_by]
    wrong = compare(row, model, got, want, FLOAT_TOLERANCE)
    if not wrong:
        return
    if not borders:
        for index, error, unequal in wrong:
            row.fail(f"tensor {index}: error {error:.3g}, unequal {unequal:.3g}")
        return
    missing = [b for b in borders if b not in want]
    if missing:
        row.fail(f"tensor {missing[0]} behind a float part is not known")
        return
    behind = model.with_inputs(borders)
    again = samara.run(behind.pack(), behind.input_names(), [want[b] for b in borders], all_tensors)
    if not all_tensors:
        again = outputs_as_map(behind, again)
    before = {i: v for i, v in got.items() if i not in again}
    row.worst = row.unequal = 0.0
    row.notes.append("the part behind QUANTIZE from LiteRT's own tensor")
    for part in (before, again):
        known = {i: v for i, v in want.items() if i in part}
        for index, error, unequal in compare(row, model, part, known, FLOAT_TOLERANCE):
            if index in borders and np.abs(
                    part[index].astype(int) - want[index].astype(int)).max() <= 1:
                row.notes.append(f"tensor {index}: {unequal:.2g} of the quanta are neighbours")
                continue
            row.fail(f"tensor {index}: error {error:.3g}, unequal {unequal:.3g}")


def judge_float(row, model, samara, inputs, got, want, all_tensors):
    """Within 1e-5 of the range; else the operator that made the tensor is, on LiteRT's own inputs:
    over many layers LiteRT's builtin and reference kernels differ by more than that themselves."""
    wrong = compare(row, model, got, want, FLOAT_TOLERANCE)
    if not wrong:
        return
    if not all_tensors:
        want = oracle.run(model.data, oracle.REFERENCE, [inputs], model.computed_tensors(), True)[0]
        got = samara.run(model.data, model.input_names(), inputs, True)
        wrong = compare(Row("", ""), model, got, want, FLOAT_TOLERANCE)
    given = {**want, **dict(zip(model.graph.inputs, inputs))}
    made_by = producers(model)
    worst = 0.0
    for index, whole, _ in wrong:
        operator = made_by[index]
        alone = model.one_operator(operator)
        feeds = [i for i in dict.fromkeys(operator.inputs) if i >= 0 and model.constant(i) is None]
        if any(i not in given for i in feeds):
            row.fail(f"tensor {index}: error {whole:.3g} of the range, inputs not known")
            continue
        results = samara.run(alone.pack(), alone.input_names(), [given[i] for i in feeds], False)
        result = results[list(operator.outputs).index(index)]
        error = distance(result, want[index])[0]
        if error > FLOAT_TOLERANCE:
            values = [None if i < 0 else given.get(i, model.constant(i)) for i in operator.inputs]
            ideal = doubles.expected(model, operator, values)
            if ideal is not None:
                error = distance(np.float64(result), ideal.reshape(result.shape))[0]
                row.notes.append(f"tensor {index} {model.name_of(operator)}: against a double model")
        worst = max(worst, error)
        if error > FLOAT_TOLERANCE:
            row.fail(f"tensor {index} {model.name_of(operator)}: error {error:.3g} of the range")
    row.alone, row.worst_alone = row.alone + len(wrong), max(row.worst_alone, worst)


def own_spread(model, runs):
    """The largest distance between LiteRT's builtin and reference kernels: over several inputs,
    since a hidden value that lies between two quanta moves one input's result and not another's."""
    outputs = model.output_tensors()
    reference = oracle.run(model.data, oracle.REFERENCE, runs, outputs)
    builtin = oracle.run(model.data, oracle.BUILTIN, runs, outputs)
    return max(distance(b[o], r[o])[0] for b, r in zip(builtin, reference) for o in outputs)


def judge_hybrid(row, model, samara, _inputs, got, want, all_tensors):
    """Operators one by one on LiteRT's inputs; the whole within twice LiteRT's own spread."""
    if all_tensors and not row.tensors:  # the first input judges the operators
        for number, operator in enumerate(model.operators()):
            x = want.get(operator.inputs[0]) if model.is_hybrid(operator) else None
            if x is None:
                continue
            ideal = hybrid.expected(model, operator, x)
            if ideal is None:
                row.notes.append(f"operator {number} {model.name_of(operator)}: as part of the whole")
                continue
            alone = model.one_operator(operator)
            result = samara.run(alone.pack(), ["0"], [x], False)[0]
            ulps = hybrid.ulps_of_range(model, operator, result, ideal)
            if ulps > ULPS:
                row.fail(f"operator {number} {model.name_of(operator)}: {ulps:.2f} ulp")
    outputs, spread = model.output_tensors(), row.spread
    whole = Row(row.model, row.kind)
    compare(whole, model, {o: got[o] for o in outputs}, {o: want[o] for o in outputs},
            FLOAT_TOLERANCE)
    row.tensors += whole.tensors
    if whole.worst >= row.worst:
        row.worst, row.where = whole.worst, f"{whole.where} (LiteRT's own: {spread:.2g})"
    if whole.worst > max(2 * spread, FLOAT_TOLERANCE):
        row.fail(f"whole: {whole.worst:.3g}, LiteRT builtin to reference {spread:.3g}")


JUDGES = {"integer": judge_integer, "float": judge_float, "float16 weights": judge_float,
          "dynamic range": judge_hybrid}


def has_foreign_operators(model):
    """Custom operators that neither LiteRT nor Samara has built in: those on strings."""
    codes = (c.customCode for c in model.model.operatorCodes)
    return any(c and c != b"TFLite_Detection_PostProcess" for c in codes)


def judge(name, path, samara, options, pictures):
    model = FlatModel(path.read_bytes())
    row = Row(name, model.kind())
    if has_foreign_operators(model):
        row.verdict = "skip"
        row.notes.append("custom operators on strings")
        return row
    try:
        details = oracle.inputs_of(model.data)
    except oracle.Refused as refusal:
        model = model.repaired()
        details = oracle.inputs_of(model.data)
        row.notes.append(f"LiteRT refuses the file ({str(refusal)[:60]}); judged after repair")
        original = FlatModel(path.read_bytes())
    else:
        original = model
    runs = make_inputs(details, options.seeds, options.extremes, pictures)
    wanted = model.computed_tensors() if options.all_tensors else model.output_tensors()
    try:
        results = oracle.run(model.data, oracle.REFERENCE, runs, wanted, options.all_tensors)
    except oracle.Refused as refusal:
        row.notes.append(f"BUILTIN_REF refuses ({str(refusal)[:60]}): against BUILTIN")
        results = oracle.run(model.data, oracle.BUILTIN, runs, wanted, options.all_tensors)
    if row.kind == "dynamic range":
        row.spread = own_spread(model, make_inputs(details, max(3, options.seeds), True, []))
    names = original.input_names()
    for inputs, want in zip(runs, results):
        got = samara.run(original.data, names, inputs, options.all_tensors)
        if not options.all_tensors:
            got = outputs_as_map(original, got)
        JUDGES[row.kind](row, original, samara, inputs, got, want, options.all_tensors)
    last = original.output_tensors()[0]
    different = results if options.seeds > 1 else results + oracle.run(
        model.data, oracle.BUILTIN,
        make_inputs(details, 2, False, [])[1:], model.output_tensors())
    if len(different) > 1 and details and all(
            np.array_equal(different[0][last], r[last]) for r in different[1:]):
        row.fail("the outputs are equal for different inputs: the test shows nothing")
    if row.alone:
        row.notes.append(f"{row.alone} tensors over 1e-5 in the whole run: their operators on LiteRT's "
                         f"own inputs within {row.worst_alone:.2g}")
    if row.tensors == 0:
        row.fail("nothing was compared")
    row.notes = list(dict.fromkeys(row.notes))
    return row


def print_table(rows, out):
    print("| model | type | tensors | worst error | where | unequal | verdict |", file=out)
    print("|---|---|---|---|---|---|---|", file=out)
    for r in rows:
        print(f"| {r.model} | {r.kind} | {r.tensors} | {r.worst:.2g} | {r.where} | {r.unequal:.2g} "
              f"| {r.verdict} |", file=out)
    for r in rows:
        for note in r.notes:
            print(f"{r.model}: {note}", file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=["ci", "nightly"], default="nightly")
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--isa", help="SAMARA_ISA for the program")
    parser.add_argument("--emulator", default="", help="words before the program, e.g. qemu-aarch64 -L ...")
    parser.add_argument("--models", default="*", help="pattern of names, e.g. 'zoo/*int8*'")
    parser.add_argument("--kind", help="only models of this kind")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--extremes", action=argparse.BooleanOptionalAction)
    parser.add_argument("--all-tensors", action=argparse.BooleanOptionalAction)
    parser.add_argument("--max-bytes", type=int)
    parser.add_argument("--table", help="also write the table to this file")
    options = parser.parse_args()
    nightly = options.tier == "nightly"
    options.seeds = options.seeds or (3 if nightly else 1)
    options.extremes = nightly if options.extremes is None else options.extremes
    options.all_tensors = nightly if options.all_tensors is None else options.all_tensors
    options.max_bytes = options.max_bytes or (1 << 40 if nightly else SMALL)

    models, data = find_models(options.models)
    pictures = [data / "vision/burger.jpg", data / "vision/sparrow.png"] if nightly else []
    pictures = [p for p in pictures if p.exists()]
    samara = Samara(options.samara, options.isa, options.emulator.split(), options.threads)
    rows = []
    for name, path in models:
        if path.stat().st_size > options.max_bytes:
            continue
        if options.kind and FlatModel(path.read_bytes()).kind() != options.kind:
            continue
        start = time.time()
        try:
            row = judge(name, path, samara, options, pictures)
        except (Failed, oracle.Refused, subprocess.TimeoutExpired) as error:
            row = Row(name, FlatModel(path.read_bytes()).kind(), verdict="FAIL")
            row.notes.append(str(error)[:500])
        rows.append(row)
        print(f"{row.verdict:5} {name} {time.time() - start:.1f} s", file=sys.stderr, flush=True)
    if not data.is_dir():
        print("skipped: there is no SAMARA_TEST_DATA and no ../shared/data; examples/digits/models alone")
    print_table(rows, sys.stdout)
    if options.table:
        with open(options.table, "w", encoding="utf-8") as file:
            print_table(rows, file)
    count = {v: sum(r.verdict == v for r in rows) for v in ("pass", "FAIL", "skip")}
    if not rows:
        print("no model was found")
    print(f"{count['pass']} passed, {count['FAIL']} failed, {count['skip']} skipped")
    sys.exit(0 if rows and count["FAIL"] == 0 else 1)


if __name__ == "__main__":
    main()
