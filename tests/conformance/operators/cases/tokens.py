"""Operators on texts and ragged tensors, which no LiteRT resolver has: judged by computations of our
own."""

import pathlib
import struct

import flatbuffers
import numpy as np
from flatbuffers import flexbuffers

from operators.case import BOOL, F32, F64, I32, I64, STRING, U8, Case
from operators.registry import Entry

MODELS = pathlib.Path(__file__).resolve().parents[4] / "src/engine/text_ops/testdata"


def flex(**fields):
    return bytes(flexbuffers.Dumps(fields))


def words(m, low=0, high=9):
    """Words and what stands between them."""
    spaces = ["  ", " ", "\t", "\n", "\u3000", "\u00a0", "\u2028"]
    texts = ["a", "bc", "grün", "日本", "def", "x" * 12]
    return "".join(m.pick(texts) + m.pick(spaces) for _ in range(m.number(low, high))).encode()


def objects(values, shape=None):
    out = np.empty(len(values), object)
    out[:] = values
    return out.reshape(shape or (len(values),))


# Words and n-grams --------------------------------------------------------------------------------

def whitespace(m, kind):
    shape = m.shape(1, 3, 4)
    texts = m.constant(STRING, objects([words(m) for _ in range(int(np.prod(shape)))], shape))
    outputs = [m.output(STRING)] + ([m.output(I64) for _ in shape] if kind == "ragged" else [])
    return Case("tftext:WhitespaceTokenizer", None, [texts], outputs, custom=b"")


def exact_whitespace(case):
    texts = case.inputs[0].values
    split = [[w.encode() for w in t.decode().split()] for t in texts.ravel()]
    if len(case.outputs) == 1:
        most = max(len(s) for s in split)
        return [objects([w for s in split for w in s + [b""] * (most - len(s))], (*texts.shape, most))]
    splits = [np.arange(int(np.prod(texts.shape[:i + 1])) + 1) * texts.shape[i + 1] for i in range(texts.ndim - 1)]
    splits.append(np.cumsum([0] + [len(s) for s in split]))
    return [objects([w for s in split for w in s])] + [s.astype(np.int64) for s in splits]


def row_splits(m, rows, most):
    return np.cumsum([0] + [m.number(0, most) for _ in range(rows)])


def ngrams(m, kind):
    custom = flex(width=m.number(1, 4), axis=-1, reduction_type="STRING_JOIN",
                  string_separator=m.pick(["", " ", "--"]))
    if kind == "dense":
        return Case("tftext:Ngrams", None, [m.input(STRING, m.shape(1, 3, 6))], [m.output(STRING)], custom=custom)
    inner = row_splits(m, m.number(1, 5), 6)
    outer = row_splits(m, m.number(1, 3), 3)
    splits = [m.given(I64, s, 0) for s in ([outer, inner] if m.chance(0.3) else [inner])]
    values = m.input(STRING, (int(inner[-1]),))
    return Case("tftext:Ngrams", None, [values, *splits],
                [m.output(STRING)] + [m.output(I64) for _ in splits], custom=custom)


def exact_ngrams(case):
    o, x = flexbuffers.Loads(case.custom), case.inputs[0].values
    glue = o["string_separator"].encode()

    def joined(row):
        return [glue.join(row[i:i + o["width"]]) for i in range(len(row) - o["width"] + 1)]

    if len(case.inputs) == 1:
        inner = max(0, x.shape[-1] - o["width"] + 1)
        rows = x.reshape(-1, x.shape[-1])
        return [objects([g for r in rows for g in joined(list(r))], (*x.shape[:-1], inner))]
    *outer, inner = (t.values for t in case.inputs[1:])
    rows = [joined(list(x[a:b])) for a, b in zip(inner, inner[1:])]
    return [objects([g for r in rows for g in r]), *outer,
            np.cumsum([0] + [len(r) for r in rows]).astype(np.int64)]


# Ragged tensors -----------------------------------------------------------------------------------

def ragged_range(m, kind):
    rows = m.number(1, 6)
    whole = kind in (I32, I64)

    def operand(low, high):
        count = 1 if m.chance(0.3) else rows
        values = m.rng.integers(low, high, count, endpoint=True) if whole else m.rng.uniform(low, high, count)
        return values.astype({I32: np.int32, I64: np.int64, F32: np.float32, F64: np.float64}[kind])

    deltas = operand(1, 5) * (1 if m.chance(0.6) else -1)
    return Case("RaggedRange", None, [m.given(kind, operand(-20, 20)), m.given(kind, operand(-20, 20)),
                                      m.given(kind, deltas)],
                [m.output(m.pick([I32, I64])), m.output(kind)], custom=b"")


