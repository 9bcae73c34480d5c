"""One operand, element by element or along its last axis: mathematics and activations."""

import math

import numpy as np

from operators import exact
from operators.case import BF16, BOOL, C64, F16, F32, F64, I8, I16, I32, I64, U8, Case, Quant, options_of
from operators.registry import Entry

QUANTIZED = [F32, I8, U8, I16]
FLOATS_AND_BYTES = [F32, I8, U8]
# Output scales that the operators demand.
SOFTMAX_OUT = {I8: Quant(1 / 256, -128), U8: Quant(1 / 256, 0), I16: Quant(1 / 32768, 0)}
LOGISTIC_OUT = SOFTMAX_OUT
TANH_OUT = {I8: Quant(1 / 128, 0), U8: Quant(1 / 128, 128), I16: Quant(1 / 32768, 0)}
L2_OUT = {I8: Quant(1 / 128, 0), U8: Quant(1 / 128, 128)}
LOG_SOFTMAX_OUT = {I8: Quant(16 / 256, 127), U8: Quant(16 / 256, 255)}


def lowest_zero(m, type_):
    """Real values from 0 up."""
    q = m.quant(type_)
    return q._replace(zero={I8: -128, U8: 0}.get(type_, 0)) if q else None


def fine_int16(m, type_):
    """Scales of int16 that functions of a small range make sense for."""
    if type_ != I16:
        return m.quant(type_)
    if m.chance(0.5):
        return Quant(np.float32(2.0 ** m.number(-14, -10)), 0)
    return Quant(np.float32(np.exp(m.rng.uniform(np.log(1e-5), np.log(1e-3)))), 0)


def unary(op, types, compute, table=None, low=None, high=None, out=None, fields=None, scale=None,
          ulps=None, rank=6, **how):
    def make(m, type_):
        shape = m.shape(1, rank, 6 if rank > 4 else 12, 0.03)
        q = scale(m, type_) if scale else m.quant(type_)
        o = out.get(type_) if isinstance(out, dict) else out(m, type_, q) if out else m.quant(type_)
        options = options_of(table, **(fields(m) if fields else {})) if table else None
        return Case(op, options, [m.input(type_, shape, q, low=low, high=high)],
                    [m.output(type_, shape, o)])
    return Entry(op, types, make, compute if how.pop("whole", False) else exact.elementwise(compute),
                 ulps, **how)


def along_rows(op, types, compute, **how):
    return unary(op, types, lambda c: [compute(exact.real(c.inputs[0]), c)], whole=True, rank=4, **how)


def softmax(x, case):
    x = x * case.options[1].beta
    e = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(x, _case):
    x = x - x.max(axis=-1, keepdims=True, initial=-np.inf)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def l2_normalization(x, _case):
    return x / np.sqrt(np.maximum((x * x).sum(axis=-1, keepdims=True), 1e-6))


_erf = np.vectorize(math.erf, otypes=[float])


def gelu(case):
    x = exact.real(case.inputs[0])
    if case.options[1].approximate:
        return [x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))]
    return [x / 2 * (1 + _erf(x / math.sqrt(2)))]


def leaky_relu(case):
    x = exact.real(case.inputs[0])
    return [np.where(x > 0, x, x * np.float32(case.options[1].alpha))]


def tiny_scale(case):
    """HARD_SWISH: LiteRT shifts int16 values by 16 and more (docs/bugs.md)."""
    x, y = case.inputs[0].quant, case.outputs[0].quant
    return 25 if x is not None and float(x.scale) / 128 < float(y.scale) * 2.0 ** -15 else None


def none(_m, _type, _q=None):
    return None


def same(_m, _type, q):
    return q


def prelu(m, type_):
    shape = m.shape(2, 4, 7)
    alpha = tuple(1 if i < len(shape) - 1 else d for i, d in enumerate(shape))
    kind = I8 if type_ == I16 else type_
    return Case("PRELU", None,
                [m.input(type_, shape, m.quant(type_)), m.input(kind, alpha, m.quant(kind), True)],
                [m.output(type_, shape, m.quant(type_))])


