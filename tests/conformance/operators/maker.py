"""Random pieces of cases: shapes, quantization parameters, values."""

import numpy as np

from operators.case import (BF16, BOOL, C64, I4, I8, I16, I32, I64, I2, NUMPY, STRING, U4, U8, U32,
                            U64, QUANTIZED, Quant, Tensor, bfloat16)

_PACKED_RANGE = {I4: (-8, 7), I2: (-2, 1), U4: (0, 15)}


class Maker:
    """Draws from one generator, so that a seed gives the same case everywhere."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def chance(self, p):
        return bool(self.rng.random() < p)

    def pick(self, things):
        return things[int(self.rng.integers(len(things)))]

    def number(self, low, high):
        """low <= x <= high."""
        return int(self.rng.integers(low, high, endpoint=True))

    def shape(self, low=1, high=5, most=7, empty=0.0):
        """`most` is one more than the largest dimension; `empty`: how often one is 0."""
        dims = [int(d) for d in self.rng.integers(1, most, self.rng.integers(low, high + 1))]
        if dims and empty and self.chance(empty):
            dims[self.number(0, len(dims) - 1)] = 0
        return tuple(dims)

    def quant(self, type_, extreme=0.1):
        """Usual scales, and now and then very small or large ones and zero points at the ends."""
        if type_ not in QUANTIZED:
            return None
        low, high = (1e-3, 0.3)
        if self.chance(extreme):
            low, high = self.pick([(1e-7, 1e-4), (1.0, 1e4)])
        scale = np.float32(np.exp(self.rng.uniform(np.log(low), np.log(high))))
        if type_ == I16:
            return Quant(scale, 0)
        info = np.iinfo(NUMPY[type_])
        zero = self.number(info.min, info.max)
        if self.chance(0.2):
            zero = self.pick([info.min, info.max])
        return Quant(scale, zero)

    def values(self, type_, shape, low=None, high=None):
        dtype = NUMPY.get(type_)
        if type_ == STRING:
            texts = [bytes(self.rng.integers(97, 123, self.number(0, 6)).tolist())
                     for _ in range(int(np.prod(shape)))]
            return np.array(texts, object).reshape(shape)
        if type_ == BOOL:
            return self.rng.integers(0, 2, shape).astype(np.bool_)
        if type_ == C64:
            return (self.rng.normal(size=shape) + 1j * self.rng.normal(size=shape)).astype(dtype)
        if np.dtype(dtype).kind == "f":
            lo, hi = (-4, 4) if low is None else (low, high)
            values = self.rng.uniform(lo, hi, shape).astype(dtype)
            return bfloat16(values) if type_ == BF16 else values
        if low is not None:
            lo, hi = low, high
        elif type_ in _PACKED_RANGE:
            lo, hi = _PACKED_RANGE[type_]
        elif type_ in (I32, I64, U32, U64):
            lo, hi = max(np.iinfo(dtype).min, -1000), 1000
        else:
            lo, hi = np.iinfo(dtype).min, np.iinfo(dtype).max
        return self.rng.integers(lo, hi, shape, endpoint=True).astype(dtype)

    def input(self, type_, shape, quant=None, constant=False, low=None, high=None):
        # Strings reach a model from inside alone: `samara run` feeds none.
        return Tensor(type_, shape, quant, self.values(type_, shape, low, high),
                      bool(constant) or type_ in (STRING, I4, I2, U4))

    def constant(self, type_, values, quant=None):
        values = np.asarray(values, NUMPY.get(type_))
        return Tensor(type_, values.shape, quant, values, True)

    def given(self, type_, values, constant=0.5):
        """An operand with these values: a constant of the model or an input of the run."""
        return self.constant(type_, values)._replace(constant=self.chance(constant))

    def output(self, type_, shape=(1,), quant=None):
        return Tensor(type_, shape, quant, None, False)

    def broadcast_pair(self, most_rank=8, most=5):
        out = self.shape(1, most_rank, most)
        a = [1 if self.chance(0.25) else d for d in out]
        b = [1 if self.chance(0.25) else d for d in out]
        if self.chance(0.3):
            a, b = list(out), list(out)
        if self.chance(0.3):
            b = b[self.number(0, len(b) - 1):]
        return tuple(a), tuple(b), np.broadcast_shapes(tuple(a), tuple(b))