def exact_ragged_range(case):
    starts, limits, deltas = np.broadcast_arrays(*(t.values for t in case.inputs))
    rows = []
    for start, limit, delta in zip(starts, limits, deltas):
        away = (delta > 0 and limit < start) or (delta < 0 and limit > start)
        count = 0 if away else int(np.ceil(np.abs((limit - start) / delta)))
        row = [start] * count
        for i in range(1, count):
            row[i] = row[i - 1] + delta
        rows.append(row)
    splits = np.cumsum([0] + [len(r) for r in rows])
    dtype = starts.dtype
    return [splits.astype({I32: np.int32, I64: np.int64}[case.outputs[0].type]),
            np.array([v for r in rows for v in r], dtype)]


def partition_options(names):
    """As TensorFlow's converter writes them: a typed vector."""
    builder = flexbuffers.Builder()
    with builder.Map():
        with builder.TypedVector("row_partition_types"):
            for name in names:
                builder.String(name)
    return bytes(builder.Finish())


def ragged_to_tensor(m, kind):
    index = m.pick([I32, I64])
    rows, names, partitions = m.number(1, 4), [], []
    if m.chance(0.5):
        names, partitions = ["FIRST_DIM_SIZE"], [m.given(index, rows)]
    count = rows
    for level in range(m.number(1, 3)):
        lengths = [m.number(0, 3) for _ in range(count)]
        if names and m.chance(0.5):
            names.append("VALUE_ROWIDS")
            partitions.append(m.given(index, np.repeat(np.arange(count), lengths)))
        else:
            names.append("ROW_SPLITS")
            partitions.append(m.given(index, np.cumsum([0] + lengths)))
        count = sum(lengths)
    levels = len(partitions) - (names[0] == "FIRST_DIM_SIZE")
    inner = m.shape(0, 2, 4)
    shape = [m.number(0, 4) if m.chance(0.3) else -1 for _ in range(levels + 1)] + [-1] * len(inner)
    wanted = m.given(m.pick([I32, I64]), -1 if m.chance(0.2) else shape)
    return Case("RaggedTensorToTensor", None,
                [wanted, m.input(kind, (count, *inner)), m.given(kind, m.number(-9, 9)), *partitions],
                [m.output(kind)], custom=partition_options(names))


def nested(values, partitions):
    """The ragged tensor as lists in lists."""
    for kind, p in reversed(partitions):
        if kind == "ROW_SPLITS":
            values = [values[a:b] for a, b in zip(p, p[1:])]
        else:
            rows = [[] for _ in range(int(p.max(initial=-1)) + 1)]
            for row, value in zip(p, values):
                rows[int(row)].append(value)
            values = rows
    return values


def exact_ragged_to_tensor(case):
    shape, values, default, *partitions = (t.values for t in case.inputs)
    names = flexbuffers.Loads(case.custom)["row_partition_types"]
    rows = None
    if names[0] == "FIRST_DIM_SIZE":
        names, rows, partitions = names[1:], int(partitions[0]), partitions[1:]
    tree = nested(list(values), list(zip(names, partitions)))
    rows = len(tree) if rows is None else rows
    sizes = [rows]
    for name, p in zip(names, partitions):
        lengths = np.diff(p) if name == "ROW_SPLITS" else np.unique(p, return_counts=True)[1]
        # A width of 1 where all rows of splits are empty, as TensorFlow Lite has it.
        sizes.append(int(max(lengths.max(initial=0), name == "ROW_SPLITS" and len(p) > 1)))
    if shape.ndim:
        sizes = [s if w < 0 else int(w) for s, w in zip(sizes, shape)]
    out = np.full((*sizes, *values.shape[1:]), default, values.dtype)

    def fill(part, at):
        for i, value in enumerate(part[:sizes[len(at)]]):
            if len(at) + 1 == len(sizes):
                out[(*at, i)] = value
            else:
                fill(value, (*at, i))

    fill(tree, ())
    return [out.astype(np.float64) if values.dtype.kind == "f" else out]


# SentencePiece ------------------------------------------------------------------------------------

def _field(data, number):
    """The root table of a flatbuffer, and where its field lies in it."""
    table = flatbuffers.table.Table(bytearray(data), struct.unpack_from("<I", data)[0])
    return table, table.Offset(4 + 2 * number)


