"""Integers of 4 and 2 bits on their way: from float32 to them, through the operator, and back."""

import numpy as np

from operators.case import F16, F32, I2, I4, I32, U4, Case, Node, Quant, options_of
from operators.registry import Entry


def box(m, shape):
    """A smaller shape and where it starts, now and then outside."""
    sizes = [m.number(0 if m.chance(0.05) else 1, d) for d in shape]
    starts = [m.number(-2, d + 2) if m.chance(0.2) else m.number(0, d - s)
              for d, s in zip(shape, sizes)]
    return sizes, starts


def packed(m, type_, shape):
    """float32 values that CAST makes packed, and the CAST."""
    low, high = {I4: (-8, 7), U4: (0, 15), I2: (-2, 1)}[type_]
    values = m.rng.integers(low, high, shape, endpoint=True).astype(np.float32)
    outside = m.constant(F32, values)._replace(constant=False)
    return outside, m.output(type_, shape)


def cast(before, after):
    options = options_of("CastOptions", inDataType=before.type, outDataType=after.type)
    return Node("CAST", options, [before], [after], 7)


def through_casts(m, type_, op, options, parts, others, shape):
    """`op` on packed `parts` (pairs of packed()) and `others`."""
    inside, result = m.output(type_, shape), m.output(F32, shape)
    nodes = [cast(*part) for part in parts]
    version = {"RESHAPE": 1, "BROADCAST_TO": 4}.get(op, 5)
    nodes.append(Node(op, options, [*(p[1] for p in parts), *others], [inside], version))
    nodes.append(cast(inside, result))
    return Case(op, options, [p[0] for p in parts] + others, [result], nodes=nodes)


def packed_update(m, type_):
    shape = m.shape(1, 5, 6)
    sizes, starts = box(m, shape)
    return through_casts(m, type_, "DYNAMIC_UPDATE_SLICE", None,
                         [packed(m, type_, shape), packed(m, type_, sizes)],
                         [m.given(I32, starts)], shape)


def packed_slice(m, type_):
    shape = m.shape(1, 5, 6)
    sizes = [m.number(1, d) for d in shape]
    starts = [m.number(0, d - s) for d, s in zip(shape, sizes)]
    return through_casts(m, type_, "SLICE", options_of("SliceOptions"), [packed(m, type_, shape)],
                         [m.constant(I32, starts), m.constant(I32, sizes)], sizes)


def packed_transpose(m, type_):
    shape = m.shape(1, 5, 6)
    perm = m.rng.permutation(len(shape))
    return through_casts(m, type_, "TRANSPOSE", options_of("TransposeOptions"),
                         [packed(m, type_, shape)], [m.constant(I32, perm)],
                         [shape[p] for p in perm])


def packed_gather(m, type_):
    shape = m.shape(1, 4, 6)
    axis = m.number(0, len(shape) - 1)
    at = m.rng.integers(0, shape[axis], m.number(1, 5))
    return through_casts(m, type_, "GATHER", options_of("GatherOptions", axis=axis),
                         [packed(m, type_, shape)], [m.constant(I32, at)],
                         shape[:axis] + (len(at),) + shape[axis + 1:])


def packed_concatenation(m, type_):
    shape = list(m.shape(1, 4, 6))
    axis = m.number(0, len(shape) - 1)
    parts = []
    for _ in range(m.number(1, 4)):
        shape[axis] = m.number(1, 5)
        parts.append(packed(m, type_, tuple(shape)))
    shape[axis] = sum(p[1].shape[axis] for p in parts)
    return through_casts(m, type_, "CONCATENATION", options_of("ConcatenationOptions", axis=axis),
                         parts, [], shape)


def packed_broadcast(m, type_):
    shape = m.shape(1, 5, 5)
    small = tuple(1 if m.chance(0.4) else d for d in shape)
    return through_casts(m, type_, "BROADCAST_TO", options_of("BroadcastToOptions"),
                         [packed(m, type_, small)], [m.constant(I32, shape)], shape)


def packed_reshape(m, type_):
    shape = m.shape(1, 4, 6)
    flat = (int(np.prod(shape)),)
    return through_casts(m, type_, "RESHAPE", options_of("ReshapeOptions", newShape=list(flat)),
                         [packed(m, type_, shape)], [m.constant(I32, flat)], flat)


def packed_embeddings(m, type_):
    """A table whose rows begin at a byte: LiteRT reads no others right."""
    rows, width = m.number(1, 6), 4 * m.number(1, 4)
    scales = np.exp(m.rng.uniform(-5, 1, rows if m.chance(0.5) else 1)).astype(np.float32)
    table = m.input(type_, (rows, width), Quant(scales, np.zeros(len(scales), np.int64), 0))
    at = m.rng.integers(0, rows, m.number(1, 5))
    return Case("EMBEDDING_LOOKUP", None, [m.given(I32, at), table], [m.output(m.pick([F32, F16]))], 5)


def exact_slice(case):
    x, starts, sizes = (t.values for t in case.inputs)
    return [x[tuple(slice(a, a + n) for a, n in zip(starts, sizes))]]


def exact_update(case):
    x, update, starts = (t.values for t in case.inputs)
    at = [min(max(0, s), d - n) for s, d, n in zip(starts, x.shape, update.shape)]
    result = x.copy()
    result[tuple(slice(a, a + n) for a, n in zip(at, update.shape))] = update
    return [result]


def exact_concatenation(case):
    return [np.concatenate([t.values for t in case.inputs], case.options[1].axis)]


def exact_gather(case):
    return [np.take(case.inputs[0].values, case.inputs[1].values, case.options[1].axis)]


def half_bytes(case):
    """LiteRT gathers whole bytes."""
    inside = case.inputs[0].shape[case.options[1].axis + 1:]
    return 56 if int(np.prod(inside)) % 2 else None


PACKED = [I4, U4, I2]
ENTRIES = [
    Entry("DYNAMIC_UPDATE_SLICE", PACKED, packed_update, exact_update),
    Entry("SLICE", PACKED, packed_slice, exact_slice),
    Entry("TRANSPOSE", PACKED, packed_transpose, lambda c: [
        np.transpose(c.inputs[0].values, c.inputs[1].values)]),
    Entry("GATHER", PACKED, packed_gather, exact_gather, wrong=half_bytes),
    Entry("CONCATENATION", PACKED, packed_concatenation, exact_concatenation),
    Entry("BROADCAST_TO", PACKED, packed_broadcast, lambda c: [
        np.broadcast_to(c.inputs[0].values, c.inputs[1].values)], wrong=lambda c: 57),
    Entry("EMBEDDING_LOOKUP", [I4, I2], packed_embeddings),
    Entry("RESHAPE", PACKED, packed_reshape, lambda c: [c.inputs[0].values.ravel()]),
]
