"""Shapes: changing, asking for and making them; tensors made of them."""

import numpy as np

from operators.case import (BF16, BOOL, C64, F16, F32, F64, I8, I16, I32, I64, STRING, U8, U16, U32,
                            U64, Case, options_of)
from operators.registry import Entry
from operators.cases.movement import ALL, COMMON, like, moved


def reshape(m, type_):
    shape = m.shape(1, 6, 5, 0.03)
    factors = []
    for d in shape:
        factors += [d] if m.chance(0.6) else [1, d]
    target = list(m.rng.permutation(factors)) if m.chance(0.5) else [int(np.prod(shape))]
    if 0 not in shape and m.chance(0.4):
        target[m.number(0, len(target) - 1)] = -1
    target = np.array(target[:8] if len(target) > 8 else target, np.int32)
    if len(factors) > 8:
        target = np.array([-1 if 0 not in shape else 0], np.int32)
    x = moved(m, type_, shape)
    if m.chance(0.5):
        return Case("RESHAPE", options_of("ReshapeOptions", newShape=target.tolist()), [x],
                    [like(m, x)])
    return Case("RESHAPE", None, [x, m.given(I32, target)], [like(m, x)])


def squeeze(m, type_):
    shape = tuple(1 if m.chance(0.5) else d for d in m.shape(1, 6, 5))
    ones = [i for i, d in enumerate(shape) if d == 1]
    axes = [i if m.chance(0.5) else i - len(shape) for i in ones if m.chance(0.6)]
    x = moved(m, type_, shape)
    return Case("SQUEEZE", options_of("SqueezeOptions", squeezeDims=axes), [x], [like(m, x)])


def expand_dims(m, type_):
    shape = m.shape(0, 5, 5, 0.03)
    x = moved(m, type_, shape)
    axis = np.array([m.number(-len(shape) - 1, len(shape))])
    return Case("EXPAND_DIMS", options_of("ExpandDimsOptions"), [x, m.given(m.pick([I32, I64]), axis)],
                [like(m, x)])


def shape_of(m, type_):
    shape = m.shape(0, 8, 5, 0.05)
    out = m.pick([I32, I64])
    return Case("SHAPE", options_of("ShapeOptions", outType=out), [m.input(type_, shape)],
                [m.output(out)])


def rank(m, type_):
    return Case("RANK", options_of("RankOptions"), [m.input(type_, m.shape(0, 8, 4))], [m.output(I32, ())])


def broadcast_to(m, type_):
    a, _, out = m.broadcast_pair(8, 4)
    x = moved(m, type_, a)
    return Case("BROADCAST_TO", options_of("BroadcastToOptions"),
                [x, m.given(m.pick([I32, I64]), list(out))], [like(m, x)], version=2)


def broadcast_args(m, type_):
    a, b, _ = m.broadcast_pair(8, 6)
    return Case("BROADCAST_ARGS", None, [m.given(type_, list(a)), m.given(type_, list(b))],
                [m.output(type_)])


def range_(m, type_):
    if type_ == F32:
        step = float(m.rng.choice([-1, 1])) * float(m.rng.uniform(0.3, 2))
        ends = [float(m.rng.uniform(-5, 5))]
        ends.append(ends[0] + step * float(m.rng.uniform(0, 20)))
    else:
        step = m.pick([-3, -2, -1, 1, 2, 5])
        ends = [m.number(-9, 9)]
        ends.append(ends[0] + step * m.number(0, 12) + m.number(0, 1) * (1 if step > 0 else -1))
    return Case("RANGE", options_of("RangeOptions"),
                [m.given(type_, v) for v in (*ends, step)], [m.output(type_)])


def fill(m, type_):
    dims = m.given(m.pick([I32, I64]), m.shape(0, 5, 5, 0.05))
    return Case("FILL", options_of("FillOptions"), [dims, m.input(type_, ())], [m.output(type_)])


def one_hot(m, type_):
    shape, depth = m.shape(0, 4, 6), m.number(1, 8)
    index = m.pick([I32, I64])
    places = m.rng.integers(-1, depth + 1, shape)
    return Case("ONE_HOT", options_of("OneHotOptions", axis=m.number(-1, len(shape))),
                [m.given(index, places, 0.2), m.given(I32, np.int32(depth)), m.input(type_, ()),
                 m.input(type_, ())], [m.output(type_)])


ENTRIES = [
    Entry("RESHAPE", ALL + [STRING], reshape), Entry("SQUEEZE", ALL + [STRING], squeeze),
    Entry("EXPAND_DIMS", ALL + [STRING], expand_dims),
    Entry("SHAPE", COMMON, shape_of), Entry("RANK", COMMON, rank),
    Entry("BROADCAST_TO", ALL, broadcast_to), Entry("BROADCAST_ARGS", [I32, I64], broadcast_args),
    Entry("RANGE", [F32, I32, I64], range_), Entry("FILL", ALL + [STRING], fill),
    Entry("ONE_HOT", [F32, I8, U8, I32, I64, BOOL], one_hot),
]