def model_of(name):
    """The pieces, with spaces for U+2581, and their scores."""
    decoder, encoder = ((MODELS / f"{name}_{kind}.bin").read_bytes() for kind in ("decoder", "encoder"))
    table, at = _field(decoder, 2)
    pieces = [table.String(table.Vector(at) + 4 * i).decode() for i in range(table.VectorLen(at))]
    table, at = _field(encoder, 7)
    scores = np.frombuffer(encoder, "<f4", table.VectorLen(at), table.Vector(at))
    table, at = _field(encoder, 4)
    return pieces, scores, np.float32(struct.unpack_from("<f", encoder, table.Pos + at)[0])


def sentence(m):
    letters = "".join(m.pick(["the ", "house", "run", "s", " ", "over", "a", "?", "tensor"])
                      for _ in range(m.number(0, 12)))
    return letters.encode()


def tokenize(m, kind):
    texts = m.constant(STRING, objects([sentence(m) for _ in range(m.number(1, 5))]))
    model = m.constant(U8, np.frombuffer((MODELS / "plain_encoder.bin").read_bytes(), np.uint8))
    flags = [m.given(BOOL, m.chance(0.5)) for _ in range(3)]
    return Case(kind, None, [model, texts, m.given(I32, 0), m.given(F32, 1.0), *flags],
                [m.output(I32), m.output(I32)], custom=b"")


def best_codes(text, pieces, scores, penalty):
    """Viterbi in float32 over the normalized text's characters; code 0 is unknown."""
    text = " " + " ".join(text.split(" "))
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.rstrip(" ")
    best = [(np.float32(0), -1, -1)] + [None] * len(text)
    for i in range(len(text)):
        # By characters alone an unknown one of several bytes would cost too little: all have one.
        ways = [(1, penalty, 0)] + [(len(p), scores[c], c) for c, p in enumerate(pieces)
                                    if c > 2 and text.startswith(p, i)]
        for length, score, code in sorted(ways, key=lambda w: (w[2] != 0, w[0])):
            total = np.float32(best[i][0] + score)
            if best[i + length] is None or best[i + length][0] < total:
                before = best[i][2] if code == 0 and best[i][1] == 0 else i
                best[i + length] = (total, code, before)
    codes, at = [], len(text)
    while at > 0:
        codes.append(best[at][1])
        at = best[at][2]
    return codes[::-1]


def exact_tokenize(case):
    model = model_of("plain")
    begin, end, reverse = (bool(t.values) for t in case.inputs[4:])
    rows = []
    for text in case.inputs[1].values:
        codes = best_codes(text.decode(), *model) if text else []
        codes = [1] * begin + codes + [2] * end
        rows.append(codes[::-1] if reverse else codes)
    return [np.array([c for r in rows for c in r], np.int32),
            np.cumsum([0] + [len(r) for r in rows]).astype(np.int32)]


def detokenize(m, kind):
    rows = [[m.number(0, 99) for _ in range(m.number(0, 8))] for _ in range(m.number(1, 4))]
    model = m.constant(U8, np.frombuffer((MODELS / "plain_decoder.bin").read_bytes(), np.uint8))
    codes = m.given(I32, np.array([c for r in rows for c in r], np.int32), 0)
    return Case(kind, None, [model, codes, m.given(I32, np.cumsum([0] + [len(r) for r in rows]), 0)],
                [m.output(STRING)], custom=b"")


def exact_detokenize(case):
    pieces = model_of("plain")[0]
    codes, splits = (t.values for t in case.inputs[1:])
    texts = []
    for a, b in zip(splits, splits[1:]):
        parts = [pieces[c] for c in codes[a:b]]
        if parts and parts[0].startswith(" "):
            parts[0] = parts[0][1:]
        texts.append("".join(parts).encode())
    return [objects(texts)]


def named(op, make, exact):
    return Entry(op, [STRING], lambda m, kind: make(m, op), exact=exact)


ENTRIES = [
    Entry("tftext:WhitespaceTokenizer", ["padded", "ragged"], whitespace, exact=exact_whitespace),
    Entry("tftext:Ngrams", ["dense", "ragged"], ngrams, exact=exact_ngrams),
    Entry("RaggedRange", [I32, I64, F32, F64], ragged_range, exact=exact_ragged_range),
    Entry("RaggedTensorToTensor", [I32, I64, F32], ragged_to_tensor, exact=exact_ragged_to_tensor),
    named("TFSentencepieceTokenizeOp", tokenize, exact_tokenize),
    named("TFText>FastSentencepieceTokenize", tokenize, exact_tokenize),
    named("TFSentencepieceDetokenizeOp", detokenize, exact_detokenize),
    named("TFText>FastSentencepieceDetokenize", detokenize, exact_detokenize),
]
