"""Random models of operators on boxes and signals: LiteRT's reference against Samara.

    python signal_cases.py [--samara build/release/bin/samara] [--ops FAKE_QUANT] [--seed 1] [-n 40]

Integers are equal, floats within 1e-5 of the range. What the LiteRT wheel lacks is judged by a
double computation in numpy.
"""

import argparse
import pathlib
import sys

import numpy as np
from flatbuffers import flexbuffers

import oracle
from conformance import distance
from flatmodel import pack, schema
from lstm_cases import Builder
from samara import Failed, Samara

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
T = schema.TensorType
CODE = schema.BuiltinOperator
KIND = {np.dtype(np.float32): T.FLOAT32, np.dtype(np.int32): T.INT32, np.dtype(np.int64): T.INT64,
        np.dtype(np.complex64): T.COMPLEX64, np.dtype(np.int8): T.INT8, np.dtype(np.uint8): T.UINT8,
        np.dtype(np.int16): T.INT16, np.dtype(np.float16): T.FLOAT16}


class Case(Builder):
    """A model of one operator under construction."""

    def __init__(self, code, custom=None, options=None, flex=None):
        super().__init__()
        self.op = schema.OperatorT()
        self.op.opcodeIndex, self.op.inputs, self.op.outputs = 0, [], []
        if options is not None:
            name, fields = options
            self.op.builtinOptions = getattr(schema, name + "T")()
            for key, value in fields.items():
                setattr(self.op.builtinOptions, key, value)
            self.op.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        if flex is not None:
            self.op.customOptions = np.frombuffer(bytes(flexbuffers.Dumps(flex)), np.uint8)
        self.code = schema.OperatorCodeT()
        self.code.builtinCode, self.code.deprecatedBuiltinCode = code, min(code, 127)
        self.code.customCode, self.code.version = custom, 1
        self.values, self.given = [], []
        self.about = ""

    def feed(self, value, constant=False, **quant):
        value = np.asarray(value, order="C")
        index = self.tensor(KIND[value.dtype], value.shape, value if constant else None, **quant)
        self.op.inputs.append(index)
        if not constant:
            self.given.append(index)
            self.values.append(value)
        return self

    def give(self, dtype, shape=()):
        self.op.outputs.append(self.tensor(KIND[np.dtype(dtype)], shape))
        return self

    def model(self):
        self.graph.inputs, self.graph.outputs = self.given, self.op.outputs
        self.graph.operators = [self.op]
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [self.graph], self.buffers
        model.operatorCodes = [self.code]
        return pack(model)


def fake_quant(r):
    low, high = sorted(r.uniform(-6, 6, 2) * (1, 1))
    if r.random() < 0.7:
        low, high = -abs(low), abs(high) + 0.01
    fields = {"min": float(low), "max": float(high), "numBits": int(r.integers(2, 17)), "narrowRange": False}
    shape = r.integers(1, 6, int(r.integers(1, 5)))
    x = r.uniform(-8, 8, shape).astype(np.float32)
    return Case(CODE.FAKE_QUANT, options=("FakeQuantOptions", fields)).feed(x).give(np.float32, shape), None


def suppression(soft):
    def make(r):
        count = int(r.integers(0, 40))
        corners = r.uniform(0, 4, (count, 2))
        size = r.uniform(0.05, 2, (count, 2))
        boxes = np.concatenate([corners, corners + size], axis=1).astype(np.float32)
        if count and r.random() < 0.5:  # any two opposite corners
            boxes = boxes[:, [2, 1, 0, 3]]
        scores = r.uniform(0, 1, count).astype(np.float32)
        if r.random() < 0.5:
            scores = np.round(scores * 4).astype(np.float32) / 4  # equal ones
        most = int(r.integers(0, 20))
        limits = [np.float32(r.uniform(0.05, 1)), np.float32(r.choice([0, 0.2, 0.6]))]
        if soft:
            limits.append(np.float32(r.choice([0, 0.2, 0.5, 2])))
        case = Case(CODE.NON_MAX_SUPPRESSION_V5 if soft else CODE.NON_MAX_SUPPRESSION_V4,
                    options=("NonMaxSuppressionV5Options" if soft else "NonMaxSuppressionV4Options", {}))
        case.feed(boxes).feed(scores).feed(np.int32(most), constant=r.random() < 0.5)
        for limit in limits:
            case.feed(limit, constant=r.random() < 0.5)
        case.give(np.int32, [most])
        if soft:
            case.give(np.float32, [most])
        return case.give(np.int32), None
    return make


