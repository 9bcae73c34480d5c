"""One-operator models with random shapes, scales and values: LiteRT's reference against Samara.

    python elementwise_cases.py --samara build/release/bin/samara [--ops ADD,MEAN] [--seed 1] [-n 8]

Integers must be equal bit for bit, floats within 1e-5 of the output's range. Models on which LiteRT
aborts or which it refuses are counted, not judged; quantized quotients that LiteRT gets wrong are
judged by exact ones.
"""

import argparse
import collections
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

T = schema.TensorType
NUMPY = {
    T.FLOAT32: np.float32, T.FLOAT16: np.float16, T.INT32: np.int32, T.UINT8: np.uint8,
    T.INT64: np.int64, T.BOOL: np.bool_, T.INT16: np.int16, T.INT8: np.int8,
    T.COMPLEX64: np.complex64, T.FLOAT64: np.float64, T.UINT32: np.uint32, T.UINT16: np.uint16,
    T.UINT64: np.uint64,
}
F32, F16, I32, U8, I64, BOOL, I16, I8, C64 = (
    T.FLOAT32, T.FLOAT16, T.INT32, T.UINT8, T.INT64, T.BOOL, T.INT16, T.INT8, T.COMPLEX64)

Quant = collections.namedtuple("Quant", "scale zero")
# `constant` inputs are stored in the model.
Tensor = collections.namedtuple("Tensor", "type shape quant values constant")
Case = collections.namedtuple("Case", "op options inputs outputs")


def options_of(name, **fields):
    table = getattr(schema, name + "T")()
    for key, value in fields.items():
        setattr(table, key, value)
    return name, table


def build(case):
    """The case as the bytes of a model."""
    model = schema.ModelT()
    model.version = 3
    code = schema.OperatorCodeT()
    builtin = getattr(schema.BuiltinOperator, case.op)
    code.builtinCode = builtin
    code.deprecatedBuiltinCode = min(builtin, 127)
    code.version = 1
    model.operatorCodes = [code]
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs = [], [], []
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, [], []
    if case.options is not None:
        name, table = case.options
        second = hasattr(schema.BuiltinOptions2, name)
        if second:
            operator.builtinOptions2Type = getattr(schema.BuiltinOptions2, name)
            operator.builtinOptions2 = table
        else:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
            operator.builtinOptions = table
    for spec in list(case.inputs) + list(case.outputs):
        tensor = schema.TensorT()
        tensor.type, tensor.shape = spec.type, list(spec.shape)
        tensor.name = f"t{len(graph.tensors)}".encode()
        if spec.quant is not None:
            q = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = [float(spec.quant.scale)], [int(spec.quant.zero)]
            tensor.quantization = q
        index = len(graph.tensors)
        if spec.constant:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(spec.values.tobytes(), np.uint8)
            tensor.buffer = len(model.buffers)
            model.buffers.append(buffer)
        else:
            tensor.buffer = 0
        graph.tensors.append(tensor)
        is_input = len(operator.inputs) < len(case.inputs)
        (operator.inputs if is_input else operator.outputs).append(index)
        if is_input and not spec.constant:
            graph.inputs.append(index)
        if not is_input:
            graph.outputs.append(index)
    graph.operators = [operator]
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


# Operators that LiteRT's reference resolver does not have; its other one then judges.
NOT_IN_REFERENCE = ("ELU", "CEIL", "ROUND")


