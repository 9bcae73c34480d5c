"""Double-precision models of the dynamic-range operators: activations are quantized to int8 as
LiteRT does it (in float32, step by step), products are summed exactly, and everything after the sum
is computed in double.

Rules: LiteRT tflite/kernels/internal/optimized/neon_tensor_utils.cc (quantization; x86 has it, too),
tflite/kernels/{conv,depthwise_conv,fully_connected}.cc (what is quantized together).
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

F = np.float32


def _round(x):
    """C's round(): halves away from zero."""
    x = np.float64(x)
    return (np.sign(x) * np.floor(np.abs(x) + 0.5)).astype(np.int64)


def symmetric(row):
    """(q, scale, zero point) of one row of float32 values."""
    peak = F(max(abs(row.min()), abs(row.max()))) if row.size else F(0)
    if peak == 0:
        return np.zeros(row.shape, np.int64), F(1), 0
    q = _round(row * (F(127) / peak))  # the product is rounded to float32 first
    return np.clip(q, -127, 127), F(peak / F(127)), 0


def asymmetric(row):
    low = min(F(0), row.min()) if row.size else F(0)
    high = max(F(0), row.max()) if row.size else F(0)
    if low == high:
        return np.zeros(row.shape, np.int64), F(1), 0
    scale = np.float64(high - low) / 255.0  # the difference is a float's
    from_low, from_high = -128 - low / scale, 127 - high / scale
    nearer_low = 128 + abs(low / scale) < 127 + abs(high / scale)
    zero = from_low if nearer_low else from_high
    zero = int(np.clip(_round(zero), -128, 127))
    q = _round(row * (F(1) / F(scale))) + zero  # rounded before the zero point is added
    return np.clip(q, -128, 127), F(scale), zero


def _activate(x, kind):
    names = schema.ActivationFunctionType
    if kind == names.RELU:
        return np.maximum(x, 0)
    if kind == names.RELU6:
        return np.clip(x, 0, 6)
    if kind == names.RELU_N1_TO_1:
        return np.clip(x, -1, 1)
    if kind == names.TANH:
        return np.tanh(x)
    return x


def _padding(size, kernel, stride, dilation, same):
    extent = (kernel - 1) * dilation + 1
    out = -(-size // stride) if same else -(-(size - extent + 1) // stride)
    total = max(0, (out - 1) * stride + extent - size) if same else 0
    return out, total // 2, total - total // 2


def _patches(image, options, kernel_h, kernel_w):
    """[out_h, out_w, kernel_h, kernel_w, channels] of an image [h, w, channels], zero outside."""
    same = options.padding == schema.Padding.SAME
    dh, dw = max(1, options.dilationHFactor), max(1, options.dilationWFactor)
    out_h, top, bottom = _padding(image.shape[0], kernel_h, options.strideH, dh, same)
    out_w, left, right = _padding(image.shape[1], kernel_w, options.strideW, dw, same)
    image = np.pad(image, ((top, bottom + dh * kernel_h), (left, right + dw * kernel_w), (0, 0)))
    rows = (np.arange(out_h) * options.strideH)[:, None] + np.arange(kernel_h) * dh
    columns = (np.arange(out_w) * options.strideW)[:, None] + np.arange(kernel_w) * dw
    return image[rows[:, None, :, None], columns[None, :, None, :]]


def _bias(model, operator, channels):
    has = len(operator.inputs) > 2 and operator.inputs[2] >= 0
    return np.float64(model.constant(operator.inputs[2])) if has else np.zeros(channels)


def _conv(model, operator, x, depthwise):
    weights = np.int64(model.constant(operator.inputs[1]))
    scales = np.float64(model.scales(operator.inputs[1]))
    options = operator.builtinOptions
    groups = not depthwise and x.shape[3] != weights.shape[3]
    if groups:
        return None
    # conv.cc takes equal scales for one scale of all, and then quantizes symmetrically.
    quantize = asymmetric if depthwise or np.any(scales != scales[0]) else symmetric
    out = []
    for image in x:
        q, scale, zero = quantize(image)
        # Padding is the real value 0, so subtracting the zero point first makes it 0 too.
        patches = _patches(q - zero, options, weights.shape[1], weights.shape[2])
        if depthwise:
            multiplier = weights.shape[3] // x.shape[3]
            patches = np.repeat(patches, multiplier, axis=-1)
            total = np.einsum("yxhwc,hwc->yxc", patches, weights[0])
        else:
            total = np.einsum("yxhwc,ohwc->yxo", patches, weights, optimize=True)
        out.append(total * np.float64(scale) * scales)
    return np.array(out) + _bias(model, operator, out[0].shape[-1])


def _fully_connected(model, operator, x):
    weights = np.int64(model.constant(operator.inputs[1]))
    scales = np.float64(model.scales(operator.inputs[1]))
    options = operator.builtinOptions
    quantize = asymmetric if options.asymmetricQuantizeInputs else symmetric
    rows = []
    for row in x.reshape(-1, weights.shape[1]):
        q, scale, zero = quantize(row)
        rows.append((weights @ (q - zero)) * np.float64(scale) * scales)
    return np.array(rows) + _bias(model, operator, weights.shape[0])


def expected(model, operator, x):
    """The operator's output before its activation, in double, for its float32 input; None for
    operators that are not modelled."""
    name = model.name_of(operator)
    if name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        return _conv(model, operator, x, name == "DEPTHWISE_CONV_2D")
    if name == "FULLY_CONNECTED":
        return _fully_connected(model, operator, x)
    return None


def ulps_of_range(model, operator, got, want):
    """The largest error of `got` in float32 units in the last place of its row's range (greatest less
    least value, zero among them, before the activation). What is quantized together is a row: the
    last axis, and the whole image of a convolution."""
    want = want.reshape(got.shape)
    first = 1 if "CONV" in model.name_of(operator) else got.ndim - 1
    axes = tuple(range(first, got.ndim))
    most = np.maximum(want.max(axis=axes, keepdims=True), 0)
    least = np.minimum(want.min(axis=axes, keepdims=True), 0)
    unit = np.float64(np.spacing(F(np.maximum(most - least, np.finfo(F).tiny))))
    ideal = _activate(want, operator.builtinOptions.fusedActivationFunction)
    return float((np.abs(np.float64(got) - ideal) / unit).max())
