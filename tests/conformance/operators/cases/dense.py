"""Products and sums: convolutions, fully connected layers, products of matrices."""

import numpy as np

import hybrid
from operators import exact
from operators.case import F32, I4, I8, I16, I32, I64, U8, Case, Quant, options_of
from operators.registry import Entry

# kind: (type of input and output, of the weights, of the bias, scales by channel)
KINDS = {
    "float32": (F32, F32, F32, False),
    "uint8": (U8, U8, I32, False),
    "int8": (I8, I8, I32, False),
    "int8 by channel": (I8, I8, I32, True),
    "int8 with int4 weights": (I8, I4, I32, True),
    "int16": (I16, I8, I64, True),
    "int16 with 32-bit bias": (I16, I8, I32, True),
    "hybrid": (F32, I8, F32, False),
    "hybrid by channel": (F32, I8, F32, True),
    "hybrid with int4 weights": (F32, I4, F32, True),
}


class Layer:
    """Weights, bias and scales of one layer."""

    def __init__(self, m, kind, shape, axis, terms):
        self.type, weight_type, bias_type, by_channel = KINDS[kind]
        self.hybrid = self.type == F32 and weight_type != F32
        channels = shape[axis]
        self.input_quant = m.quant(self.type, 0.0)
        weights = m.input(weight_type, shape, None, True)
        if weight_type == F32:
            self.weights = weights._replace(values=weights.values / 4)
        else:
            scales = np.exp(m.rng.uniform(np.log(1e-3), np.log(0.02), channels)).astype(np.float32)
            zero = m.number(0, 255) if weight_type == U8 else 0
            quant = Quant(scales, np.zeros(channels, np.int64), axis) if by_channel else (
                Quant(scales[0], zero))
            self.weights = weights._replace(quant=quant)
        self.output_quant = None
        if self.input_quant:
            scale = float(np.max(quant.scale)) * float(self.input_quant.scale)
            spread = {I8: 74, U8: 74, I4: 4.6}[weight_type] * np.sqrt(terms)
            spread *= 19000 if self.type == I16 else 74
            full = 19000 if self.type == I16 else 60
            self.output_quant = m.quant(self.type)._replace(
                scale=np.float32(scale * spread / full * float(m.rng.uniform(0.3, 4))))
        self.bias = None
        if kind == "float32" or m.chance(0.8) or bias_type == I64 or self.type != F32:
            self.bias = self.make_bias(m, bias_type, channels)

    def make_bias(self, m, type_, channels):
        if type_ == F32:
            return m.input(F32, (channels,), None, True)
        scale = np.float32(np.asarray(self.weights.quant.scale, np.float32) *
                           np.float32(self.input_quant.scale))
        quant = Quant(scale, np.zeros(np.shape(scale), np.int64)) if np.ndim(scale) else Quant(scale, 0)
        most = 5_000_000 if self.type == I16 else 20_000
        return m.input(type_, (channels,), quant, True, -most, most)


def window(m, shape, filter_shape, **more):
    return {"padding": m.number(0, 1), "strideH": m.number(1, 3), "strideW": m.number(1, 3),
            "dilationHFactor": m.number(1, 2), "dilationWFactor": m.number(1, 2),
            "fusedActivationFunction": m.number(0, 3), **more}


def picture(m):
    """Input height and width, filter height and width with dilation 2 in mind."""
    filter_ = m.rng.integers(1, 4, 2)
    size = [int(2 * f - 1) + m.number(0, 7) for f in filter_]
    return size, [int(f) for f in filter_]


