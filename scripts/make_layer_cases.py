#!/usr/bin/env python3
"""Makes src/engine/ops/shared/layer_cases.inc: what LiteRT's reference kernels give for small
convolutions, transposed ones and fully connected layers, so that the tests check bits where LiteRT is not installed.
Needs ai-edge-litert (2.3.0 was used), flatbuffers and numpy. Inputs are those of testing/literal.h's
random_*() for the same seeds."""
import os
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import interpreter as litert
from ai_edge_litert import schema_py_generated as schema

T = schema.TensorType
NUMPY = {T.FLOAT32: np.float32, T.INT8: np.int8, T.UINT8: np.uint8, T.INT16: np.int16,
         T.INT32: np.int32, T.INT64: np.int64}
NAME = {T.FLOAT32: 'f32', T.INT8: 'i8', T.UINT8: 'u8', T.INT16: 'i16', T.INT4: 'i4',
        T.INT32: 'i32', T.INT64: 'i64'}


def lcg(seed, n):
    state = (seed * 2654435761 + 12345) % 2**64
    out = []
    for _ in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(state >> 33)
    return np.array(out, dtype=np.int64)


def integers(shape, seed, low, high):
    return (low + lcg(seed, int(np.prod(shape))) % (high - low + 1)).reshape(shape)


def floats(shape, seed, low, high):
    unit = (lcg(seed, int(np.prod(shape))) >> 7).astype(np.float32) / np.float32(1 << 24)
    span = np.float32(high) - np.float32(low)
    return (np.float32(low) + span * unit).astype(np.float32).reshape(shape)


def nibbles(values):
    flat = values.reshape(-1).astype(np.int64) & 15
    if flat.size % 2:
        flat = np.append(flat, 0)
    return (flat[0::2] | (flat[1::2] << 4)).astype(np.uint8).tobytes()


class Model:
    def __init__(self):
        self.graph = schema.SubGraphT()
        self.graph.tensors = []
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.buffers = [schema.BufferT()]
        self.model.subgraphs = [self.graph]

    def tensor(self, shape, kind, data=None, scales=(), zero=0, axis=0):
        t = schema.TensorT()
        t.shape, t.type, t.name, t.buffer = list(shape), kind, f't{len(self.graph.tensors)}', 0
        if data is not None:
            b = schema.BufferT()
            b.data = np.frombuffer(data, dtype=np.uint8)
            self.model.buffers.append(b)
            t.buffer = len(self.model.buffers) - 1
        if len(scales):
            q = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = [float(s) for s in scales], [zero] * len(scales)
            q.quantizedDimension = axis
            t.quantization = q
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def run(self, code, version, inputs, output, options_type, options, value):
        c = schema.OperatorCodeT()
        c.builtinCode = c.deprecatedBuiltinCode = code
        c.version = version
        self.model.operatorCodes = [c]
        op = schema.OperatorT()
        op.opcodeIndex, op.inputs, op.outputs = 0, inputs, [output]
        op.builtinOptionsType, op.builtinOptions = options_type, options
        self.graph.operators, self.graph.outputs = [op], [output]
        self.graph.inputs = [i for i in inputs if self.graph.tensors[i].buffer == 0]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b'TFL3')
        it = litert.Interpreter(
            model_content=bytes(builder.Output()),
            experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF)
        it.allocate_tensors()
        it.set_tensor(it.get_input_details()[0]['index'], value)
        it.invoke()
        return it.get_tensor(it.get_output_details()[0]['index'])


RANGE = {T.INT8: (-128, 127), T.UINT8: (0, 255), T.INT16: (-32768, 32767)}


