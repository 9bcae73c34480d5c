"""Along axes: reductions, positions of extremes, running sums, sorting, pooling."""

import numpy as np

from operators import exact, judge
from operators.case import BOOL, F32, I8, I16, I32, I64, U8, U32, Case, options_of
from operators.registry import Entry


def axes_of(m, rank):
    count = m.number(1, rank)
    axes = m.rng.choice(rank, count, replace=False).astype(np.int32)
    return np.where(m.rng.random(count) < 0.4, axes - rank, axes).astype(np.int32)


def reduced(case, compute):
    x, axes = exact.real(case.inputs[0]), np.asarray(case.inputs[1].values)
    return [compute(x, axis=tuple(int(a) for a in axes.ravel()), keepdims=case.options[1].keepDims)]


def reduction(op, types, compute, same=False, low=None, high=None, **how):
    def make(m, type_):
        shape = m.shape(1, 8 if m.chance(0.1) else 5, 9 if m.chance(0.8) else 4)
        q = m.quant(type_)
        o = q if same or m.chance(0.3) else m.quant(type_)
        axes = m.given(I32, axes_of(m, len(shape)), 0.7)
        return Case(op, options_of("ReducerOptions", keepDims=m.chance(0.5)),
                    [m.input(type_, shape, q, low=low, high=high), axes], [m.output(type_, (1,), o)])
    return Entry(op, types, make, lambda c: reduced(c, compute), **how)


def arg(op, table, compute):
    def make(m, type_):
        shape = m.shape(1, 5, 9)
        axis = m.number(-len(shape), len(shape) - 1)
        index = m.pick([I32, I64])
        return Case(op, options_of(table, outputType=index),
                    [m.input(type_, shape, m.quant(type_)), m.constant(I32, [axis])],
                    [m.output(index)])

    def position(case):
        return [compute(case.inputs[0].values, axis=int(case.inputs[1].values[0]))]
    return Entry(op, [F32, I8, U8, I32, BOOL], make, position)


def cumsum(m, type_):
    shape = m.shape(1, 5, 8, 0.03)
    axis = m.number(-len(shape), len(shape) - 1)
    options = options_of("CumsumOptions", exclusive=m.chance(0.5), reverse=m.chance(0.5))
    return Case("CUMSUM", options, [m.input(type_, shape), m.constant(I32, [axis])],
                [m.output(type_, shape)])


def topk(m, type_):
    shape = m.shape(1, 4, 12)
    k = m.number(0 if m.chance(0.05) else 1, shape[-1])
    return Case("TOPK_V2", options_of("TopKV2Options"),
                [m.input(type_, shape), m.given(I32, np.int32(k))], [m.output(type_), m.output(I32)])


def unique(m, type_):
    index = m.pick([I32, I64])
    return Case("UNIQUE", options_of("UniqueOptions", idxOutType=index),
                [m.input(type_, (m.number(1, 30),), low=0, high=8)], [m.output(type_), m.output(index)])


def where(m, type_):
    shape = m.shape(1, 5, 6)
    return Case("WHERE", options_of("WhereOptions"), [m.input(type_, shape, low=0, high=2)],
                [m.output(I64, (1, len(shape)))])


def pool(op, types, compute, ulps=None):
    def make(m, type_):
        height, width = (int(d) for d in m.rng.integers(3, 12, 2))
        shape = (m.number(1, 2), height, width, m.number(1, 79) if m.chance(0.5) else m.number(1, 9))
        options = options_of("Pool2DOptions", padding=m.number(0, 1), strideW=m.number(1, 3),
                             strideH=m.number(1, 3), filterWidth=min(m.number(1, 5), width),
                             filterHeight=min(m.number(1, 5), height),
                             fusedActivationFunction=m.number(0, 3))
        q = m.quant(type_)
        return Case(op, options, [m.input(type_, shape, q)], [m.output(type_, (1, 1, 1, 1), q)])
    return Entry(op, types, make, lambda c: [exact.activate(pooled(c, compute), exact.fused(c))], ulps)


def extent(size, window, stride, same):
    """Outputs, and what is padded before, of one axis."""
    out = -(-size // stride) if same else (size - window) // stride + 1
    return out, max(0, (out - 1) * stride + window - size) // 2 if same else 0


def pooled(case, compute):
    """compute() over the part of each window that lies inside of the picture."""
    x, o = exact.real(case.inputs[0]), case.options[1]
    rows, top = extent(x.shape[1], o.filterHeight, o.strideH, o.padding == 0)
    columns, left = extent(x.shape[2], o.filterWidth, o.strideW, o.padding == 0)
    out = np.zeros((x.shape[0], rows, columns, x.shape[3]))
    for r in range(rows):
        for c in range(columns):
            y, z = r * o.strideH - top, c * o.strideW - left
            window = x[:, max(y, 0):y + o.filterHeight, max(z, 0):z + o.filterWidth]
            out[:, r, c] = compute(window, axis=(1, 2))
    return out


def root_mean_square(window, axis):
    return np.sqrt(np.mean(window * window, axis=axis))


def wrong_sum(case):
    """LiteRT reads every quantized type as uint8, and wraps."""
    if case.inputs[0].type in (I8, I16):
        return 1
    if case.outputs[0].quant is None:
        return None
    quanta = np.abs(reduced(case, np.sum)[0]) / float(case.outputs[0].quant.scale)
    return 35 if (quanta >= 2 ** 29).any() else None


def judge_sum(case, want, got):
    """A float sum whose terms cancel has the error of its terms."""
    if isinstance(want, Exception):
        return str(want)
    text = judge.difference(want[0], got[0], case.outputs[0])
    if not text:
        return text
    compute = np.mean if case.op == "MEAN" else np.sum
    ideal, = reduced(case, compute)
    axes = tuple(int(a) for a in np.ravel(case.inputs[1].values))
    terms = compute(np.abs(exact.real(case.inputs[0])), axis=axes, keepdims=case.options[1].keepDims)
    return text if (np.abs(got[0] - ideal) > 1e-6 * terms).any() else ""


NUMBERS = [F32, I8, U8, I16, I32, I64]

ENTRIES = [
    reduction("MEAN", [F32], np.mean, judge=judge_sum), reduction("MEAN", NUMBERS[1:], np.mean),
    reduction("SUM", [F32], np.sum, judge=judge_sum),
    reduction("SUM", NUMBERS[1:], np.sum, wrong=wrong_sum),
    reduction("REDUCE_MAX", [*NUMBERS, BOOL], np.max, same=True),
    reduction("REDUCE_MIN", [*NUMBERS, BOOL], np.min, same=True),
    reduction("REDUCE_PROD", [F32, I8, I16, I32, I64], np.prod, low=-2, high=2),
    reduction("REDUCE_ANY", [BOOL], np.any), reduction("REDUCE_ALL", [BOOL], np.all),
    arg("ARG_MAX", "ArgMaxOptions", np.argmax), arg("ARG_MIN", "ArgMinOptions", np.argmin),
    Entry("CUMSUM", [F32, I32, I64], cumsum),
    Entry("TOPK_V2", NUMBERS, topk),
    Entry("UNIQUE", NUMBERS, unique),
    Entry("WHERE", [BOOL, F32, I8, U8, I32, U32, I64], where),
    pool("AVERAGE_POOL_2D", [F32, I8, U8, I16], np.mean),
    pool("MAX_POOL_2D", [F32, I8, U8, I16], np.max),
    pool("L2_POOL_2D", [F32], root_mean_square, 8),
]
