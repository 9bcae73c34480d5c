"""Segments, sequences, diagonals, bits: values that go where other values say."""

import numpy as np

from operators.case import (BF16, BOOL, F16, F32, F64, I8, I16, I32, I64, NUMPY, U8, U16, U32, U64,
                            Case, options_of)
from operators.registry import Entry
from operators.cases.movement import ALL, like, moved


def dynamic_update_slice(m, type_):
    shape = m.shape(1, 5, 6)
    update = [m.number(1, d) for d in shape]
    start = [m.number(-1, d) for d in shape]  # clamped so that the update fits
    x = moved(m, type_, shape)
    return Case("DYNAMIC_UPDATE_SLICE", options_of("DynamicUpdateSliceOptions"),
                [x, moved(m, type_, update), m.given(m.pick([I32, I64]), start)], [like(m, x, shape)])


def reverse_sequence(m, type_):
    shape = m.shape(2, 5, 6)
    batch, sequence = (int(d) for d in m.rng.permutation(len(shape))[:2])
    lengths = m.rng.integers(1, shape[sequence], shape[batch], endpoint=True)
    options = options_of("ReverseSequenceOptions", seqDim=sequence, batchDim=batch)
    return Case("REVERSE_SEQUENCE", options,
                [m.input(type_, shape), m.given(m.pick([I32, I64]), lengths)], [m.output(type_, shape)])


def sparse_to_dense(m, type_):
    shape = m.shape(1, 4, 5)
    index = m.pick([I32, I64])
    places = np.unique(np.stack([m.rng.integers(0, d, 6) for d in shape], axis=-1), axis=0)
    count = len(places)
    if len(shape) == 1 and m.chance(0.5):
        places = places[:, 0]
    values = m.input(type_, (count,) if m.chance(0.8) else ())
    return Case("SPARSE_TO_DENSE", options_of("SparseToDenseOptions", validateIndices=m.chance(0.5)),
                [m.given(index, places), m.given(index, list(shape), 1.0), values, m.input(type_, ())],
                [m.output(type_)])


def matrix_diag(m, type_):
    shape = m.shape(1, 4, 6)
    return Case("MATRIX_DIAG", options_of("MatrixDiagOptions"), [m.input(type_, shape)],
                [m.output(type_, shape + shape[-1:])])


def matrix_set_diag(m, type_):
    shape = m.shape(2, 5, 6)
    diagonal = shape[:-2] + (min(shape[-2:]),)
    return Case("MATRIX_SET_DIAG", options_of("MatrixSetDiagOptions"),
                [m.input(type_, shape), m.input(type_, diagonal)], [m.output(type_, shape)])


def segment_sum(m, type_):
    shape = m.shape(1, 4, 6)
    ids = np.cumsum(m.rng.integers(0, 2, shape[0]))  # from 0, without gaps
    ids -= ids[0]
    return Case("SEGMENT_SUM", options_of("SegmentSumOptions"),
                [m.input(type_, shape), m.given(I32, ids)], [m.output(type_)])


def exact_segment_sum(case):
    x, ids = (t.values for t in case.inputs)
    out = np.zeros((ids[-1] + 1,) + x.shape[1:])
    np.add.at(out, ids, x)
    return [out]


def unsorted_segment(op):
    def make(m, type_):
        shape, count = m.shape(1, 4, 6), m.number(1, 6)
        depth = m.number(1, len(shape))
        ids = m.rng.integers(-1 if m.chance(0.2) else 0, count, shape[:depth])
        low, high = (-3, 3) if op.endswith("PROD") else (None, None)
        options = options_of(op.title().replace("_", "") + "Options")
        return Case(op, options, [m.input(type_, shape, low=low, high=high), m.given(I32, ids),
                                  m.given(I32, np.int32(count))], [m.output(type_)])
    return Entry(op, [F32, I32], make)


def bucketize(m, type_):
    edges = np.sort(m.rng.uniform(-50, 50, m.number(0, 6))).astype(np.float32)
    return Case("BUCKETIZE", options_of("BucketizeOptions", boundaries=edges),
                [m.input(type_, m.shape(1, 4, 6), low=-60, high=60)], [m.output(I32)])


def exact_bucketize(case):
    return [np.searchsorted(case.options[1].boundaries, case.inputs[0].values, "right")]


def atan2(m, type_):
    shape = m.shape(1, 5, 6)
    return Case("ATAN2", options_of("ATan2Options"), [m.input(type_, shape), m.input(type_, shape)],
                [m.output(type_, shape)])


def bitcast(m, type_):
    targets = [t for t in (F32, F16, I8, U8, I16, U16, I32, U32, I64) if t != type_]
    out = m.pick(targets)
    wide, narrow = np.dtype(NUMPY[type_]).itemsize, np.dtype(NUMPY[out]).itemsize
    shape = m.shape(1, 4, 6)
    if narrow > wide:
        shape += (narrow // wide,)
        result = shape[:-1]
    else:
        result = shape + ((wide // narrow,) if narrow < wide else ())
    return Case("BITCAST", options_of("BitcastOptions"), [m.input(type_, shape, low=0, high=100)],
                [m.output(out, result)])


def bitwise(op, low=None, high=None):
    def make(m, type_):
        a, b, out = m.broadcast_pair(4)
        table = {"BITWISE_XOR": "BitwiseXorOptions", "RIGHT_SHIFT": "RightShiftOptions"}[op]
        bits = np.iinfo(NUMPY[type_]).bits
        second = (0, bits - 1) if op == "RIGHT_SHIFT" else (None, None)
        return Case(op, options_of(table),
                    [m.input(type_, a), m.input(type_, b, None, m.chance(0.3), *second)],
                    [m.output(type_, out)])
    return Entry(op, [I8, U8, I16, U16, I32, U32], make)


NUMBERS = [F32, I8, U8, I16, I32, I64]
ENTRIES = [
    Entry("DYNAMIC_UPDATE_SLICE", [t for t in ALL if t != BF16], dynamic_update_slice),
    Entry("REVERSE_SEQUENCE", [F32, U8, I16, I32, I64], reverse_sequence),
    Entry("SPARSE_TO_DENSE", [F32, I8, U8, I32, I64], sparse_to_dense),
    Entry("MATRIX_DIAG", NUMBERS, matrix_diag), Entry("MATRIX_SET_DIAG", NUMBERS, matrix_set_diag),
    Entry("SEGMENT_SUM", [F32, I32], segment_sum, exact_segment_sum),
    *(unsorted_segment(f"UNSORTED_SEGMENT_{f}") for f in ("SUM", "PROD", "MAX", "MIN")),
    Entry("BUCKETIZE", [F32, F64, I32, I64], bucketize, exact_bucketize),
    Entry("ATAN2", [F32, F16, F64], atan2, lambda c: [np.arctan2(*(
        t.values.astype(np.float64) for t in c.inputs))], 2),
    Entry("BITCAST", [F32, F16, I8, U8, I16, U16, I32, U32, I64], bitcast),
    bitwise("BITWISE_XOR"), bitwise("RIGHT_SHIFT"),
]