def case(what, op, types, inp, weights, same=True, stride=(1, 1), dilation=(1, 1), activation=0,
         zero=0, scales=(0.01,), weight_zero=0, out_scale=0.0, out_zero=0, asymmetric=False,
         bias=True, seed=1):
    in_type, w_type, b_type, out_type = types
    channels = weights[3] if op == 'DEPTHWISE_CONV_2D' else weights[0]
    scales = [np.float32(s) for s in scales]
    in_scale = np.float32(0.05 if in_type != T.INT16 else 0.0005)
    m = Model()
    if in_type == T.FLOAT32:
        x = floats(inp, seed, -1.0, 2.0)
    else:
        x = integers(inp, seed, *RANGE[in_type]).astype(NUMPY[in_type])
    if w_type == T.FLOAT32:
        w = floats(weights, seed + 1, -1.0, 1.0).tobytes()
    elif w_type == T.INT4:
        w = nibbles(integers(weights, seed + 1, -8, 7))
    else:
        low, high = (0, 255) if w_type == T.UINT8 else (-127, 127)
        w = integers(weights, seed + 1, low, high).astype(NUMPY[w_type]).tobytes()
    axis = 3 if op == 'DEPTHWISE_CONV_2D' else 0
    a = m.tensor(inp, in_type, scales=[in_scale] if in_type != T.FLOAT32 else [], zero=zero)
    b = m.tensor(weights, w_type, w, scales=scales if w_type != T.FLOAT32 else [],
                 zero=weight_zero, axis=axis)
    inputs = [a, b]
    if bias:
        if b_type == T.FLOAT32:
            v, q = floats([channels], seed + 2, -1.0, 1.0), []
        else:
            big = 100000 if in_type == T.INT16 else 2000
            v = integers([channels], seed + 2, -big, big).astype(NUMPY[b_type])
            q = [in_scale * s for s in scales]
        inputs.append(m.tensor([channels], b_type, v.tobytes(), scales=q))
    if op == 'FULLY_CONNECTED':
        o = schema.FullyConnectedOptionsT()
        o.fusedActivationFunction, o.asymmetricQuantizeInputs = activation, asymmetric
        code, version, kind = 9, 12, schema.BuiltinOptions.FullyConnectedOptions
        out = [int(np.prod(inp)) // weights[1], channels]
    elif op == 'TRANSPOSE_CONV':
        o = schema.TransposeConvOptionsT()
        o.padding, o.fusedActivationFunction = (0 if same else 1), activation
        o.strideH, o.strideW = stride
        code, version, kind = 67, 5, schema.BuiltinOptions.TransposeConvOptions
        size = [inp[1 + i] * stride[i] if same else (inp[1 + i] - 1) * stride[i] + weights[1 + i]
                for i in range(2)]
        out = [inp[0]] + size + [channels]
        shape = m.tensor([4], T.INT32, np.array(out, np.int32).tobytes())
        inputs = [shape, b, a] + inputs[2:]
    else:
        conv = op == 'CONV_2D'
        o = schema.Conv2DOptionsT() if conv else schema.DepthwiseConv2DOptionsT()
        o.padding, o.fusedActivationFunction = (0 if same else 1), activation
        o.strideH, o.strideW = stride
        o.dilationHFactor, o.dilationWFactor = dilation
        code, version = (3, 8) if conv else (4, 6)
        kind = (schema.BuiltinOptions.Conv2DOptions if conv
                else schema.BuiltinOptions.DepthwiseConv2DOptions)
        if not conv:
            o.depthMultiplier = channels // inp[3]
        size = [-(-inp[1 + i] // stride[i]) if same else
                (inp[1 + i] - (weights[1 + i] - 1) * dilation[i] - 1) // stride[i] + 1
                for i in range(2)]
        out = [inp[0]] + size + [channels]
    if b_type == T.INT32 and in_type == T.INT16:
        o.quantizedBiasType = T.INT32
    y = m.tensor(out, out_type, scales=[out_scale] if out_scale else [], zero=out_zero)
    got = m.run(code, version, inputs, y, kind, o, x)
    assert list(got.shape) == out, (what, got.shape, out)
    if got.dtype != np.float32:
        low, high = RANGE[out_type]
        assert np.mean((got == low) | (got == high)) < 0.4, what

    def dims(v):
        return '{' + ', '.join(str(int(x)) for x in v) + '}'
    values = [f'{v:.9g}' if got.dtype == np.float32 else str(int(v)) for v in got.reshape(-1)]
    # The tests store scales as they are printed, so they must come back the same.
    texts = [f'{s:.9g}' for s in scales]
    assert all(np.float32(t) == s for t, s in zip(texts, scales))
    return (f'{{"{what}", "{op}", Type::{NAME[in_type]}, Type::{NAME[w_type]}, '
            f'Type::{NAME[b_type]}, Type::{NAME[out_type]},\n'
            f' {dims(inp)}, {dims(weights)}, {dims(out)}, {int(same)}, {dims(stride)}, '
            f'{dims(dilation)}, {activation}, {zero},\n'
            f' {{{", ".join(t if "." in t else t + ".0" for t in texts)}}}, {weight_zero}, '
            f'{out_scale!r}, {out_zero}, '
            f'{"true" if asymmetric else "false"}, {"true" if bias else "false"}, {seed},\n'
            f' {{{", ".join(values)}}}}},\n')


def main():
    f32 = (T.FLOAT32,) * 4
    i8 = (T.INT8, T.INT8, T.INT32, T.INT8)
    i4 = (T.INT8, T.INT4, T.INT32, T.INT8)
    u8 = (T.UINT8, T.UINT8, T.INT32, T.UINT8)
    i16 = (T.INT16, T.INT8, T.INT64, T.INT16)
    i16b = (T.INT16, T.INT8, T.INT32, T.INT16)
    hybrid = (T.FLOAT32, T.INT8, T.FLOAT32, T.FLOAT32)
    hybrid4 = (T.FLOAT32, T.INT4, T.FLOAT32, T.FLOAT32)
    per3, per4 = (0.01, 0.003, 0.02), (0.01, 0.003, 0.02, 0.007)
    conv, dw, fc = 'CONV_2D', 'DEPTHWISE_CONV_2D', 'FULLY_CONNECTED'
    back = 'TRANSPOSE_CONV'
    rows = [
        case('f32', conv, f32, (1, 4, 4, 2), (3, 3, 3, 2), activation=1),
        case('f32_groups_dilated', conv, f32, (1, 5, 4, 4), (4, 2, 2, 2), dilation=(2, 1), seed=2),
        case('i8_per_tensor', conv, i8, (1, 4, 4, 2), (3, 3, 3, 2), zero=-5, out_scale=0.5,
             out_zero=7, seed=3),
        case('i8_per_channel_stride', conv, i8, (1, 5, 5, 3), (3, 3, 3, 3), stride=(2, 2), zero=9,
             scales=per3, out_scale=0.6, out_zero=-20, activation=3, seed=4),
        case('i8_pointwise', conv, i8, (1, 3, 2, 5), (4, 1, 1, 5), zero=30, scales=per4,
             out_scale=0.4, out_zero=-90, seed=5),
        case('i4_per_channel', conv, i4, (2, 3, 3, 3), (3, 2, 2, 3), zero=4, same=False,
             scales=(0.1, 0.2, 0.15), out_scale=0.5, out_zero=-3, seed=7),
        case('i8_groups', conv, i8, (1, 3, 3, 4), (4, 3, 3, 2), zero=-128, scales=per4,
             out_scale=0.9, seed=8),
        case('u8', conv, u8, (1, 4, 4, 2), (3, 3, 3, 2), zero=120, weight_zero=131, out_scale=0.7,
             out_zero=99, activation=3, seed=9),
        case('i16', conv, i16, (1, 4, 3, 3), (3, 3, 3, 3), scales=per3, out_scale=0.002, seed=10),
        case('i16_bias32', conv, i16b, (1, 3, 3, 3), (3, 2, 2, 3), scales=per3, out_scale=0.002,
             activation=1, seed=11),
        case('hybrid_per_tensor', conv, hybrid, (2, 3, 3, 2), (3, 3, 3, 2), seed=12),
        case('hybrid_per_channel', conv, hybrid, (2, 3, 3, 2), (3, 3, 3, 2), scales=per3,
             activation=3, seed=13),
        case('hybrid_i4', conv, hybrid4, (1, 3, 3, 2), (3, 2, 2, 2), scales=per3, seed=14),
        case('f32', dw, f32, (1, 4, 4, 2), (1, 3, 3, 2), activation=2, seed=15),
        case('f32_multiplier', dw, f32, (1, 4, 4, 2), (1, 3, 3, 6), stride=(2, 2), seed=16),
        case('i8_per_tensor', dw, i8, (1, 4, 4, 3), (1, 3, 3, 3), zero=-7, out_scale=0.4,
             out_zero=5, seed=17),
        case('i8_per_channel_stride', dw, i8, (1, 5, 5, 4), (1, 3, 3, 4), stride=(2, 2), zero=3,
             scales=per4, out_scale=0.3, out_zero=-100, activation=3, seed=18),
        case('i8_multiplier', dw, i8, (1, 3, 3, 2), (1, 2, 2, 4), zero=11, scales=per4,
             out_scale=0.25, seed=19),
        case('i8_5x5_dilated', dw, i8, (1, 6, 6, 1), (1, 5, 5, 1), dilation=(2, 2), zero=-128,
             out_scale=1.1, out_zero=-60, seed=20),
        case('i4', dw, i4, (1, 3, 3, 3), (1, 3, 3, 3), zero=1, scales=(0.1, 0.2, 0.15),
             out_scale=0.4, seed=21),
        case('u8', dw, u8, (1, 4, 4, 2), (1, 3, 3, 2), zero=110, weight_zero=140, out_scale=0.35,
             out_zero=120, seed=22),
        case('u8_symmetric_weights', dw, u8, (1, 4, 3, 2), (1, 3, 3, 2), zero=128, weight_zero=128,
             out_scale=0.35, out_zero=10, activation=1, seed=23),
        case('i16', dw, i16, (1, 4, 4, 3), (1, 3, 3, 3), scales=per3, out_scale=0.001, seed=24),
        case('hybrid', dw, hybrid, (2, 3, 3, 4), (1, 3, 3, 4), scales=per4, seed=25),
        case('f32', fc, f32, (3, 7), (4, 7), activation=1, seed=26),
        case('i8_per_tensor', fc, i8, (3, 9), (4, 9), zero=-3, out_scale=0.4, out_zero=1, seed=27),
        case('i8_per_channel', fc, i8, (2, 2, 9), (4, 9), zero=17, scales=per4, out_scale=0.4,
             out_zero=-50, activation=3, seed=28),
        case('i8_weight_zero', fc, i8, (3, 9), (4, 9), zero=-3, weight_zero=6, out_scale=0.4,
             seed=29),
        case('i8_no_bias', fc, i8, (1, 20), (6, 20), zero=-3, out_scale=0.6, bias=False, seed=30),
        case('i4', fc, i4, (3, 9), (4, 9), zero=8, scales=(0.1, 0.2, 0.15, 0.05), out_scale=0.5,
             seed=31),
        case('u8', fc, u8, (3, 9), (4, 9), zero=100, weight_zero=125, out_scale=0.4, out_zero=118,
             seed=32),
        case('u8_to_i16', fc, (T.UINT8, T.UINT8, T.INT32, T.INT16), (3, 9), (4, 9), zero=100,
             weight_zero=125, out_scale=0.003, seed=33),
        case('i16', fc, i16, (3, 9), (4, 9), scales=per4, out_scale=0.002, seed=34),
        case('i16_bias32', fc, i16b, (3, 9), (4, 9), out_scale=0.001, seed=35),
        case('hybrid_per_tensor', fc, hybrid, (3, 9), (4, 9), seed=36),
        case('hybrid_per_channel', fc, hybrid, (3, 9), (4, 9), scales=per4, activation=1, seed=37),
        case('hybrid_asymmetric', fc, hybrid, (3, 9), (4, 9), asymmetric=True, seed=38),
        case('hybrid_per_channel_asymmetric', fc, hybrid, (3, 9), (4, 9), scales=per4,
             asymmetric=True, seed=39),
        case('hybrid_i4', fc, hybrid4, (3, 9), (4, 9), scales=per4, asymmetric=True, seed=40),
        case('f32', back, f32, (1, 3, 2, 2), (3, 3, 3, 2), stride=(2, 2), activation=1, seed=41),
        case('f32_valid', back, f32, (2, 2, 2, 3), (2, 2, 4, 3), stride=(1, 3), same=False, seed=42),
        case('f32_gaps', back, f32, (1, 2, 2, 2), (2, 1, 2, 2), stride=(3, 4), seed=43),
        case('i8_per_tensor', back, i8, (1, 3, 3, 4), (3, 3, 3, 4), stride=(2, 1), zero=-5,
             out_scale=0.4, out_zero=7, seed=44),
        case('i8_per_channel', back, i8, (2, 2, 2, 3), (3, 2, 2, 3), stride=(2, 2), zero=9,
             scales=per3, out_scale=0.3, out_zero=-20, activation=3, seed=45),
        case('i8_gaps', back, i8, (1, 2, 2, 3), (3, 2, 1, 3), stride=(3, 2), zero=9, scales=per3,
             out_scale=0.2, same=False, seed=46),
        case('u8', back, u8, (1, 3, 2, 3), (2, 3, 3, 3), stride=(2, 2), zero=120, weight_zero=131,
             out_scale=0.7, out_zero=99, seed=47),
        case('i16', back, i16, (1, 3, 3, 3), (3, 3, 3, 3), stride=(2, 2), scales=per3,
             out_scale=0.001, seed=48),
        case('i16_bias32', back, i16b, (1, 3, 2, 3), (3, 2, 3, 3), stride=(2, 1), scales=per3,
             out_scale=0.001, activation=1, seed=49),
        case('i16_gaps', back, i16, (1, 2, 2, 2), (3, 1, 1, 2), stride=(2, 2), scales=per3,
             out_scale=0.001, seed=50),
        case('hybrid', back, hybrid, (2, 2, 3, 4), (3, 3, 3, 4), stride=(2, 2), scales=per3,
             activation=3, seed=51),
        case('hybrid_gaps', back, hybrid, (1, 2, 2, 4), (3, 1, 1, 4), stride=(2, 3), scales=per3,
             seed=52),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'src', 'engine', 'ops',
                        'shared', 'layer_cases.inc')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('// Made by scripts/make_layer_cases.py with LiteRT 2.3.0, BUILTIN_REF.\n'
                '// what, op, types (input, weights, bias, output), shapes (input, weights, output),'
                '\n// same, stride, dilation, activation, input zero point, weight scales, weight'
                ' zero point,\n// output scale and zero point, asymmetric, bias, seed, output.\n')
        f.write(''.join(rows))
    print(len(rows), 'cases', file=sys.stderr)


if __name__ == '__main__':
    main()
