"""The STABLEHLO family: LiteRT judges where it has a kernel, else numpy does (`expected`)."""

import itertools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from flatmodel import pack
from operators.case import (BOOL, C64, F16, F32, F64, I8, I16, I32, I64, NUMPY, U8, U16, U32, U64,
                            Case, Model, Tensor, build, options_of)
from operators.registry import Entry

FLOATS = [F32, F16, F64]
INTEGERS = [I8, U8, I16, U16, I32, U32, I64, U64]
NUMBERS = FLOATS + INTEGERS


def dims(m, rank, low=1, high=6):
    return tuple(int(d) for d in m.rng.integers(low, high + 1, rank))


def values(m, type_, shape, low=None, high=None):
    """Of integers the whole range up to 32 bits, so that they wrap."""
    if type_ == U64 and low is None:
        return m.rng.integers(0, 2 ** 63, shape).astype(np.uint64)
    if type_ in (I32, I64, U32) and low is None:
        return m.rng.integers(0 if type_ == U32 else -2 ** 31, 2 ** 31, shape).astype(NUMPY[type_])
    return m.values(type_, shape, low, high)


def given(m, type_, shape, low=None, high=None, constant=False):
    return Tensor(type_, shape, None, values(m, type_, shape, low, high), constant)


def fixed(type_, array):
    array = np.asarray(array, NUMPY[type_])
    return Tensor(type_, array.shape, None, array, True)


def maybe_constant(m, tensor):
    return tensor._replace(constant=bool(m.rng.random() < 0.4))


class Body:
    """A subgraph: operators (name, options, input tensors, output tensor) over tensors by number."""

    def __init__(self, inputs, tensors, operators, outputs):
        self.inputs, self.tensors, self.operators, self.outputs = inputs, tensors, operators, outputs


def function(op, type_, out_type=None, options=None):
    """op(a, b) of scalars; without op the second."""
    if op is None:
        return Body([0, 1], [(type_, ()), (type_, ())], [], [1])
    return Body([0, 1], [(type_, ()), (type_, ()), (out_type or type_, ())],
                [(op, options, [0, 1], 2)], [2])


def with_bodies(data, bodies):
    """The model with subgraphs 1, 2 ..."""
    model = schema.ModelT.InitFromPackedBuf(bytearray(data), 0)
    for body in bodies:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = [], []
        for type_, shape in body.tensors:
            tensor = schema.TensorT()
            tensor.type, tensor.shape, tensor.buffer, tensor.name = type_, list(shape), 0, b"t"
            graph.tensors.append(tensor)
        for op, options, inputs, output in body.operators:
            code = schema.OperatorCodeT()
            code.builtinCode = getattr(schema.BuiltinOperator, op)
            code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), 1
            operator = schema.OperatorT()
            operator.opcodeIndex = len(model.operatorCodes)
            model.operatorCodes.append(code)
            operator.inputs, operator.outputs = inputs, [output]
            if options is not None:
                name, table = options
                second = hasattr(schema.BuiltinOptions2, name)
                union = schema.BuiltinOptions2 if second else schema.BuiltinOptions
                setattr(operator, "builtinOptions2" if second else "builtinOptions", table)
                setattr(operator, "builtinOptions2Type" if second else "builtinOptionsType",
                        getattr(union, name))
            graph.operators.append(operator)
        graph.inputs, graph.outputs = body.inputs, body.outputs
        model.subgraphs.append(graph)
    return pack(model)


# A maker gives (case, bodies, expected): expected is None where LiteRT judges.


def elementwise(op, types, model=None, low=None, high=None, second=None, shape_rank=4):
    def make(m, type_):
        shape = m.shape(0, shape_rank, 12)
        a = given(m, type_, shape, low, high)
        b = maybe_constant(m, given(m, type_, shape, *(second or (low, high))))
        want = None if model is None else [model(a.values, b.values).astype(NUMPY[type_])]
        return Case(op, None, [a, b], [m.output(type_, shape)]), [], want
    return op, types, make


def unary(op, types, model, low=None, high=None):
    def make(m, type_):
        shape = m.shape(0, 4, 12)
        x = given(m, type_, shape, low, high)
        wide = x.values.astype(np.float64) if type_ in FLOATS else x.values
        return Case(op, None, [x], [m.output(type_, shape)]), [], [model(wide).astype(NUMPY[type_])]
    return op, types, make