def litert(data, inputs, reference=True):
    """The outputs, or None where LiteRT refuses or dies; in a process of its own."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            from ai_edge_litert.interpreter import Interpreter, OpResolverType
            kind = (OpResolverType.BUILTIN_REF if reference
                    else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
            i = Interpreter(model_content=data, experimental_op_resolver_type=kind)
            i.allocate_tensors()
            for detail, value in zip(i.get_input_details(), inputs):
                i.set_tensor(detail["index"], value)
            i.invoke()
            result = [i.get_tensor(d["index"]) for d in i.get_output_details()]
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(result, pipe)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        blob = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(blob) if blob else None


def samara(program, data, inputs, folder, threads):
    """The outputs, or the error's text."""
    model = folder / "model.tflite"
    model.write_bytes(data)
    command = [program, "run", str(model), "--output-dir", str(folder / "out"),
               "--threads", str(threads), "--numerics", "reference"]
    for i, value in enumerate(inputs):
        np.save(folder / f"in{i}.npy", value)
        command += ["--input", f"{i}={folder}/in{i}.npy"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stderr.strip()}"
    listed = json.loads((folder / "out" / "outputs.json").read_text())
    count = len(listed["outputs"] if isinstance(listed, dict) else listed)
    return [np.load(folder / "out" / f"{i}.npy") for i in range(count)]


def difference(want, got):
    """Empty if equal, else what differs."""
    if want.shape != got.shape or want.dtype != got.dtype:
        return f"{want.dtype}{want.shape} became {got.dtype}{got.shape}"
    if want.dtype.kind in "fc":
        w = want.astype(np.complex128).ravel().view(np.float64)
        g = got.astype(np.complex128).ravel().view(np.float64)
        both = np.isfinite(w) & np.isfinite(g)
        odd = ~both & ~((w == g) | (np.isnan(w) & np.isnan(g)))
        if odd.any():
            k = int(np.argmax(odd))
            return f"{int(odd.sum())} not finite alike, e.g. {w[k]} became {g[k]}"
        if not both.any():
            return ""
        span = max(np.abs(w[both]).max(), 1e-30)
        limit = 2e-3 if want.dtype == np.float16 else 1e-5
        error = np.abs(w[both] - g[both]).max() / span
        return f"error {error:.2e} of the range" if error > limit else ""
    wrong = want != got
    if not wrong.any():
        return ""
    k = int(np.argmax(wrong.ravel()))
    return (f"{int(wrong.sum())} of {want.size} differ, e.g. [{k}] {want.ravel()[k]} became "
            f"{got.ravel()[k]}")


def near_exact_quotient(case, got):
    """Whether a quantized quotient is within one step of the exact one. LiteRT's is not always: it
    shifts by numbers of bits that C++ leaves undefined (docs/bugs.md)."""
    a, b = case.inputs
    q = case.outputs[0].quant
    if q is None:
        return False
    real = [(t.values.astype(np.float64) - t.quant.zero) * np.float64(t.quant.scale) for t in (a, b)]
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][
        case.options[1].fusedActivationFunction]
    exact = np.round(np.clip(real[0] / real[1], low, high) / np.float64(q.scale) + q.zero)
    info = np.iinfo(got.dtype)
    return bool((np.abs(np.clip(exact, info.min, info.max) - got) <= 1).all())


