"""Float operators in double precision: the judge where LiteRT's own float32 sums are too far off."""

import numpy as np
from hybrid import _activate


def _mean(model, operator, inputs):
    axes = tuple(np.atleast_1d(model.constant(operator.inputs[1])).tolist())
    return np.mean(np.float64(inputs[0]), axis=axes, keepdims=operator.builtinOptions.keepDims)


def _fully_connected(model, operator, inputs):
    weights = np.float64(inputs[1])
    out = np.float64(inputs[0]).reshape(-1, weights.shape[1]) @ weights.T
    if len(inputs) > 2 and inputs[2] is not None:
        out = out + np.float64(inputs[2])
    return _activate(out, operator.builtinOptions.fusedActivationFunction)


_MODELS = {"MEAN": _mean, "FULLY_CONNECTED": _fully_connected}


def expected(model, operator, inputs):
    """The first output for `inputs` (arrays by operand, None where left out); None: not modelled."""
    compute = _MODELS.get(model.name_of(operator))
    return compute(model, operator, inputs) if compute else None
