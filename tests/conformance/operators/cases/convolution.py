"""Transposed and three-dimensional convolutions, layers with packed, blockwise or sparse weights.

Hybrid rows are judged at 1e-4 of the range: LiteRT adds products in float where Samara adds integers.
"""

import dataclasses

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from operators.case import (BOOL, F16, F32, I2, I4, I8, I16, I32, I64, NUMPY, U8, Model, options_of)
from operators.case import Tensor as Output
from operators.maker import Maker
from operators.registry import Entry

BITS = {I4: 4, I2: 2}


@dataclasses.dataclass
class Tensor:
    type: int
    shape: tuple
    values: np.ndarray = None  # those of I4 and I2 one a byte
    scales: tuple = ()
    zero: int = 0
    axis: int = 0
    constant: bool = False
    sparsity: object = None
    block: int = 0  # block size of blockwise quantization; `scales` are then a matrix

    def bytes(self):
        if self.type not in BITS:
            return self.values.tobytes()
        bits = BITS[self.type]
        each = 8 // bits
        flat = self.values.reshape(-1).astype(np.int64) & (2 ** bits - 1)
        flat = np.append(flat, np.zeros(-flat.size % each, np.int64)).reshape(-1, each)
        return (flat << (np.arange(each) * bits)).sum(1).astype(np.uint8).tobytes()


@dataclasses.dataclass
class Case:
    op: str
    options: object
    inputs: list
    outputs: list
    version: int = 1
    custom: bytes = None  # options of a custom operator
    reference: bool = True  # False: for OTHERS