def exact_prelu(case):
    x, alpha = (exact.real(t) for t in case.inputs)
    return [np.where(x > 0, x, x * alpha)]


def complex_part(op, compute, ulps=None):
    def make(m, type_):
        shape = m.shape(1, 6, 6, 0.03)
        return Case(op, None, [m.input(type_, shape)], [m.output(F32, shape)])
    return Entry(op, [C64], make, exact.elementwise(compute), ulps)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ENTRIES = [
    unary("NEG", [F32, F16, BF16, I8, I16, I32, I64], np.negative, "NegOptions", out=none, scale=none,
          low=-120, high=120),
    unary("ABS", [F32, I8, I16, I32], np.abs, "AbsOptions"),
    unary("SQRT", [F32, I8, I16], np.sqrt, low=0, high=120, scale=lowest_zero, ulps=2),
    unary("RSQRT", [F32, I8, I16], lambda x: 1 / np.sqrt(x), low=1, high=120, scale=lowest_zero, ulps=2),
    unary("SQUARE", [F32], np.square, "SquareOptions"),
    unary("EXP", [F32, I8, I16], np.exp, "ExpOptions", scale=fine_int16, ulps=2),
    unary("LOG", [F32, I8, I16], np.log, low=1, high=100, scale=lowest_zero, ulps=2),
    unary("SIN", [F32, F16], np.sin, ulps=2), unary("COS", [F32, F16], np.cos, "CosOptions", ulps=2),
    unary("FLOOR", [F32, F16, BF16], np.floor), unary("CEIL", [F32], np.ceil),
    unary("ROUND", [F32, F16, BF16], np.rint),
    unary("SIGN", [F32, F64, I32], np.sign, "SignOptions"),
    unary("LOGICAL_NOT", [BOOL], lambda x: 1 - x, "LogicalNotOptions"),
    unary("RELU", QUANTIZED, lambda x: np.maximum(x, 0)),
    unary("RELU6", QUANTIZED, lambda x: np.clip(x, 0, 6)),
    unary("RELU_N1_TO_1", FLOATS_AND_BYTES, lambda x: np.clip(x, -1, 1)),
    unary("RELU_0_TO_1", FLOATS_AND_BYTES, lambda x: np.clip(x, 0, 1)),
    unary("LEAKY_RELU", QUANTIZED, leaky_relu, "LeakyReluOptions", whole=True,
          fields=lambda m: {"alpha": float(m.rng.uniform(-0.5, 1.5))}),
    Entry("PRELU", QUANTIZED, prelu, exact_prelu),
    unary("ELU", [F32, I8], lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), ulps=2),
    unary("GELU", [F32, F16, I8, U8, I16], gelu, "GeluOptions", whole=True,
          fields=lambda m: {"approximate": m.chance(0.5)}),
    unary("HARD_SWISH", FLOATS_AND_BYTES, lambda x: x * np.clip(x + 3, 0, 6) / 6, "HardSwishOptions",
          wrong=tiny_scale),
    unary("LOGISTIC", [F32, F16, BF16, I8, U8, I16], sigmoid, out=LOGISTIC_OUT, scale=fine_int16, ulps=2),
    unary("TANH", [F32, F16, BF16, I8, U8, I16], np.tanh, out=TANH_OUT, scale=fine_int16, ulps=2),
    along_rows("SOFTMAX", QUANTIZED, softmax, table="SoftmaxOptions", out=SOFTMAX_OUT,
               fields=lambda m: {"beta": m.pick([1.0, 0.5, 2.0])}, scale=fine_int16),
    along_rows("LOG_SOFTMAX", FLOATS_AND_BYTES, log_softmax, table="LogSoftmaxOptions",
               out=LOG_SOFTMAX_OUT),
    along_rows("L2_NORMALIZATION", FLOATS_AND_BYTES, l2_normalization, table="L2NormOptions",
               out=L2_OUT),
    unary("ZEROS_LIKE", [F32, I32, I64], lambda x: x * 0, "ZerosLikeOptions"),
    complex_part("COMPLEX_ABS", np.abs, 2), complex_part("REAL", np.real), complex_part("IMAG", np.imag),
]
