"""Operators in double precision on real values: the judge where LiteRT is not one."""

import numpy as np


def real(tensor):
    """A tensor's real values: dequantized, in double."""
    values = np.asarray(tensor.values)
    if values.dtype.kind == "c":
        return values.astype(np.complex128)
    values = values.astype(np.float64)
    if tensor.quant is None:
        return values
    scale, zero = np.float64(tensor.quant.scale), np.float64(tensor.quant.zero)
    if np.ndim(scale):
        shape = [1] * values.ndim
        shape[tensor.quant.axis] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (values - zero) * scale


_RANGES = {0: (-np.inf, np.inf), 1: (0, np.inf), 2: (-1, 1), 3: (0, 6)}


def activate(values, kind):
    """NONE, RELU, RELU_N1_TO_1, RELU6."""
    return np.clip(values, *_RANGES[kind])


def fused(case):
    return case.options[1].fusedActivationFunction


def elementwise(function):
    """exact() of an operator whose output is a function of its inputs' real values."""
    return lambda case: [function(*(real(t) for t in case.inputs))]


def with_activation(function):
    return lambda case: [activate(function(*(real(t) for t in case.inputs)), fused(case))]