def build(case):
    """The case as the bytes of a model."""
    model = schema.ModelT()
    model.version = 3
    code = schema.OperatorCodeT()
    if case.custom is not None:
        code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
        code.customCode = case.op
    else:
        code.builtinCode = getattr(schema.BuiltinOperator, case.op)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = case.version
    model.operatorCodes, model.buffers = [code], [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs = [], [], []
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, [], []
    if case.custom is not None:
        operator.customOptions = np.frombuffer(case.custom, np.uint8)
    elif case.options is not None:
        name, table = case.options
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        operator.builtinOptions = table

    def add(spec):
        tensor = schema.TensorT()
        tensor.type, tensor.shape = spec.type, list(spec.shape)
        tensor.name = f"t{len(graph.tensors)}".encode()
        tensor.sparsity = spec.sparsity
        tensor.buffer = 0
        if spec.constant:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(spec.bytes(), np.uint8)
            tensor.buffer = len(model.buffers)
            model.buffers.append(buffer)
        graph.tensors.append(tensor)
        index = len(graph.tensors) - 1
        if len(spec.scales):
            q = schema.QuantizationParametersT()
            if spec.block:
                q.detailsType = schema.QuantizationDetails.BlockwiseQuantization
                q.details = schema.BlockwiseQuantizationT()
                q.details.blockSize = spec.block
                q.details.scales = add(Tensor(F16, spec.scales.shape,
                                              spec.scales.astype(np.float16), constant=True))
            else:
                q.scale = [float(s) for s in spec.scales]
                q.zeroPoint = [int(spec.zero)] * len(spec.scales)
                q.quantizedDimension = spec.axis
            tensor.quantization = q
        return index

    for spec in case.inputs:
        operator.inputs.append(-1 if spec is None else add(spec))
        if spec is not None and not spec.constant:
            graph.inputs.append(operator.inputs[-1])
    for spec in case.outputs:
        operator.outputs.append(add(spec))
    graph.outputs = list(operator.outputs)
    graph.operators = [operator]
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class Layers(Maker):
    """Random pieces of layers."""

    def between(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def chance(self, p):
        return bool(self.rng.random() < p)

    def data(self, type_, shape, constant=False):
        """An activation with the quantization of its type."""
        q = self.quant(type_)
        low, high = (-4, 4) if type_ in (F32, F16) else (None, None)
        if type_ == I16:
            q = q._replace(scale=np.float32(self.rng.uniform(1e-4, 1e-3)))
        return Tensor(type_, shape, self.values(type_, shape, low, high),
                      () if q is None else (q.scale,), 0 if q is None else q.zero,
                      constant=constant)

    def weights(self, type_, shape, axis=0, per_channel=False, constant=True):
        if type_ in (F32, F16):
            return Tensor(type_, shape, self.values(type_, shape, -1, 1), constant=constant)
        low, high = {U8: (0, 255), I8: (-127, 127), I4: (-7, 7), I2: (-2, 1),
                     I16: (-32767, 32767)}[type_]
        values = self.rng.integers(low, high, shape, endpoint=True)
        count = shape[axis] if per_channel else 1
        scales = np.exp(self.rng.uniform(np.log(2e-3), np.log(3e-2), count)).astype(np.float32)
        zero = self.between(0, 255) if type_ == U8 else 0
        if type_ == I16:
            scales = scales / np.float32(100)
        return Tensor(type_, shape, values.astype(NUMPY.get(type_, np.int8)), tuple(scales), zero,
                      axis, constant)

    def bias(self, type_, x, w, channels):
        if type_ in (F32, F16):
            return Tensor(type_, (channels,), self.values(type_, (channels,)), constant=True)
        big = 100000 if x.type == I16 else 3000
        values = self.rng.integers(-big, big, channels).astype(NUMPY[type_])
        scales = tuple(np.float32(x.scales[0]) * np.float32(s) for s in w.scales)
        return Tensor(type_, (channels,), values, scales, constant=True)

    def result(self, type_, shape, x, w, terms):
        """An output whose scale suits sums of `terms` products."""
        if type_ in (F32, F16):
            return Tensor(type_, shape)
        half = {I16: 32768}.get(x.type, 128)
        spread = x.scales[0] * max(w.scales) * half * 60 * np.sqrt(terms)
        scale = np.float32(spread / {I16: 20000}.get(type_, 100))
        zero = {I8: self.between(-50, 50), U8: self.between(80, 170)}.get(type_, 0)
        return Tensor(type_, shape, None, (scale,), zero)


def transpose_conv(x_type, w_type, b_type, per_channel=False):
    def make(m):
        n, in_c, out_c = m.between(1, 3), m.between(1, 20), m.between(1, 20)
        h, w = m.between(1, 7), m.between(1, 7)
        k, s = (m.between(1, 5), m.between(1, 5)), (m.between(1, 4), m.between(1, 4))
        if m.chance(0.3):
            k, s = (3, 3), (2, 2)
        padding = m.between(0, 1)
        if padding == 0:
            size = [(i - 1) * s[j] + m.between(1, s[j]) for j, i in enumerate((h, w))]
        else:
            size = [(i - 1) * s[j] + k[j] + m.between(0, s[j] - 1) for j, i in enumerate((h, w))]
        x = m.data(x_type, (n, h, w, in_c))
        f = m.weights(w_type, (out_c,) + k + (in_c,), 0, per_channel, m.chance(0.8))
        if per_channel and x_type == F32 and out_c == 1:
            f = dataclasses.replace(f, scales=f.scales[:1])
        biased = m.chance(0.7)
        shape = (n, size[0], size[1], out_c)
        out_shape = Tensor(I32, (4,), np.array(shape, np.int32), constant=m.chance(0.6))
        inputs = [out_shape, f, x] + ([m.bias(b_type, x, f, out_c)] if biased else [])
        fields = {}
        if x_type == I16:
            fields["quantizedBiasType"] = b_type
        options = options_of("TransposeConvOptions", padding=padding, strideH=s[0], strideW=s[1],
                             fusedActivationFunction=m.between(0, 3), **fields)
        return Case("TRANSPOSE_CONV", options, inputs,
                    [m.result(x_type, shape, x, f, in_c * 2)], 5)
    return make


def index_vector(values):
    table = schema.Int32VectorT()
    table.values = np.array(values, np.int32)
    return schema.SparseIndexVector.Int32Vector, table


def sparsify(dense, order, blocks, compressed):
    """The stored values and SparsityParameters of `dense`: `blocks` maps a dimension to its block
    size, the levels in `compressed` list the indices that have values."""
    rank, block_map = dense.ndim, sorted(blocks)
    sizes = [n // blocks.get(d, 1) for d, n in enumerate(dense.shape)]
    sizes += [blocks[d] for d in block_map]
    split, axes = [], []
    for d in range(rank):
        axes.append(len(split))
        split += [sizes[d], blocks[d]] if d in blocks else [sizes[d]]
    order = list(order) + list(range(rank, rank + len(block_map)))
    moved = [axes[d] if d < rank else axes[block_map[d - rank]] + 1 for d in order]
    cells = dense.reshape(split).transpose(moved)
    result = schema.SparsityParametersT()
    result.traversalOrder, result.blockMap, result.dimMetadata = order, block_map, []
    paths = cells[None]
    for level in range(len(order)):
        meta = schema.DimensionMetadataT()
        count = paths.shape[1]
        if level in compressed:
            meta.format, meta.denseSize = schema.DimensionType.SPARSE_CSR, 0
            used = paths.reshape(paths.shape[0], count, -1).any(2)
            bounds = np.concatenate([[0], np.cumsum(used.sum(1))])
            meta.arraySegmentsType, meta.arraySegments = index_vector(bounds)
            meta.arrayIndicesType, meta.arrayIndices = index_vector(np.nonzero(used)[1])
            paths = paths[used]
        else:
            meta.format, meta.denseSize = schema.DimensionType.DENSE, count
            paths = paths.reshape((-1,) + paths.shape[2:])
        result.dimMetadata.append(meta)
    return paths.reshape(-1), result


def sparse(m, w, blocks, compressed, order=None):
    """`w` with most blocks zero, stored sparsely."""
    dense = w.values.copy()
    grid = [n // blocks.get(d, 1) for d, n in enumerate(dense.shape)]
    keep = m.rng.random(grid) < 0.4
    keep.flat[0] = True
    for d, size in blocks.items():
        keep = np.repeat(keep, size, d)
    dense = np.where(keep, np.where(dense == 0, np.array(1, dense.dtype), dense),
                     np.array(0, dense.dtype))
    values, table = sparsify(dense, order or range(dense.ndim), blocks, compressed)
    return dataclasses.replace(w, values=values, sparsity=table, constant=True)


def densify(type_):
    def make(m):
        rank = m.between(1, 4)
        blocks = {d: m.between(2, 4) for d in range(rank) if m.chance(0.3)}
        shape = tuple(m.between(1, 4) * blocks.get(d, 1) for d in range(rank))
        compressed = [d for d in range(rank) if m.chance(0.5)]
        order = [int(d) for d in m.rng.permutation(rank)]
        w = m.weights(type_, shape)
        if type_ == I8:
            w.zero = 0
        out = Tensor(type_, shape, None, w.scales)
        return Case("DENSIFY", options_of("DensifyOptions"),
                    [sparse(m, w, blocks, compressed, order)], [out])
    return make


def sparse_layer(x_type, block):
    def make(m):
        depth, units, rows = 16 * m.between(1, 4), 4 * m.between(1, 5), m.between(1, 5)
        x = m.data(x_type, (rows, depth))
        w = m.weights(F32 if block in (1, 4) and x_type == F32 else I8, (units, depth))
        if block == 16:
            w = m.weights(I8, (units, depth))
        w = sparse(m, w, {} if block == 1 else {1: block}, [1])
        options = options_of("FullyConnectedOptions", fusedActivationFunction=m.between(0, 3))
        bias = m.bias(F32 if x_type == F32 else I32, x, w, units)
        return Case("FULLY_CONNECTED", options, [x, w, bias],
                    [m.result(x_type, (rows, units), x, w, depth // 2)], 8)
    return make


def spatial(m, count, padding, k, s, d):
    """Sizes of an input and of the output of a window over it."""
    sizes = []
    for i in range(count):
        span = (k[i] - 1) * d[i] + 1
        size = m.between(1, 6) if padding == 0 else span + m.between(0, 4)
        sizes.append((size, -(-size // s[i]) if padding == 0 else (size - span) // s[i] + 1))
    return [a for a, _ in sizes], [b for _, b in sizes]


def conv_3d(m):
    padding = m.between(0, 1)
    k, s = [m.between(1, 3) for _ in range(3)], [m.between(1, 3) for _ in range(3)]
    d = [m.between(1, 2) for _ in range(3)]
    size, out = spatial(m, 3, padding, k, s, d)
    n, in_c, out_c = m.between(1, 2), m.between(1, 6), m.between(1, 20)
    x = m.data(F32, (n, *size, in_c))
    f = m.weights(F32, (*k, in_c, out_c))
    options = options_of("Conv3DOptions", padding=padding, strideD=s[0], strideH=s[1], strideW=s[2],
                         dilationDFactor=d[0], dilationHFactor=d[1], dilationWFactor=d[2],
                         fusedActivationFunction=m.between(0, 3))
    return Case("CONV_3D", options, [x, f, m.bias(F32, x, f, out_c)],
                [Tensor(F32, (n, *out, out_c))])


def conv_3d_transpose(m):
    padding = m.between(0, 1)
    k, s = [m.between(1, 3) for _ in range(3)], [m.between(1, 3) for _ in range(3)]
    d = [m.between(1, 2) for _ in range(3)]
    size, out = spatial(m, 3, padding, k, s, d)
    n, in_c, out_c = m.between(1, 2), m.between(1, 6), m.between(1, 20)
    x = m.data(F32, (n, *out, in_c))
    f = m.weights(F32, (*k, out_c, in_c))
    shape = (n, *size, out_c)
    options = options_of("Conv3DOptions", padding=padding, strideD=s[0], strideH=s[1], strideW=s[2],
                         dilationDFactor=d[0], dilationHFactor=d[1], dilationWFactor=d[2],
                         fusedActivationFunction=m.between(0, 3))
    wanted = Tensor(I32, (5,), np.array(shape, np.int32), constant=m.chance(0.6))
    return Case("CONV_3D_TRANSPOSE", options, [wanted, f, x, m.bias(F32, x, f, out_c)],
                [Tensor(F32, shape)])


def local_response(m):
    shape = (m.between(1, 2), m.between(1, 4), m.between(1, 4), m.between(1, 20))
    options = options_of("LocalResponseNormalizationOptions", radius=m.between(0, 6),
                         bias=float(m.rng.uniform(0.5, 3)), alpha=float(m.rng.uniform(0, 1)),
                         beta=float(m.rng.uniform(0.1, 1.5)))
    return Case("LOCAL_RESPONSE_NORMALIZATION", options, [m.data(F32, shape)],
                [Tensor(F32, shape)])


def fully_connected(x_type, w_type, b_type, per_channel):
    def make(m):
        rows, depth, units = m.between(1, 6), 4 * m.between(1, 20), m.between(2, 20)
        x = m.data(x_type, (rows, depth))
        w = m.weights(w_type, (units, depth), 0, per_channel)
        fields = {"quantizedBiasType": b_type} if x_type == I16 else {}
        options = options_of("FullyConnectedOptions", fusedActivationFunction=m.between(0, 3),
                             **fields)
        biased = [m.bias(b_type, x, w, units)] if m.chance(0.7) else []
        out = m.result(x_type, (rows, units), x, w, depth)
        if w_type == I16:
            out.scales = (np.float32(out.scales[0] * 400),)
        elif w_type in BITS:
            out.scales = tuple(np.float32(s / 12) for s in out.scales)
        return Case("FULLY_CONNECTED", options, [x, w] + biased, [out], 13)
    return make


def blockwise(m):
    # With fewer than 4 units LiteRT gives the bias alone (docs/bugs.md).
    rows, blocks, block, units = m.between(1, 6), m.between(1, 5), 32, m.between(4, 20)
    x = m.data(F32, (rows, blocks * block))
    w = m.weights(I4, (units, blocks * block))
    w.scales, w.block = m.rng.uniform(1e-3, 1e-1, (units, blocks)).astype(np.float16), block
    biased = [m.bias(F32, x, w, units)] if m.chance(0.7) else []
    return Case("FULLY_CONNECTED", options_of("FullyConnectedOptions"), [x, w] + biased,
                [Tensor(F32, (rows, units))], 13, reference=False)


def conv(x_type, w_type, b_type, depthwise=False):
    def make(m):
        padding = m.between(0, 1)
        k, s = [m.between(1, 3) for _ in range(2)], [m.between(1, 2) for _ in range(2)]
        d = [m.between(1, 2) if s == [1, 1] else 1 for _ in range(2)]
        size, out = spatial(m, 2, padding, k, s, d)
        n, in_c = m.between(1, 2), m.between(1, 8)
        out_c = in_c * m.between(1, 2) if depthwise else m.between(2, 20)
        x = m.data(x_type, (n, *size, in_c))
        shape = (1, *k, out_c) if depthwise else (out_c, *k, in_c)
        f = m.weights(w_type, shape, 3 if depthwise else 0, out_c > 1)
        fields = dict(padding=padding, strideH=s[0], strideW=s[1], dilationHFactor=d[0],
                      dilationWFactor=d[1], fusedActivationFunction=m.between(0, 3))
        if depthwise:
            op, options = "DEPTHWISE_CONV_2D", options_of(
                "DepthwiseConv2DOptions", depthMultiplier=out_c // in_c, **fields)
        else:
            op, options = "CONV_2D", options_of("Conv2DOptions", **fields)
        result = m.result(x_type, (n, *out, out_c), x, f, k[0] * k[1] * (1 if depthwise else in_c))
        if w_type in BITS and result.scales:
            result.scales = (np.float32(result.scales[0] / 12),)
        return Case(op, options, [x, f, m.bias(b_type, x, f, out_c)], [result], 6)
    return make


def embedding(w_type, out_type, scales):
    def make(m):
        rows, width, count = m.between(2, 12), 4 * m.between(1, 30), m.between(1, 6)
        if scales == "block":
            width = 32 * m.between(1, 4)
        w = m.weights(w_type, (rows, width), 0, scales == "row")
        w.zero = 0
        if scales == "block":
            w.scales = m.rng.uniform(1e-3, 1e-1, (rows, width // 32)).astype(np.float16)
            w.block = 32
        ids = Tensor(I32, (count,), m.rng.integers(0, rows, count).astype(np.int32))
        return Case("EMBEDDING_LOOKUP", None, [ids, w], [Tensor(out_type, (count, width))], 4)
    return make


# name, tolerance of floats, maker
ROWS = [
    ("transpose_conv f32", 1e-5, transpose_conv(F32, F32, F32)),
    ("transpose_conv u8", 1e-5, transpose_conv(U8, U8, I32)),
    ("transpose_conv i8 per tensor", 1e-5, transpose_conv(I8, I8, I32)),
    ("transpose_conv i8 per channel", 1e-5, transpose_conv(I8, I8, I32, True)),
    ("transpose_conv i16 bias i64", 1e-5, transpose_conv(I16, I8, I64, True)),
    ("transpose_conv i16 bias i32", 1e-5, transpose_conv(I16, I8, I32, True)),
    ("transpose_conv hybrid", 1e-4, transpose_conv(F32, I8, F32, True)),
    ("densify f32", 0, densify(F32)),
    ("densify f16", 0, densify(F16)),
    ("densify i8", 0, densify(I8)),
    ("sparse fully_connected f32", 1e-5, sparse_layer(F32, 1)),
    ("sparse fully_connected f32 1x4", 1e-5, sparse_layer(F32, 4)),
    ("sparse fully_connected hybrid 1x16", 1e-4, sparse_layer(F32, 16)),
    ("sparse fully_connected i8 1x16", 1e-5, sparse_layer(I8, 16)),
    ("conv_3d f32", 1e-5, conv_3d),
    ("conv_3d_transpose f32", 1e-5, conv_3d_transpose),
    ("local_response_normalization f32", 1e-5, local_response),
    ("fully_connected i16 x i16 bias i64", 1e-5, fully_connected(I16, I16, I64, False)),
    ("fully_connected i16 x i16 bias i32", 1e-5, fully_connected(I16, I16, I32, True)),
    ("fully_connected i8 x i4", 1e-5, fully_connected(I8, I4, I32, True)),
    ("fully_connected i8 x i2", 1e-5, fully_connected(I8, I2, I32, True)),
    ("fully_connected i16 x i4", 1e-5, fully_connected(I16, I4, I64, True)),
    ("fully_connected f32 x i4", 1e-4, fully_connected(F32, I4, F32, True)),
    ("fully_connected f32 x i2", 1e-4, fully_connected(F32, I2, F32, True)),
    ("conv_2d i8 x i4", 1e-5, conv(I8, I4, I32)),
    ("conv_2d f32 x i4", 1e-4, conv(F32, I4, F32)),
    ("depthwise_conv_2d i8 x i4", 1e-5, conv(I8, I4, I32, True)),
    ("embedding_lookup i8 f32", 0, embedding(I8, F32, "row")),
    ("embedding_lookup i4 f32", 0, embedding(I4, F32, "row")),
    ("embedding_lookup i2 f32", 0, embedding(I2, F32, "table")),
    ("embedding_lookup i8 f16", 0, embedding(I8, F16, "row")),
    ("embedding_lookup i4 f16", 0, embedding(I4, F16, "row")),
    ("embedding_lookup i4 blocks f32", 0, embedding(I4, F32, "block")),
    ("embedding_lookup i2 blocks f16", 0, embedding(I2, F16, "block")),
]

# LiteRT's reference kernel does not know of these forms: its other one judges.
OTHERS = [("fully_connected blockwise i4", 1e-5, blockwise)]


def entry(name, tolerance, make):
    def model(m, _kind):
        layers = Layers(0)
        layers.rng = m.rng
        case = make(layers)
        fed = [t.values for t in case.inputs if t is not None and not t.constant]
        outputs = [Output(t.type, t.shape) for t in case.outputs]
        return Model(case.op, build(case), fed, outputs, reference=case.reference)
    op = make(Layers(0)).op
    return Entry(op.decode() if isinstance(op, bytes) else op, [name], model, tolerance=tolerance)


ENTRIES = [entry(*row) for row in ROWS + OTHERS]