class Maker:
    """Random pieces of cases."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def shape(self, low=1, high=5, most=7):
        return tuple(int(d) for d in self.rng.integers(1, most, self.rng.integers(low, high + 1)))

    def quant(self, type_):
        scale = np.float32(np.exp(self.rng.uniform(np.log(1e-3), np.log(0.3))))
        zero = {I8: self.rng.integers(-128, 128), U8: self.rng.integers(0, 256)}.get(type_, 0)
        return Quant(scale, int(zero)) if type_ in (I8, U8, I16) else None

    def values(self, type_, shape, low=None, high=None):
        dtype = NUMPY[type_]
        if type_ == BOOL:
            return self.rng.integers(0, 2, shape).astype(np.bool_)
        if type_ == C64:
            return (self.rng.normal(size=shape) + 1j * self.rng.normal(size=shape)).astype(dtype)
        if dtype in (np.float32, np.float16, np.float64):
            lo, hi = (-4, 4) if low is None else (low, high)
            return self.rng.uniform(lo, hi, shape).astype(dtype)
        info = np.iinfo(dtype)
        lo, hi = (info.min, info.max) if low is None else (low, high)
        if dtype in (np.int32, np.int64, np.uint32) and low is None:
            lo, hi = max(info.min, -1000), 1000
        return self.rng.integers(lo, hi, shape, endpoint=True).astype(dtype)

    def input(self, type_, shape, quant=None, constant=False, low=None, high=None):
        return Tensor(type_, shape, quant, self.values(type_, shape, low, high), constant)

    def output(self, type_, shape, quant=None):
        return Tensor(type_, shape, quant, None, False)

    def broadcast_pair(self):
        out = self.shape(1, 6, 5)
        a = [1 if self.rng.random() < 0.25 else d for d in out]
        b = [1 if self.rng.random() < 0.25 else d for d in out]
        if self.rng.random() < 0.3:
            a = list(out)
            b = list(out)
        if self.rng.random() < 0.3:
            b = b[self.rng.integers(0, len(b)):]
        return tuple(a), tuple(b), np.broadcast_shapes(tuple(a), tuple(b))


def binary(m, op, type_, options=None, out_type=None, low=None, high=None, quantized=True,
           second=None, max_shape=None):
    a, b, out = m.broadcast_pair()
    q = [m.quant(type_) if quantized else None for _ in range(3)]
    if quantized and type_ in (I8, U8, I16) and m.rng.random() < 0.3:
        q[1] = q[0]
    second = second or (low, high)
    x = m.input(type_, a, q[0], low=low, high=high)
    y = m.input(type_, b, q[1], m.rng.random() < 0.5, *second)
    out_type = type_ if out_type is None else out_type
    return Case(op, options, [x, y], [m.output(out_type, out, q[2] if out_type == type_ else None)])


def arithmetic(op, table, types):
    def make(m, type_):
        fields = {"fusedActivationFunction": int(m.rng.integers(0, 4))}
        if table in ("AddOptions", "SubOptions"):
            fields["potScaleInt16"] = bool(m.rng.integers(0, 2))
        case = binary(m, op, type_, options_of(table, **fields),
                      quantized=type_ != I16 or m.rng.random() < 0.8 or op in ("SUB", "DIV"),
                      second=(1, 100) if op == "DIV" and type_ in (I32, F32) else None)
        if type_ == I16 and case.inputs[0].quant is not None and op in ("ADD", "SUB"):
            if m.rng.random() < 0.4:  # power-of-two scales
                e = int(m.rng.integers(-14, -4))
                shifts = [0, int(m.rng.integers(0, 4))]
                m.rng.shuffle(shifts)
                for i, t in enumerate(case.inputs):
                    case.inputs[i] = t._replace(quant=Quant(np.float32(2.0 ** (e - shifts[i])), 0))
                case.outputs[0] = case.outputs[0]._replace(quant=Quant(np.float32(2.0 ** e), 0))
        if op == "DIV" and case.inputs[1].quant is not None:
            y = case.inputs[1]
            zero = y.quant.zero
            values = np.where(y.values == zero, zero + (1 if zero < 100 else -1), y.values)
            case.inputs[1] = y._replace(values=values.astype(y.values.dtype))
        return case
    return op, types, make


def plain_binary(op, types, table=None, **how):
    def make(m, type_):
        return binary(m, op, type_, options_of(table) if table else None, **how)
    return op, types, make


def unary(op, types, table=None, low=None, high=None, out_quant=None, fields=None, in_quant=None):
    def make(m, type_):
        shape = m.shape(1, 4, 12)
        q = m.quant(type_)
        if in_quant:
            q = in_quant(m, type_)
        o = out_quant(m, type_) if out_quant else m.quant(type_)
        given = fields(m) if fields else {}
        return Case(op, options_of(table, **given) if table else None,
                    [m.input(type_, shape, q, low=low, high=high)], [m.output(type_, shape, o)])
    return op, types, make


def fixed_quant(by_type):
    return lambda m, type_: by_type.get(type_)


def i16_quant(m, type_):
    q = m.quant(type_)
    if type_ == I16:
        scale = 2.0 ** int(m.rng.integers(-14, -9)) if m.rng.random() < 0.5 else (
            float(np.exp(m.rng.uniform(np.log(1e-5), np.log(1e-3)))))
        return Quant(np.float32(scale), 0)
    return q


def pool(op, types):
    def make(m, type_):
        shape = (int(m.rng.integers(1, 3)), int(m.rng.integers(3, 12)), int(m.rng.integers(3, 12)),
                 int(m.rng.integers(1, 80)))
        filter_ = m.rng.integers(1, 6, 2)
        filter_ = np.minimum(filter_, shape[1:3])
        stride = m.rng.integers(1, 4, 2)
        padding = int(m.rng.integers(0, 2))
        options = options_of("Pool2DOptions", padding=padding, strideW=int(stride[1]),
                             strideH=int(stride[0]), filterWidth=int(filter_[1]),
                             filterHeight=int(filter_[0]),
                             fusedActivationFunction=int(m.rng.integers(0, 4)))
        q = m.quant(type_)
        return Case(op, options, [m.input(type_, shape, q)], [m.output(type_, (1, 1, 1, 1), q)])
    return op, types, make


def reduction(op, types, same=False, low=None, high=None):
    def make(m, type_):
        shape = m.shape(1, 5, 9)
        count = int(m.rng.integers(1, len(shape) + 1))
        axes = m.rng.choice(len(shape), count, replace=False).astype(np.int32)
        axes = np.where(m.rng.random(count) < 0.4, axes - len(shape), axes).astype(np.int32)
        q = m.quant(type_)
        o = q if same or m.rng.random() < 0.3 else m.quant(type_)
        keep = bool(m.rng.integers(0, 2))
        axis = Tensor(I32, (count,), None, axes, True)
        return Case(op, options_of("ReducerOptions", keepDims=keep),
                    [m.input(type_, shape, q, low=low, high=high), axis],
                    [m.output(type_, (1,), o)])
    return op, types, make


def arg(op, table):
    def make(m, type_):
        shape = m.shape(1, 4, 9)
        axis = int(m.rng.integers(-len(shape), len(shape)))
        index = I32 if m.rng.random() < 0.5 else I64
        return Case(op, options_of(table, outputType=index),
                    [m.input(type_, shape, m.quant(type_)),
                     Tensor(I32, (1,), None, np.array([axis], np.int32), True)],
                    [m.output(index, (1,))])
    return op, [F32, I8, U8, I32, BOOL], make


def quantize(m, type_):
    targets = {F32: [I8, U8, I16], I8: [I8, U8, I16], U8: [I8, U8, I16], I16: [I8, I16, I32],
               I32: [I8, I16]}[type_]
    out = targets[m.rng.integers(len(targets))]
    shape = m.shape(1, 4, 12)
    q = m.quant(type_) or (Quant(np.float32(0.01), 0) if type_ == I32 else None)
    o = m.quant(out) or Quant(np.float32(0.003), 0)
    if q and m.rng.random() < 0.3:
        o = o._replace(scale=q.scale)
    low, high = (-20, 20) if type_ == F32 else (None, None)
    return Case("QUANTIZE", options_of("QuantizeOptions"),
                [m.input(type_, shape, q, low=low, high=high)], [m.output(out, shape, o)])


def dequantize(m, type_):
    shape = m.shape(1, 4, 12)
    return Case("DEQUANTIZE", options_of("DequantizeOptions"),
                [m.input(type_, shape, m.quant(type_))], [m.output(F32, shape)])


CAST_TYPES = [F32, F16, I8, U8, I16, I32, I64, BOOL, C64, T.FLOAT64, T.UINT32, T.UINT16]


def cast(m, type_):
    out = CAST_TYPES[m.rng.integers(len(CAST_TYPES))]
    shape = m.shape(1, 3, 12)
    wide = type_ in (F32, T.FLOAT64)
    low, high = (-70000, 70000) if wide else (None, None)
    return Case("CAST", options_of("CastOptions", inDataType=type_, outDataType=out),
                [m.input(type_, shape, low=low, high=high)], [m.output(out, shape)])


def select(m, type_):
    shape = m.shape(1, 4, 6)
    kind = m.rng.integers(3)
    condition = [shape, (), (shape[0],)][kind]
    return Case("SELECT", options_of("SelectOptions"),
                [m.input(BOOL, condition), m.input(type_, shape), m.input(type_, shape)],
                [m.output(type_, shape)])


def select_v2(m, type_):
    a, b, out = m.broadcast_pair()
    c = tuple(1 if m.rng.random() < 0.3 else d for d in out)
    return Case("SELECT_V2", options_of("SelectV2Options"),
                [m.input(BOOL, c), m.input(type_, a), m.input(type_, b)],
                [m.output(type_, np.broadcast_shapes(a, b, c))])


def prelu(m, type_):
    shape = m.shape(2, 4, 7)
    alpha = tuple(1 if i < len(shape) - 1 else d for i, d in enumerate(shape))
    kind = I8 if type_ == I16 else type_
    return Case("PRELU", None,
                [m.input(type_, shape, m.quant(type_)), m.input(kind, alpha, m.quant(kind), True)],
                [m.output(type_, shape, m.quant(type_))])


def complex_part(op, table):
    def make(m, type_):
        shape = m.shape(1, 4, 12)
        return Case(op, options_of(table) if table else None, [m.input(C64, shape)],
                    [m.output(F32, shape)])
    return op, [C64], make


def add_n(m, type_):
    shape = m.shape(1, 4, 6)
    inputs = [m.input(type_, shape) for _ in range(int(m.rng.integers(2, 5)))]
    return Case("ADD_N", options_of("AddNOptions"), inputs, [m.output(type_, shape)])


def cumsum(m, type_):
    shape = m.shape(1, 4, 8)
    axis = int(m.rng.integers(-len(shape), len(shape)))
    options = options_of("CumsumOptions", exclusive=bool(m.rng.integers(0, 2)),
                         reverse=bool(m.rng.integers(0, 2)))
    return Case("CUMSUM", options, [m.input(type_, shape), Tensor(
        I32, (1,), None, np.array([axis], np.int32), True)], [m.output(type_, shape)])


COMPARED = [F32, I32, I64, I8, U8, I16]
FLOATS_AND_BYTES = [F32, I8, U8]
SOFTMAX_OUT = {I8: Quant(1 / 256, -128), U8: Quant(1 / 256, 0), I16: Quant(1 / 32768, 0)}
LOGISTIC_OUT = {I8: Quant(1 / 256, -128), U8: Quant(1 / 256, 0), I16: Quant(1 / 32768, 0)}
TANH_OUT = {I8: Quant(1 / 128, 0), U8: Quant(1 / 128, 128), I16: Quant(1 / 32768, 0)}
L2_OUT = {I8: Quant(1 / 128, 0), U8: Quant(1 / 128, 128)}
LOG_SOFTMAX_OUT = {I8: Quant(16 / 256, 127), U8: Quant(16 / 256, 255)}


def lowest_zero(m, type_):
    q = m.quant(type_)
    return q._replace(zero={I8: -128, U8: 0}.get(type_, 0)) if q else None


MAKERS = [
    arithmetic("ADD", "AddOptions", [F32, I32, I64, I8, U8, I16]),
    arithmetic("SUB", "SubOptions", [F32, I32, I64, I8, U8, I16]),
    arithmetic("MUL", "MulOptions", [F32, I32, I64, I8, U8, I16]),
    arithmetic("DIV", "DivOptions", [F32, I32, I8, U8, I16]),
    plain_binary("MAXIMUM", [F32, I8, U8, I16, I32, I64], "MaximumMinimumOptions"),
    plain_binary("MINIMUM", [F32, I8, U8, I16, I32, I64], "MaximumMinimumOptions"),
    plain_binary("SQUARED_DIFFERENCE", [F32, I32, I8], "SquaredDifferenceOptions"),
    plain_binary("FLOOR_DIV", [F32, I32, I16, I8], "FloorDivOptions", quantized=False, second=(1, 9)),
    plain_binary("FLOOR_MOD", [F32, I32, I64, I16, I8], "FloorModOptions", quantized=False,
                 second=(-9, -1)),
    plain_binary("POW", [F32, I32], "PowOptions", low=1, high=4, second=(0, 5)),
    plain_binary("LOGICAL_AND", [BOOL], "LogicalAndOptions"),
    plain_binary("LOGICAL_OR", [BOOL], "LogicalOrOptions"),
    plain_binary("EQUAL", COMPARED + [BOOL], "EqualOptions", out_type=BOOL),
    plain_binary("NOT_EQUAL", COMPARED + [BOOL], "NotEqualOptions", out_type=BOOL),
    plain_binary("LESS", COMPARED, "LessOptions", out_type=BOOL),
    plain_binary("LESS_EQUAL", COMPARED, "LessEqualOptions", out_type=BOOL),
    plain_binary("GREATER", COMPARED, "GreaterOptions", out_type=BOOL),
    plain_binary("GREATER_EQUAL", COMPARED, "GreaterEqualOptions", out_type=BOOL),
    unary("NEG", [F32, I8, I16, I32, I64], "NegOptions", out_quant=lambda m, t: None,
          in_quant=lambda m, t: None),
    unary("ABS", [F32, I8, I16, I32], "AbsOptions"),
    unary("SQRT", [F32, I8, I16], low=0, high=120, in_quant=lowest_zero),
    unary("RSQRT", [F32, I8, I16], low=1, high=120, in_quant=lowest_zero),
    unary("SQUARE", [F32], "SquareOptions"),
    unary("EXP", [F32, I8, I16], "ExpOptions", in_quant=i16_quant),
    unary("LOG", [F32, I8, I16], low=1, high=100, in_quant=lowest_zero),
    unary("SIN", [F32]), unary("COS", [F32], "CosOptions"), unary("FLOOR", [F32]),
    unary("SIGN", [F32, I32], "SignOptions"), unary("LOGICAL_NOT", [BOOL], "LogicalNotOptions"),
    unary("RELU", [F32, I8, U8, I16]), unary("RELU6", [F32, I8, U8, I16]),
    unary("RELU_N1_TO_1", FLOATS_AND_BYTES), unary("RELU_0_TO_1", FLOATS_AND_BYTES),
    unary("LEAKY_RELU", [F32, I8, U8, I16], "LeakyReluOptions",
          fields=lambda m: {"alpha": float(m.rng.uniform(-0.5, 1.5))}),
    ("PRELU", [F32, I8, U8, I16], prelu),
    unary("ELU", [F32, I8]), unary("CEIL", [F32]), unary("ROUND", [F32]),
    unary("GELU", [F32, I8, U8, I16], "GeluOptions",
          fields=lambda m: {"approximate": bool(m.rng.integers(0, 2))}),
    unary("HARD_SWISH", FLOATS_AND_BYTES, "HardSwishOptions"),
    unary("LOGISTIC", [F32, I8, U8, I16], out_quant=fixed_quant(LOGISTIC_OUT), in_quant=i16_quant),
    unary("TANH", [F32, I8, U8, I16], out_quant=fixed_quant(TANH_OUT), in_quant=i16_quant),
    unary("SOFTMAX", [F32, I8, U8, I16], "SoftmaxOptions", out_quant=fixed_quant(SOFTMAX_OUT),
          fields=lambda m: {"beta": float(m.rng.choice([1.0, 0.5, 2.0]))}, in_quant=i16_quant),
    unary("LOG_SOFTMAX", FLOATS_AND_BYTES, "LogSoftmaxOptions",
          out_quant=fixed_quant(LOG_SOFTMAX_OUT)),
    unary("L2_NORMALIZATION", FLOATS_AND_BYTES, "L2NormOptions", out_quant=fixed_quant(L2_OUT)),
    pool("AVERAGE_POOL_2D", [F32, I8, U8, I16]), pool("MAX_POOL_2D", [F32, I8, U8, I16]),
    pool("L2_POOL_2D", [F32]),
    reduction("MEAN", [F32, I8, U8, I16, I32, I64]), reduction("SUM", [F32, U8, I32, I64]),
    reduction("REDUCE_MAX", [F32, I8, U8, I16, I32, I64], same=True),
    reduction("REDUCE_MIN", [F32, I8, U8, I16, I32, I64], same=True),
    reduction("REDUCE_PROD", [F32, I8, I16, I32, I64], low=-2, high=2),
    reduction("REDUCE_ANY", [BOOL]), reduction("REDUCE_ALL", [BOOL]),
    arg("ARG_MAX", "ArgMaxOptions"), arg("ARG_MIN", "ArgMinOptions"),
    ("QUANTIZE", [F32, I8, U8, I16, I32], quantize),
    ("DEQUANTIZE", [I8, U8, I16, F16], dequantize),
    ("CAST", CAST_TYPES, cast),
    ("SELECT", [F32, I8, I16, I32, I64, BOOL], select),
    ("SELECT_V2", [F32, I8, I16, I32, I64, BOOL], select_v2),
    complex_part("COMPLEX_ABS", None), complex_part("REAL", None), complex_part("IMAG", None),
    ("ADD_N", [F32, I32], add_n), ("CUMSUM", [F32, I32, I64], cumsum),
]

TYPE_NAMES = {v: k for k, v in vars(T).items() if not k.startswith("_")}


def run(args):
    failed = 0
    for op, types, make in MAKERS:
        if args.ops and op not in args.ops.split(","):
            continue
        for type_ in types:
            good, refused, bad = 0, 0, []
            for k in range(args.n):
                case = make(Maker([args.seed, sum(op.encode()), type_, k]), type_)
                data = build(case)
                inputs = [t.values for t in case.inputs if not t.constant]
                want = litert(data, inputs, op not in NOT_IN_REFERENCE)
                if want is None:
                    refused += 1
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    got = samara(args.samara, data, inputs, pathlib.Path(folder), 1 + k % 2)
                text = got if isinstance(got, str) else "; ".join(
                    filter(None, map(difference, want, got)))
                if text and op == "DIV" and not isinstance(got, str):
                    text = "" if near_exact_quotient(case, got[0]) else text
                if text:
                    bad.append(f"case {k}: {text}")
                    if args.keep:
                        pathlib.Path(args.keep).mkdir(exist_ok=True)
                        (pathlib.Path(args.keep) / f"{op}_{TYPE_NAMES[type_]}_{k}.tflite"
                         ).write_bytes(data)
                else:
                    good += 1
            failed += len(bad)
            print(f"{op:20} {TYPE_NAMES[type_]:10} {good:4} equal {refused:4} refused by LiteRT "
                  f"{len(bad):4} differ", flush=True)
            for text in bad[:2]:
                print("    " + text.splitlines()[0][:200])
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samara", required=True)
    parser.add_argument("--ops", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", type=int, default=8, help="cases for each operator and type")
    parser.add_argument("--keep", default="", help="folder for the models that differ")
    sys.exit(1 if run(parser.parse_args()) else 0)


if __name__ == "__main__":
    main()