def pad(m, type_):
    shape = dims(m, int(m.rng.integers(1, 5)))
    low, high, gap = [], [], []
    for d in shape:
        gap.append(int(m.rng.integers(0, 3)))
        inner = d + (d - 1) * gap[-1]
        low.append(int(m.rng.integers(-2, 4)))
        high.append(max(int(m.rng.integers(-2, 4)), 1 - inner - low[-1]))
    options = options_of("StablehloPadOptions", edgePaddingLow=low, edgePaddingHigh=high,
                         interiorPadding=gap)
    out = m.output(type_, [1] * len(shape))
    return Case("STABLEHLO_PAD", options, [given(m, type_, shape), given(m, type_, ())], [out]), [], None


def dilate(m, type_):
    shape = dims(m, int(m.rng.integers(1, 5)))
    dilations = m.rng.integers(1, 4, len(shape))
    steps = maybe_constant(m, fixed(I32, dilations))
    out = m.output(type_, tuple((d - 1) * int(k) + 1 for d, k in zip(shape, dilations)))
    inputs = [given(m, type_, shape), steps, given(m, type_, (), constant=True)]
    return Case("DILATE", None, inputs, [out]), [], None


# Vectors of indices lie along a dimension: LiteRT dies where they are single elements (docs/bugs.md).


def gather(m, type_):
    rank = int(m.rng.integers(1, 5))
    shape = dims(m, rank, 2)
    index_map = [int(d) for d in m.rng.permutation(rank)[:m.rng.integers(1, rank + 1)]]
    collapsed = sorted(d for d in range(rank) if m.rng.random() < 0.4)
    sizes = [1 if d in collapsed else int(m.rng.integers(1, shape[d] + 1)) for d in range(rank)]
    batch = list(dims(m, int(m.rng.integers(0, 4)), 1, 3))
    vector_dim = int(m.rng.integers(0, len(batch) + 1))
    indices = batch[:vector_dim] + [len(index_map)] + batch[vector_dim:]
    out_rank = len(batch) + rank - len(collapsed)
    offset_dims = sorted(int(d) for d in m.rng.permutation(out_rank)[:rank - len(collapsed)])
    options = options_of("StablehloGatherOptions", offsetDims=offset_dims,
                         collapsedSliceDims=collapsed, startIndexMap=index_map,
                         indexVectorDim=vector_dim, sliceSizes=sizes)
    index = I32 if m.rng.random() < 0.5 else I64
    inputs = [given(m, type_, shape), maybe_constant(m, given(m, index, tuple(indices), -2, 7))]
    return Case("STABLEHLO_GATHER", options, inputs, [m.output(type_, [1] * out_rank)]), [], None