def conv(m, kind):
    size, filter_ = picture(m)
    channels, outputs = m.number(1, 17), m.number(1, 19)
    groups = 1
    if kind in ("float32", "int8 by channel") and m.chance(0.15):
        groups = m.number(2, 3)
        channels, outputs = groups * m.number(1, 4), groups * m.number(1, 4)
    layer = Layer(m, kind, (outputs, *filter_, channels // groups), 0,
                  filter_[0] * filter_[1] * channels // groups)
    shape = (m.number(1, 2), *size, channels)
    fields = window(m, shape, filter_)
    if kind.endswith("32-bit bias"):
        fields["quantizedBiasType"] = I32
    x = m.input(layer.type, shape, layer.input_quant)
    if layer.bias is None:
        layer.bias = layer.make_bias(m, F32, outputs)
    return Case("CONV_2D", options_of("Conv2DOptions", **fields), [x, layer.weights, layer.bias],
                [m.output(layer.type, (1, 1, 1, 1), layer.output_quant)])


def depthwise(m, kind):
    size, filter_ = picture(m)
    channels, multiplier = m.number(1, 20), m.pick([1, 1, 1, 2, 3])
    layer = Layer(m, kind, (1, *filter_, channels * multiplier), 3, filter_[0] * filter_[1])
    shape = (m.number(1, 2), *size, channels)
    fields = window(m, shape, filter_, depthMultiplier=multiplier)
    # LiteRT's strides are equal in both directions here, as TensorFlow's are.
    fields["strideW"] = fields["strideH"]
    x = m.input(layer.type, shape, layer.input_quant)
    if layer.bias is None:
        layer.bias = layer.make_bias(m, F32, channels * multiplier)
    return Case("DEPTHWISE_CONV_2D", options_of("DepthwiseConv2DOptions", **fields),
                [x, layer.weights, layer.bias],
                [m.output(layer.type, (1, 1, 1, 1), layer.output_quant)])


def fully_connected(m, kind):
    depth, outputs = m.number(1, 70), m.number(1, 19)
    layer = Layer(m, kind, (outputs, depth), 0, depth)
    if kind == "float32" and m.chance(0.3):
        layer.bias = None
    keep = m.chance(0.3)
    outer = m.shape(1, 3 if keep else 1, 5)
    fields = {"fusedActivationFunction": m.number(0, 3), "keepNumDims": keep,
              "asymmetricQuantizeInputs": m.chance(0.5)}
    if kind.endswith("32-bit bias"):
        fields["quantizedBiasType"] = I32
    x = m.input(layer.type, outer + (depth,), layer.input_quant)
    inputs = [x, layer.weights] + ([layer.bias] if layer.bias else [])
    return Case("FULLY_CONNECTED", options_of("FullyConnectedOptions", **fields), inputs,
                [m.output(layer.type, outer + (outputs,), layer.output_quant)])


def batch_matmul(m, kind):
    type_, other = KINDS[kind][:2] if kind != "int16" else (I16, I16)
    rows, depth, columns = m.number(1, 9), m.number(1, 30), m.number(1, 9)
    a, b, _ = m.broadcast_pair(3, 4)
    adj_x, adj_y = m.chance(0.3), m.chance(0.3)
    a += (depth, rows) if adj_x else (rows, depth)
    b += (columns, depth) if adj_y else (depth, columns)
    if kind == "hybrid":
        b = b[-2:]
    qa, qb = m.quant(type_, 0.0), m.quant(other, 0.0)
    qo = m.quant(type_, 0.0)
    if qa:
        spread = (19000 * 19000 / 19000 if type_ == I16 else 74 * 74 / 60) * np.sqrt(depth)
        qo = qo._replace(scale=np.float32(float(qa.scale) * float(qb.scale) * spread *
                                          float(m.rng.uniform(0.3, 4))))
    # XNNPACK takes int8 products where the right zero point is 0.
    if kind == "hybrid" or (kind == "int8" and m.chance(0.5)):
        qb = qb._replace(zero=0)
    y = m.input(other, b, qb, kind == "hybrid" or m.chance(0.4))
    options = options_of("BatchMatMulOptions", adjX=adj_x, adjY=adj_y, asymmetricQuantizeInputs=False)
    return Case("BATCH_MATMUL", options, [m.input(type_, a, qa), y], [m.output(type_, (1,), qo)])


def exact_conv(case):
    x, w = exact.real(case.inputs[0]), exact.real(case.inputs[1])
    o = case.options[1]
    out = []
    for image in x:
        if case.op == "DEPTHWISE_CONV_2D":
            patches = hybrid._patches(np.repeat(image, w.shape[3] // x.shape[3], axis=-1), o, *w.shape[1:3])
            out.append(np.einsum("yxhwc,hwc->yxc", patches, w[0]))
            continue
        groups = x.shape[3] // w.shape[3]
        patches = hybrid._patches(image, o, *w.shape[1:3])
        parts = zip(np.split(patches, groups, axis=-1), np.split(w, groups, axis=0))
        out.append(np.concatenate([np.einsum("yxhwc,ohwc->yxo", p, f) for p, f in parts], axis=-1))
    bias = exact.real(case.inputs[2]) if case.inputs[2] else 0
    return [exact.activate(np.array(out) + bias, exact.fused(case))]


def exact_fully_connected(case):
    x, w = exact.real(case.inputs[0]), exact.real(case.inputs[1])
    out = x @ w.T
    if len(case.inputs) > 2:
        out = out + exact.real(case.inputs[2])
    return [exact.activate(out, exact.fused(case))]


def exact_batch_matmul(case):
    a, b = (exact.real(t) for t in case.inputs)
    o = case.options[1]
    return [(np.swapaxes(a, -1, -2) if o.adjX else a) @ (np.swapaxes(b, -1, -2) if o.adjY else b)]


class AsModel:
    """A case as hybrid.py reads models."""

    def __init__(self, case):
        self.case, self.inputs = case, list(range(len(case.inputs)))
        self.builtinOptions = case.options[1]

    def name_of(self, _operator):
        return self.case.op

    def constant(self, i):
        return self.case.inputs[i].values

    def scales(self, i):
        return np.atleast_1d(np.asarray(self.case.inputs[i].quant.scale, np.float32))


def judge_hybrid(case, _want, got):
    """Within 2 float ulp of the row's range of the double computation. The sums before the bias are
    part of the range: where both cancel, a float result has the last place of the larger one."""
    model = AsModel(case)
    ideal = hybrid.expected(model, model, case.inputs[0].values).reshape(got[0].shape)
    bias = exact.real(case.inputs[2]) if len(case.inputs) > 2 else 0
    axes = tuple(range(1 if "CONV" in case.op else ideal.ndim - 1, ideal.ndim))
    terms = np.stack([ideal, ideal - bias, np.zeros_like(ideal)])
    span = terms.max(axis=0).max(axis=axes, keepdims=True) - terms.min(axis=0).min(axis=axes, keepdims=True)
    unit = np.spacing(np.maximum(span, 1e-30).astype(np.float32)).astype(np.float64)
    ulps = (np.abs(got[0] - exact.activate(ideal, exact.fused(case))) / unit).max()
    return f"{ulps:.2f} ulp of the row's range" if ulps > 2 else ""


def judge_hybrid_matmul(case, _want, got):
    """As judge_hybrid; every row of the left matrices is quantized alone."""
    left, right, o = case.inputs[0].values, case.inputs[1], case.options[1]
    if o.adjX:
        left = np.swapaxes(left, -1, -2)
    rows = [hybrid.symmetric(row) for row in left.reshape(-1, left.shape[-1])]
    left = np.array([q * np.float64(scale) for q, scale, _ in rows]).reshape(left.shape)
    ideal = left @ (np.swapaxes(exact.real(right), -1, -2) if o.adjY else exact.real(right))
    span = np.maximum(ideal.max(-1, keepdims=True), 0) - np.minimum(ideal.min(-1, keepdims=True), 0)
    unit = np.spacing(np.maximum(span, 1e-30).astype(np.float32)).astype(np.float64)
    ulps = (np.abs(got[0] - ideal) / unit).max()
    return f"{ulps:.2f} ulp of the row's range" if ulps > 2 else ""


def dense(op, make, compute, kinds):
    plain = [k for k in kinds if not k.startswith("hybrid")]
    rest = [k for k in kinds if k.startswith("hybrid")]
    return [Entry(op, plain, make, compute), Entry(op, rest, make, judge=judge_hybrid)]


ENTRIES = [
    *dense("CONV_2D", conv, exact_conv, KINDS),
    *dense("DEPTHWISE_CONV_2D", depthwise, exact_conv,
           [k for k in KINDS if not k.endswith("bias") and k not in ("hybrid", "hybrid with int4 weights")]),
    *dense("FULLY_CONNECTED", fully_connected, exact_fully_connected, KINDS),
    Entry("BATCH_MATMUL", ["float32", "int8", "int16"], batch_matmul, exact_batch_matmul),
    # LiteRT takes the first matrix's row scales for all of a batch (docs/bugs.md).
    Entry("BATCH_MATMUL", ["hybrid"], batch_matmul, judge=judge_hybrid_matmul),
]
