"""From one type to another."""

import numpy as np

from operators import exact
from operators.case import (BF16, BOOL, C64, F16, F32, F64, I2, I4, I8, I16, I32, I64, NUMPY, U4, U8,
                            U16, U32, Case, Quant, options_of)
from operators.registry import Entry

TARGETS = {F32: [I8, U8, I16], I8: [I8, U8, I16], U8: [I8, U8, I16], I16: [I8, I16, I32],
           I32: [I8, I16]}
CAST = [F32, F16, BF16, I8, U8, I16, I32, I64, BOOL, C64, F64, U32, U16]


def quantize(m, type_):
    out = m.pick(TARGETS[type_])
    shape = m.shape(1, 6, 6, 0.03)
    q = m.quant(type_) or (Quant(np.float32(0.01), 0) if type_ == I32 else None)
    o = m.quant(out) or Quant(np.float32(0.003), 0)
    if q and m.chance(0.3):
        o = o._replace(scale=q.scale)
    low, high = (-20, 20) if type_ == F32 else (None, None)
    return Case("QUANTIZE", options_of("QuantizeOptions"),
                [m.input(type_, shape, q, low=low, high=high)], [m.output(out, shape, o)])


def per_channel(m, type_, shape, axis):
    scales = np.exp(m.rng.uniform(np.log(1e-3), np.log(0.3), shape[axis])).astype(np.float32)
    zeros = np.zeros(shape[axis], np.int64)
    return Quant(scales, zeros, axis)


def dequantize(m, kind):
    type_ = KINDS.get(kind, kind)
    shape = m.shape(1, 5, 7)
    quant = m.quant(type_)
    if type_ in (I4, U4, I2):
        quant = Quant(np.float32(0.05), 0)
    if kind in KINDS:
        quant = per_channel(m, type_, shape, m.number(0, len(shape) - 1))
    return Case("DEQUANTIZE", options_of("DequantizeOptions"), [m.input(type_, shape, quant)],
                [m.output(F32, shape)])


KINDS = {"int8 by channel": I8, "uint8 by channel": U8}


def cast(m, type_):
    out = m.pick([t for t in CAST if BF16 not in (t, type_) or F32 in (t, type_)])
    shape = m.shape(1, 5, 7, 0.03)
    low, high = (-70000, 70000) if type_ in (F32, F64) and out not in (I8, U8, I16, U16) else (None, None)
    if np.dtype(NUMPY[type_]).kind == "f" and np.dtype(NUMPY[out]).kind == "u":
        low, high = 0, 100
    return Case("CAST", options_of("CastOptions", inDataType=type_, outDataType=out),
                [m.input(type_, shape, low=low, high=high)], [m.output(out, shape)])


def exact_cast(case):
    return [np.asarray(case.inputs[0].values).astype(NUMPY[case.outputs[0].type])]


def real(case):
    return [exact.real(case.inputs[0])]


ENTRIES = [
    Entry("QUANTIZE", [F32, I8, U8, I16, I32], quantize, real),
    Entry("DEQUANTIZE", [I8, U8, I16, F16, I4, "int8 by channel", "uint8 by channel"], dequantize, real),
    Entry("CAST", CAST, cast, exact_cast),
]