def spectrogram(r):
    window, stride = int(r.integers(2, 300)), int(r.integers(1, 200))
    x = r.uniform(-1, 1, (int(r.integers(1, 900)), int(r.integers(1, 4)))).astype(np.float32)
    squared = bool(r.random() < 0.5)
    case = Case(CODE.CUSTOM, b"AudioSpectrogram",
                flex={"window_size": window, "stride": stride, "magnitude_squared": squared})
    return case.feed(x).give(np.float32, [1]), None


def mfcc(r):
    bins, rate = int(r.integers(8, 260)), int(r.integers(2000, 48000))
    low = int(r.integers(0, rate // 8))
    high = int(r.integers(low + 1, rate // 2))
    bands = int(r.integers(1, 50))
    flex = {"upper_frequency_limit": high, "lower_frequency_limit": low, "filterbank_channel_count": bands,
            "dct_coefficient_count": int(r.integers(1, bands + 1))}
    x = r.uniform(0, 9, (int(r.integers(1, 3)), int(r.integers(1, 6)), bins)).astype(np.float32)
    case = Case(CODE.CUSTOM, b"Mfcc", flex=flex)
    return case.feed(x).feed(np.int32([rate]), constant=r.random() < 0.5).give(np.float32, [1]), None


def numeric_verify(r):
    kind = np.dtype(r.choice(["int8", "uint8", "int16", "float16"]))
    shape = [int(n) for n in r.integers(1, 6, 3)]
    case = Case(CODE.CUSTOM, b"NumericVerify", flex={"tolerance": 5.0, "log_if_failed": bool(r.random() < 0.2)})
    scale, zero = float(r.uniform(0.01, 1)), 0 if kind == np.int16 else 7
    if kind == np.float16:
        x = r.uniform(-4, 4, shape).astype(kind)
        return case.feed(x).feed(x.astype(np.float32) + np.float32(0.01)).give(np.float32, shape), None
    x = r.integers(0, 100, shape).astype(kind)
    near = ((x.astype(np.float64) - zero) * scale + r.uniform(-1, 1, shape) * scale).astype(np.float32)
    return case.feed(x, scale=scale, zero=zero).feed(near).give(np.float32, shape), None


def hadamard(r):
    size = 2 ** int(r.integers(0, 10))
    shape = [*(int(n) for n in r.integers(1, 4, int(r.integers(1, 3)))), size * int(r.integers(1, 4))]
    x = r.uniform(-1, 1, shape).astype(np.float32)
    case = Case(CODE.CUSTOM, b"aeq.hadamard_rotation", flex={"hadamard_size": size, "random_binary_vector": [1]})
    return case.feed(x).give(np.float32, shape), None


def irfft2d(r):
    height, width = 2 ** int(r.integers(0, 6)), 2 ** int(r.integers(0, 6))
    shape = [*(int(n) for n in r.integers(1, 4, int(r.integers(0, 3)))), int(r.integers(1, 20)), int(r.integers(1, 20))]
    x = (r.uniform(-1, 1, shape) + 1j * r.uniform(-1, 1, shape)).astype(np.complex64)
    grid = np.zeros((*shape[:-2], height, width // 2 + 1), np.complex128)
    rows, columns = min(shape[-2], height), min(shape[-1], width // 2 + 1)
    grid[..., :rows, :columns] = x[..., :rows, :columns]
    want = np.fft.irfft2(grid, s=(height, width), axes=(-2, -1)) if width > 1 else np.fft.ifft(grid, axis=-2).real
    case = Case(CODE.CUSTOM, b"IRFFT2D")
    case.feed(x).feed(np.int32([height, width]), constant=r.random() < 0.5)
    return case.give(np.float32, [1]), [want.astype(np.float32)]


def attention(r):
    batch, queries, keys, kv_heads, width, depth = (int(n) for n in r.integers(1, 7, 6))
    heads = kv_heads * int(r.integers(1, 4))
    q = r.normal(size=(batch, queries, heads, width)).astype(np.float32)
    k = r.normal(size=(batch, keys, kv_heads, width)).astype(np.float32)
    v = r.normal(size=(batch, keys, kv_heads, depth)).astype(np.float32)
    full = (batch, heads, queries, keys)
    mask = r.normal(size=[n if r.random() < 0.5 else 1 for n in full]).astype(np.float32)
    scale = float(r.choice([0, 0.3]))
    repeat = heads // kv_heads
    kk, vv = (np.repeat(t.astype(np.float64), repeat, axis=2) for t in (k, v))
    scores = np.einsum("bthw,bshw->bhts", q.astype(np.float64) * (scale or width ** -0.5), kk) + mask
    share = np.exp(scores - scores.max(axis=-1, keepdims=True))
    share /= share.sum(axis=-1, keepdims=True)
    want = np.einsum("bhts,bshd->bthd", share, vv).astype(np.float32)
    case = Case(CODE.CUSTOM, b"odml.scaled_dot_product_attention", flex={"scale": scale})
    return case.feed(q).feed(k).feed(v).feed(mask).give(np.float32, want.shape), [want]


CASES = {
    "AudioSpectrogram": spectrogram,
    "Mfcc": mfcc,
    "NumericVerify": numeric_verify,
    "aeq.hadamard_rotation": hadamard,
    "IRFFT2D": irfft2d,
    "odml.scaled_dot_product_attention": attention,
    "FAKE_QUANT": fake_quant,
    "NON_MAX_SUPPRESSION_V4": suppression(False),
    "NON_MAX_SUPPRESSION_V5": suppression(True),
}


def judge(samara, case, exact):
    """What is wrong, or nothing. Raises oracle.Refused."""
    data = case.model()
    if exact is None:
        want = oracle.run(data, oracle.REFERENCE, [case.values], case.op.outputs)[0]
        # LiteRT's interpreter does not give out tensors that came out empty.
        want = [want.get(i) for i in case.op.outputs]
    else:
        want = exact
    try:
        got = samara.run(data, [str(i) for i in range(len(case.values))], case.values, False)
    except Failed as error:
        return str(error)
    for i, (g, w) in enumerate(zip(got, want)):
        if w is None:
            if g.size:
                return f"output {i} has shape {g.shape}, not empty"
            continue
        error, unequal = distance(g, w)
        if error > (1e-5 if w.dtype.kind in "fc" else 0):
            return f"output {i}: error {error:.3g}, unequal {unequal:.3g}, shapes {g.shape} {w.shape}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--ops", default=",".join(CASES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", type=int, default=40, help="cases of each operator")
    arguments = parser.parse_args()
    samara = Samara(arguments.samara)
    passed = failed = skipped = 0
    for name in arguments.ops.split(","):
        for number in range(arguments.n):
            case, exact = CASES[name](np.random.default_rng([arguments.seed, number, *name.encode()]))
            try:
                problem = judge(samara, case, exact)
            except oracle.Refused as refusal:
                print(f"skipped {name} {number} {case.about}: LiteRT: {str(refusal)[:100]}")
                skipped += 1
                continue
            passed, failed = passed + (not problem), failed + bool(problem)
            if problem:
                print(f"FAIL {name} {number} {case.about}: {problem}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if failed == 0 and passed else 1)


if __name__ == "__main__":
    main()