def scatter(m, type_):
    rank = int(m.rng.integers(1, 5))
    shape = dims(m, rank, 2)
    index_map = [int(d) for d in m.rng.permutation(rank)[:m.rng.integers(1, rank + 1)]]
    inserted = sorted(d for d in range(rank) if m.rng.random() < 0.4)
    window = [int(m.rng.integers(1, shape[d] + 1)) for d in range(rank) if d not in inserted]
    batch = list(dims(m, int(m.rng.integers(0, 4)), 1, 3))
    vector_dim = int(m.rng.integers(0, len(batch) + 1))
    indices = batch[:vector_dim] + [len(index_map)] + batch[vector_dim:]
    updates_rank = len(batch) + len(window)
    window_dims = sorted(int(d) for d in m.rng.permutation(updates_rank)[:len(window)])
    b, w = iter(batch), iter(window)
    updates = tuple(next(w) if d in window_dims else next(b) for d in range(updates_rank))
    options = options_of("StablehloScatterOptions", updateWindowDims=window_dims,
                         insertedWindowDims=inserted, scatterDimsToOperandDims=index_map,
                         indexVectorDim=vector_dim, updateComputationSubgraphIndex=1)
    index = I32 if m.rng.random() < 0.5 else I64
    inputs = [given(m, type_, shape), given(m, index, tuple(indices), -2, 7),
              given(m, type_, updates)]
    body = [None, "STABLEHLO_ADD", "STABLEHLO_MULTIPLY", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM"]
    return (Case("STABLEHLO_SCATTER", options, inputs, [m.output(type_, shape)]),
            [function(body[m.rng.integers(5)], type_)], None)


REDUCERS = ["ADD", "MUL", "MAXIMUM", "MINIMUM", "STABLEHLO_ADD", "STABLEHLO_MULTIPLY",
            "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM"]
BOOL_REDUCERS = ["LOGICAL_AND", "LOGICAL_OR", "STABLEHLO_AND", "STABLEHLO_OR"]


def reduce_window(m, type_):
    rank = int(m.rng.integers(1, 5))
    shape = dims(m, rank, 2, 7)
    k = [int(m.rng.integers(1, 4)) for _ in range(rank)]
    base_dilation = [int(d) for d in m.rng.integers(1, 3, rank)]
    dilation = [int(d) for d in m.rng.integers(1, 3, rank)]
    padding = [int(p) for p in m.rng.integers(-1, 4, 2 * rank)]
    options = options_of("StablehloReduceWindowOptions", windowDimensions=k,
                         windowStrides=[int(s) for s in m.rng.integers(1, 3, rank)],
                         baseDilations=base_dilation, windowDilations=dilation, padding=padding,
                         bodySubgraphIndex=1)
    body = BOOL_REDUCERS[m.rng.integers(3)] if type_ == BOOL else REDUCERS[m.rng.integers(8)]
    inputs = [given(m, type_, shape), given(m, type_, ())]
    return (Case("STABLEHLO_REDUCE_WINDOW", options, inputs, [m.output(type_, [1] * rank)]),
            [function(body, type_)], None)


def old_reduce_window(m, type_):
    rank = int(m.rng.integers(1, 5))
    shape = dims(m, rank, 2, 7)
    reducer = m.rng.integers(5, 7) if type_ == BOOL else m.rng.integers(1, 5)
    inputs = [given(m, type_, shape), given(m, type_, ()), fixed(I64, m.rng.integers(1, 4, rank)),
              fixed(I64, m.rng.integers(1, 3, rank)), fixed(I64, m.rng.integers(1, 3, rank))]
    return (Case("REDUCE_WINDOW", options_of("ReduceWindowOptions", reduceFunction=int(reducer)),
                 inputs, [m.output(type_, [1] * rank)]), [], None)


def random_bits(m, type_):
    algorithm = int(m.rng.integers(0, 3))
    words = 2 if algorithm == 2 else int(m.rng.integers(2, 4))
    state = m.rng.integers(0, 2 ** 63, words, np.uint64)
    if m.rng.random() < 0.3:
        state[1] = 2 ** 32 - int(m.rng.integers(1, 4))  # the counter's low half runs over
    shape = m.shape(0, 3, 9)
    return (Case("STABLEHLO_RNG_BIT_GENERATOR",
                 options_of("StablehloRngBitGeneratorOptions", algorithm=algorithm),
                 [Tensor(U64, (words,), None, state, False)],
                 [m.output(U64, (words,)), m.output(type_, shape)]), [], None)


def composite(m, type_):
    shape = m.shape(1, 4, 6)
    options = options_of("StableHLOCompositeOptions", decompositionSubgraphIndex=1)
    options[1].name = "own.sum"
    options[1].compositeAttributes = np.array([0, 0x24, 1], np.uint8)  # an empty flexbuffers map
    body = Body([0, 1], [(type_, shape)] * 4, [("STABLEHLO_ADD", None, [0, 1], 2),
                                               ("STABLEHLO_MULTIPLY", None, [2, 0], 3)], [3])
    return (Case("STABLEHLO_COMPOSITE", options, [given(m, type_, shape), given(m, type_, shape)],
                 [m.output(type_, shape)]), [body], None)


def case(m, type_):
    shape = m.shape(1, 4, 6)
    count = int(m.rng.integers(1, 4))
    options = options_of("StablehloCaseOptions", branchSubgraphIndices=list(range(1, count + 1)))
    bodies = [Body([0, 1], [(type_, shape)] * 3, [(op, None, [0, 1], 2)], [2])
              for op in ["STABLEHLO_ADD", "STABLEHLO_MULTIPLY", "STABLEHLO_MAXIMUM"][:count]]
    inputs = [given(m, I32, (), -2, 5), given(m, type_, shape), given(m, type_, shape)]
    return Case("STABLEHLO_CASE", options, inputs, [m.output(type_, shape)]), bodies, None


# What LiteRT lacks.


def compare(m, type_):
    shape = m.shape(0, 3, 9)
    direction = int(m.rng.integers(0, 6))
    a, b = given(m, type_, shape, 0, 3), given(m, type_, shape, 0, 3)
    if type_ in FLOATS:
        a, b = (t._replace(values=np.round(t.values)) for t in (a, b))
    f = [np.equal, np.not_equal, np.greater_equal, np.greater, np.less_equal, np.less][direction]
    return (Case("STABLEHLO_COMPARE", options_of("StablehloCompareOptions",
                                                 comparisonDirection=direction),
                 [a, b], [m.output(BOOL, shape)]), [], [f(a.values, b.values)])


def clamp(m, type_):
    shape = m.shape(1, 4, 6)
    bound = [shape if m.rng.random() < 0.5 else () for _ in range(2)]
    low, x, high = (given(m, type_, s, 0, 20) for s in (bound[0], shape, bound[1]))
    want = np.minimum(np.maximum(x.values, low.values), high.values)
    return Case("STABLEHLO_CLAMP", None, [low, x, high], [m.output(type_, shape)]), [], [want]


def select(m, type_):
    shape = m.shape(1, 4, 6)
    c = given(m, BOOL, shape if m.rng.random() < 0.5 else ())
    x, y = given(m, type_, shape), given(m, type_, shape)
    return (Case("STABLEHLO_SELECT", None, [c, x, y], [m.output(type_, shape)]), [],
            [np.where(c.values, x.values, y.values)])


def convert(m, type_):
    shape = m.shape(0, 3, 9)
    out = [F32, F64, I8, U8, I16, I32, I64, BOOL][m.rng.integers(8)]
    x = given(m, type_, shape, 0, 100)
    return (Case("STABLEHLO_CONVERT", None, [x], [m.output(out, shape)]), [],
            [x.values.astype(NUMPY[out])])


def reshape(m, type_):
    shape = m.shape(1, 4, 6)
    x = given(m, type_, shape)
    out = tuple(reversed(shape)) + (1,)
    return (Case("STABLEHLO_RESHAPE", None, [x], [m.output(type_, out)]), [], [x.values.reshape(out)])


def concatenate(m, type_):
    shape = list(m.shape(1, 4, 5))
    axis = int(m.rng.integers(len(shape)))
    parts = []
    for _ in range(int(m.rng.integers(1, 4))):
        shape[axis] = int(m.rng.integers(0, 4))
        parts.append(given(m, type_, tuple(shape)))
    want = np.concatenate([t.values for t in parts], axis)
    return (Case("STABLEHLO_CONCATENATE", options_of("StablehloConcatenateOptions", dimension=axis),
                 parts, [m.output(type_, want.shape)]), [], [want])


def broadcast_in_dim(m, type_):
    out = m.shape(1, 5, 5)
    chosen = m.rng.permutation(len(out))[:m.rng.integers(0, len(out) + 1)]
    shape = tuple(1 if m.rng.random() < 0.3 else out[d] for d in chosen)
    x = given(m, type_, shape)
    order = np.argsort(chosen)
    spread = x.values.transpose(order).reshape(
        [shape[list(chosen).index(d)] if d in chosen else 1 for d in range(len(out))])
    return (Case("STABLEHLO_BROADCAST_IN_DIM",
                 options_of("StablehloBroadcastInDimOptions",
                            broadcastDimensions=[int(d) for d in chosen]),
                 [x], [m.output(type_, out)]), [], [np.broadcast_to(spread, out)])


def slice_(m, type_):
    shape = m.shape(1, 4, 7)
    start = [int(m.rng.integers(0, d + 1)) for d in shape]
    limit = [int(m.rng.integers(s, d + 1)) for s, d in zip(start, shape)]
    stride = [int(s) for s in m.rng.integers(1, 4, len(shape))]
    x = given(m, type_, shape)
    want = x.values[tuple(slice(*t) for t in zip(start, limit, stride))]
    return (Case("STABLEHLO_SLICE", options_of("StablehloSliceOptions", startIndices=start,
                                               limitIndices=limit, strides=stride),
                 [x], [m.output(type_, want.shape)]), [], [want])


def block(m, shape):
    """Sizes of a block, start indices as inputs, and the block's place once it is moved inside."""
    sizes = [int(m.rng.integers(1, d + 1)) for d in shape]
    index = I32 if m.rng.random() < 0.5 else I64
    starts = [maybe_constant(m, given(m, index, (), -3, 8)) for _ in shape]
    at = tuple(slice(b, b + s) for b, s in
               ((int(np.clip(t.values, 0, d - s)), s) for t, d, s in zip(starts, shape, sizes)))
    return sizes, starts, at


def dynamic_slice(m, type_):
    shape = m.shape(1, 4, 7)
    sizes, starts, at = block(m, shape)
    x = given(m, type_, shape)
    return (Case("STABLEHLO_DYNAMIC_SLICE",
                 options_of("StablehloDynamicSliceOptions", sliceSizes=sizes), [x] + starts,
                 [m.output(type_, sizes)]), [], [x.values[at]])


def dynamic_update_slice(m, type_):
    shape = m.shape(1, 4, 7)
    sizes, starts, at = block(m, shape)
    x, update = given(m, type_, shape), given(m, type_, tuple(sizes))
    want = x.values.copy()
    want[at] = update.values
    return (Case("STABLEHLO_DYNAMIC_UPDATE_SLICE", None, [x, update] + starts,
                 [m.output(type_, shape)]), [], [want])


def iota(m, type_):
    shape = m.shape(1, 4, 7)
    axis = int(m.rng.integers(len(shape)))
    want = np.broadcast_to(np.arange(shape[axis]).reshape(
        [-1 if d == axis else 1 for d in range(len(shape))]), shape).astype(NUMPY[type_])
    return (Case("STABLEHLO_IOTA", options_of("StablehloIotaOptions", iotaDimension=axis), [],
                 [m.output(type_, shape)]), [], [want])


def transpose(m, type_):
    shape = m.shape(1, 5, 6)
    permutation = [int(d) for d in m.rng.permutation(len(shape))]
    x = given(m, type_, shape)
    want = x.values.transpose(permutation)
    return (Case("STABLEHLO_TRANSPOSE", options_of("StablehloTransposeOptions",
                                                   permutation=permutation),
                 [x], [m.output(type_, want.shape)]), [], [want])


def reduce(m, type_):
    shape = m.shape(1, 4, 6)
    axes = tuple(int(d) for d in m.rng.permutation(len(shape))[:m.rng.integers(0, len(shape) + 1)])
    which = int(m.rng.integers(3))
    x, initial = given(m, type_, shape, 0, 3), given(m, type_, (), 0, 3)
    wide = x.values.astype(np.float64) if type_ in FLOATS else x.values
    start = wide.dtype.type(initial.values)
    if which == 0:
        want = np.sum(wide, axes, dtype=wide.dtype) + start
    else:
        f = np.maximum if which == 1 else np.minimum
        want = f(f.reduce(wide, axes) if axes else wide, start)
    body = ["STABLEHLO_ADD", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM"][which]
    want = np.asarray(want).astype(NUMPY[type_])
    return (Case("STABLEHLO_REDUCE", options_of("StablehloReduceOptions", dimensions=list(axes),
                                                bodySubgraphIndex=1),
                 [x, initial], [m.output(type_, want.shape)]), [function(body, type_)], [want])


def letters(count, start):
    return [chr(start + i) for i in range(count)]


def dot_general(m, type_):
    sizes = {}
    groups = []
    for i, start in enumerate((97, 105, 113, 121)):  # batch, contracting, left, right
        group = letters(int(m.rng.integers(0, 3 if i < 2 else 2)), start)
        sizes.update((c, int(m.rng.integers(1, 6))) for c in group)
        groups.append(group)
    batch, contracting, left, right = groups
    sides = [list(m.rng.permutation(batch + contracting + own)) for own in (left, right)]
    x, y = (given(m, type_, tuple(sizes[c] for c in side), -9, 9) for side in sides)
    out = "".join(batch + left + right)
    wide = np.float64 if type_ in FLOATS else np.int64
    want = np.einsum(f"{''.join(sides[0])},{''.join(sides[1])}->{out}", x.values.astype(wide),
                     y.values.astype(wide)).astype(NUMPY[type_])
    fields = {}
    for name, side in zip(("lhs", "rhs"), sides):
        fields[name + "BatchingDimensions"] = [side.index(c) for c in batch]
        fields[name + "ContractingDimensions"] = [side.index(c) for c in contracting]
    return (Case("STABLEHLO_DOT_GENERAL", options_of("StablehloDotGeneralOptions", **fields), [x, y],
                 [m.output(type_, want.shape)]), [], [want])


def sort(m, type_):
    shape = m.shape(1, 3, 7)
    axis = int(m.rng.integers(len(shape)))
    keys, carried = given(m, type_, shape, 0, 4), given(m, I32, shape)
    direction = 5 if m.rng.random() < 0.5 else 3
    order = np.argsort(keys.values if direction == 5 else -keys.values.astype(np.float64), axis,
                       kind="stable")
    want = [np.take_along_axis(t.values, order, axis) for t in (keys, carried)]
    comparator = Body([0, 1, 2, 3], [(type_, ()), (type_, ()), (I32, ()), (I32, ()), (BOOL, ())],
                      [("STABLEHLO_COMPARE", options_of("StablehloCompareOptions",
                                                        comparisonDirection=direction), [0, 1], 4)],
                      [4])
    return (Case("STABLEHLO_SORT", options_of("StablehloSortOptions", dimension=axis, isStable=True,
                                              comparatorSubgraphIndex=1),
                 [keys, carried], [m.output(type_, shape), m.output(I32, shape)]), [comparator], want)


def loop(m, type_):
    start, limit, step = (given(m, type_, (), *r) for r in ((0, 5), (0, 40), (1, 9)))
    x = start.values.copy()
    while x < limit.values:
        x = (x + step.values).astype(NUMPY[type_])
    scalars = [(type_, ())] * 3
    condition = Body([0, 1, 2], scalars + [(BOOL, ())],
                     [("STABLEHLO_COMPARE", options_of("StablehloCompareOptions",
                                                       comparisonDirection=5), [0, 1], 3)], [3])
    body = Body([0, 1, 2], scalars + [(type_, ())], [("STABLEHLO_ADD", None, [0, 2], 3)], [3, 1, 2])
    return (Case("STABLEHLO_WHILE", options_of("StablehloWhileOptions", condSubgraphIndex=1,
                                               bodySubgraphIndex=2),
                 [start, limit, step], [m.output(type_, ())] * 3), [condition, body],
            [x, limit.values, step.values])


def dilated(x, axes, steps):
    shape = list(x.shape)
    for a, s in zip(axes, steps):
        shape[a] = (shape[a] - 1) * s + 1
    out = np.zeros(shape, x.dtype)
    out[tuple(slice(None, None, steps[axes.index(d)] if d in axes else 1)
              for d in range(x.ndim))] = x
    return out


def convolve(x, w, stride, padding, groups, batch_groups):
    """x: batch, feature, spatial (gaps already in); w: output, input feature, spatial."""
    for i, (low, high) in enumerate(padding):
        width = [(0, 0)] * x.ndim
        width[2 + i] = (max(low, 0), max(high, 0))
        x = np.pad(x, width)
        cut = [slice(None)] * x.ndim
        cut[2 + i] = slice(max(-low, 0), x.shape[2 + i] - max(-high, 0))
        x = x[tuple(cut)]
    counts = [(d - k) // s + 1 if d >= k else 0
              for d, k, s in zip(x.shape[2:], w.shape[2:], stride)]
    out = np.zeros([x.shape[0] // batch_groups, w.shape[0]] + counts, x.dtype)
    per_group, features = w.shape[0] // groups, w.shape[1]
    per_batch_group = w.shape[0] // batch_groups
    for o in range(w.shape[0]):
        g = o // per_group
        b = o // per_batch_group * out.shape[0]
        part = x[b:b + out.shape[0], g * features:(g + 1) * features]
        for place in itertools.product(*map(range, counts)):
            window = tuple(slice(p * s, p * s + k) for p, s, k in zip(place, stride, w.shape[2:]))
            axes = tuple(range(1, x.ndim))
            out[(slice(None), o) + place] = np.sum(part[(slice(None), slice(None)) + window] * w[o],
                                                   axes)
    return out


def convolution(m, type_):
    spatial = int(m.rng.integers(1, 4))
    groups, batch_groups = [(1, 1), (2, 1), (1, 2)][m.rng.integers(3)]
    batch, features = 2 * int(m.rng.integers(1, 3)), int(m.rng.integers(1, 4))
    sizes, k = dims(m, spatial, 3, 6), dims(m, spatial, 1, 3)
    x = values(m, type_, (batch, features * groups) + sizes, -9, 9)
    w = values(m, type_, (2 * int(m.rng.integers(1, 3)), features) + k, -9, 9)
    stride, gaps, dilation = ([int(v) for v in m.rng.integers(1, 3, spatial)] for _ in range(3))
    padding = [(int(a), int(b)) for a, b in m.rng.integers(-1, 4, (spatial, 2))]
    reversal = [bool(b) for b in m.rng.integers(0, 2, spatial)]
    wide = np.float64 if type_ in FLOATS else np.int64
    axes = list(range(2, 2 + spatial))
    kernel = np.flip(w, [2 + i for i in range(spatial) if reversal[i]])
    want = convolve(dilated(x.astype(wide), axes, gaps), dilated(kernel.astype(wide), axes, dilation),
                    stride, padding, groups, batch_groups)
    orders = [[int(d) for d in m.rng.permutation(2 + spatial)] for _ in range(3)]
    place = [[order.index(d) for d in range(2 + spatial)] for order in orders]
    options = options_of(
        "StablehloConvolutionOptions", windowStrides=stride, padding=[p for s in padding for p in s],
        lhsDilation=gaps, rhsDilation=dilation, windowReversal=reversal,
        inputBatchDimension=place[0][0], inputFeatureDimension=place[0][1],
        inputSpatialDimensions=place[0][2:], kernelOutputFeatureDimension=place[1][0],
        kernelInputFeatureDimension=place[1][1], kernelSpatialDimensions=place[1][2:],
        outputBatchDimension=place[2][0], outputFeatureDimension=place[2][1],
        outputSpatialDimensions=place[2][2:], featureGroupCount=groups, batchGroupCount=batch_groups)
    x, w, want = (a.transpose(order) for a, order in zip((x, w, want), orders))
    tensors = [Tensor(type_, a.shape, None, np.ascontiguousarray(a), False) for a in (x, w)]
    return (Case("STABLEHLO_CONVOLUTION", options, tensors, [m.output(type_, want.shape)]), [],
            [want.astype(NUMPY[type_])])


def quotient(a, b):
    return a / b if a.dtype.kind == "f" else np.trunc(a.astype(np.float64) / b).astype(a.dtype)


def shifted(a, b):
    return np.where(b < a.itemsize * 8, np.left_shift(a, np.minimum(b, a.itemsize * 8 - 1)), 0)


MOVED = [F32, F16, F64, I8, U8, I16, U16, I32, U32, I64, U64, BOOL]
JUDGED_MOVED = [F32, F16, I8, U16, I32, U64, BOOL]

MAKERS = [
    elementwise("STABLEHLO_ADD", NUMBERS + [BOOL]), elementwise("STABLEHLO_MULTIPLY", NUMBERS + [BOOL]),
    elementwise("STABLEHLO_MAXIMUM", NUMBERS + [BOOL]),
    elementwise("STABLEHLO_MINIMUM", NUMBERS + [BOOL]), elementwise("STABLEHLO_AND", INTEGERS + [BOOL]),
    elementwise("STABLEHLO_SHIFT_LEFT", [I8, I16, I32], second=(0, 7)),
    ("STABLEHLO_PAD", MOVED + [C64], pad), ("DILATE", MOVED + [C64], dilate),
    ("STABLEHLO_GATHER", MOVED + [C64], gather), ("STABLEHLO_SCATTER", NUMBERS + [BOOL], scatter),
    ("STABLEHLO_REDUCE_WINDOW", [F32, F64, I8, U8, I16, I32, I64, BOOL], reduce_window),
    ("REDUCE_WINDOW", [F32, F64, I8, U8, I16, I32, I64, BOOL], old_reduce_window),
    ("STABLEHLO_RNG_BIT_GENERATOR", [I32, U32, I64, U64], random_bits),
    ("STABLEHLO_COMPOSITE", [F32, F16, I8, I32], composite),
    ("STABLEHLO_CASE", [F32, I8, I32], case),
    unary("STABLEHLO_LOGISTIC", FLOATS, lambda x: 1 / (1 + np.exp(-x))),
    unary("STABLEHLO_COSINE", FLOATS, np.cos), unary("STABLEHLO_EXPONENTIAL", FLOATS, np.exp),
    unary("STABLEHLO_FLOOR", FLOATS, np.floor), unary("STABLEHLO_LOG", FLOATS, np.log, 0.1, 9),
    unary("STABLEHLO_RSQRT", FLOATS, lambda x: 1 / np.sqrt(x), 0.1, 9),
    unary("STABLEHLO_TANH", FLOATS, np.tanh), unary("STABLEHLO_CBRT", FLOATS, np.cbrt),
    unary("STABLEHLO_ABS", FLOATS + [I8, I16, I32, I64], np.abs),
    unary("STABLEHLO_NEGATE", NUMBERS, np.negative),
    elementwise("STABLEHLO_SUBTRACT", NUMBERS, np.subtract),
    elementwise("STABLEHLO_OR", INTEGERS + [BOOL], np.bitwise_or),
    elementwise("STABLEHLO_DIVIDE", NUMBERS, quotient, 0, 100, (1, 9)),
    elementwise("STABLEHLO_DIVIDE", [F32, I8, I16, I32], quotient, -100, 100, (-9, -1)),
    elementwise("STABLEHLO_REMAINDER", NUMBERS, np.fmod, 0, 100, (1, 9)),
    elementwise("STABLEHLO_REMAINDER", [F32, I8, I16, I32], np.fmod, -100, 100, (-9, -1)),
    elementwise("STABLEHLO_POWER", NUMBERS, np.power, 0, 4, (0, 5)),
    elementwise("STABLEHLO_SHIFT_LEFT", [U8, U16, U32, I64], shifted, second=(0, 90)),
    ("STABLEHLO_COMPARE", NUMBERS, compare), ("STABLEHLO_CLAMP", NUMBERS, clamp),
    ("STABLEHLO_SELECT", JUDGED_MOVED, select),
    ("STABLEHLO_CONVERT", [F32, F16, F64, I8, U8, I16, I32, U32, I64, BOOL], convert),
    ("STABLEHLO_RESHAPE", JUDGED_MOVED, reshape), ("STABLEHLO_CONCATENATE", JUDGED_MOVED, concatenate),
    ("STABLEHLO_BROADCAST_IN_DIM", JUDGED_MOVED, broadcast_in_dim),
    ("STABLEHLO_SLICE", JUDGED_MOVED, slice_), ("STABLEHLO_DYNAMIC_SLICE", JUDGED_MOVED, dynamic_slice),
    ("STABLEHLO_DYNAMIC_UPDATE_SLICE", JUDGED_MOVED, dynamic_update_slice),
    ("STABLEHLO_IOTA", NUMBERS, iota), ("STABLEHLO_TRANSPOSE", JUDGED_MOVED, transpose),
    ("STABLEHLO_REDUCE", [F32, F64] + INTEGERS, reduce), ("STABLEHLO_DOT_GENERAL", NUMBERS, dot_general),
    ("STABLEHLO_SORT", [F32, F16, I8, U16, I32, I64], sort), ("STABLEHLO_WHILE", [F32, I32, U8], loop),
    ("STABLEHLO_CONVOLUTION", [F32, F64, I8, I32], convolution),
]


def entry(op, types, make):
    def model(m, type_):
        case_, bodies, expected = make(m, type_)
        # One object may stand for several tensors here.
        case_ = case_._replace(inputs=[t._replace() for t in case_.inputs],
                               outputs=[t._replace() for t in case_.outputs])
        data = with_bodies(build(case_), bodies)
        fed = [t.values for t in case_.inputs if not t.constant]
        return Model(op, data, fed, case_.outputs, expected)
    return Entry(op, types, model, exact=lambda c: c.expected)


ENTRIES = [entry(*row) for row in MAKERS]
