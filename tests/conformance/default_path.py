"""Quantized models operator by operator against LiteRT's default path, XNNPACK included.

    python default_path.py --samara build/release/bin/samara MODEL... [--ops CONV_2D,ADD] [--seed 0]

Each operator is cut out and fed with the tensors that LiteRT's reference kernels computed for a
random input, so that its values are such as it sees in use. Where the delegate does not take an
operator, LiteRT runs kernels of its own that may differ from its reference; Samara's result must
then be the reference's, and `not taken` counts such operators.
Prints a line per operator and type; exits 1 if an operator that XNNPACK takes differs.
"""

import argparse
import collections
import pathlib
import sys

import numpy as np

import conformance
import oracle
from flatmodel import FlatModel
from samara import Failed, Samara


def cases(model, seed):
    """(operator, model of it alone, its inputs) of each operator that reads or writes integers."""
    details = oracle.inputs_of(model.data)
    inputs = conformance.make_inputs(details, seed + 1, False, [])[-1]
    wanted = {i for op in model.operators() for i in op.inputs if i >= 0}
    [tensors] = oracle.run(model.data, oracle.REFERENCE, [inputs], sorted(wanted), keep_all=True)
    for operator in model.operators():
        alone = model.one_operator(operator)
        free = [i for i in dict.fromkeys(operator.inputs) if i >= 0 and model.constant(i) is None]
        if not free or any(i not in tensors for i in free):
            continue
        yield operator, alone, [tensors[i] for i in free]


def kind_of(model, operator):
    types = [model.tensor(i).type for i in [*operator.inputs[:2], operator.outputs[0]] if i >= 0]
    names = {v: k.lower() for k, v in vars(oracle.schema.TensorType).items()}
    return model.name_of(operator), " ".join(names[t] for t in types)


def judge(model, samara, options, table):
    seen = set()
    for operator, alone, inputs in cases(model, options.seed):
        name, types = kind_of(model, operator)
        if options.ops and name not in options.ops:
            continue
        if alone.data in seen:
            continue
        seen.add(alone.data)
        row = table[name, types]
        outputs = list(alone.graph.outputs)
        try:
            [want] = oracle.run(alone.data, oracle.DEFAULT, [inputs], outputs)
            [plain] = oracle.run(alone.data, oracle.REFERENCE, [inputs], outputs)
        except oracle.Refused:
            row["refused"] += 1
            continue
        try:
            got = samara.run(alone.data, alone.input_names(), inputs, False)
        except Failed as failure:
            row["failed"] += 1
            print(name, types, failure)
            continue
        row["operators"] += 1
        for g, i in zip(got, outputs):
            worst, off = distance(g, want[i])
            row["elements"] += g.size
            row["from reference"] += distance(plain[i], want[i])[1]
            if off and not taken(alone, inputs, outputs) and not distance(g, plain[i])[1]:
                row["not taken"] += 1
                continue
            row["unequal"] += off
            row["worst"] = max(row["worst"], worst)


def distance(got, want):
    """(largest difference, number of elements that differ): floats may by 1e-5 of the range."""
    if want.dtype.kind in "fc":
        error, _ = conformance.distance(got, want)
        return error, int(error > 1e-5)
    off = np.abs(got.astype(np.int64) - want.astype(np.int64))
    return int(off.max(initial=0)), int(np.count_nonzero(off))


def taken(alone, inputs, outputs):
    """Whether the delegate runs the operator: its bits are not those of LiteRT's own kernels."""
    [default] = oracle.run(alone.data, oracle.DEFAULT, [inputs], outputs)
    [builtin] = oracle.run(alone.data, oracle.BUILTIN, [inputs], outputs)
    return any(not np.array_equal(default[i], builtin[i]) for i in outputs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--samara", required=True)
    parser.add_argument("--ops", type=lambda text: text.split(","))
    parser.add_argument("--numerics", default="xnnpack")
    parser.add_argument("--isa")
    parser.add_argument("--emulator", default="", help="words before the program: qemu-aarch64 ...")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    samara = Samara(options.samara, options.isa, options.emulator.split(), numerics=options.numerics)
    table = collections.defaultdict(collections.Counter)
    for path in options.models:
        judge(FlatModel(pathlib.Path(path).read_bytes()), samara, options, table)
    columns = ["operators", "refused", "failed", "elements", "from reference", "not taken", "unequal", "worst"]
    print("operator | types | " + " | ".join(columns))
    for (name, types), row in sorted(table.items()):
        print(name, types, *(f"{row[c]:.3g}" if c == "worst" else row[c] for c in columns), sep=" | ")
    bad = sum(bool(row["unequal"] + row["failed"]) for row in table.values())
    print(f"{len(table) - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
