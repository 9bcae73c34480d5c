"""What a case is, and how it becomes the bytes of a .tflite model.

A case is one operator (or a short chain of them, `nodes`) on random tensors. Tensors are named by
identity: the same Tensor object in two places is one tensor of the model.
"""

import collections

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

T = schema.TensorType
F32, F16, I32, U8, I64, BOOL, I16, I8, C64 = (
    T.FLOAT32, T.FLOAT16, T.INT32, T.UINT8, T.INT64, T.BOOL, T.INT16, T.INT8, T.COMPLEX64)
F64, U16, U32, U64, BF16, STRING, RESOURCE, I4, I2, U4 = (
    T.FLOAT64, T.UINT16, T.UINT32, T.UINT64, T.BFLOAT16, T.STRING, T.RESOURCE, T.INT4, T.INT2,
    T.UINT4)
# How values of a type are held here: bfloat16 as float32, packed integers as int8.
NUMPY = {
    F32: np.float32, F16: np.float16, I32: np.int32, U8: np.uint8, I64: np.int64, BOOL: np.bool_,
    I16: np.int16, I8: np.int8, C64: np.complex64, F64: np.float64, U16: np.uint16, U32: np.uint32,
    U64: np.uint64, BF16: np.float32, I4: np.int8, I2: np.int8, U4: np.uint8,
}
TYPE_NAMES = {v: k.lower() for k, v in vars(T).items() if not k.startswith("_")}
PACKED_BITS = {I4: 4, U4: 4, I2: 2}
QUANTIZED = (I8, U8, I16)

# Scale and zero point: numbers, or arrays with one a channel along `axis`.
Quant = collections.namedtuple("Quant", "scale zero axis", defaults=(0,))
# `constant` inputs are stored in the model; `variable` ones keep their value from run to run.
Tensor = collections.namedtuple("Tensor", "type shape quant values constant variable",
                                defaults=(None, None, False, False))
Node = collections.namedtuple("Node", "op options inputs outputs version custom intermediates",
                              defaults=(1, None, ()))
Graph = collections.namedtuple("Graph", "nodes inputs outputs")
# `inputs` may hold None for one that is left out. `nodes`: a chain that replaces the one operator.
# `oracle`: the case in types that LiteRT takes, by which it judges.
Case = collections.namedtuple(
    "Case", "op options inputs outputs version custom intermediates nodes subgraphs oracle",
    defaults=(1, None, (), None, (), None))
# A case that a family writes by itself: the model's bytes, the values fed, the outputs' Tensors, the
# results where LiteRT is no judge. Not `reference`: LiteRT's other kernels judge.
Model = collections.namedtuple("Model", "op data values outputs expected reference",
                               defaults=(None, True))


def options_of(name, **fields):
    table = getattr(schema, name + "T")()
    for key, value in fields.items():
        setattr(table, key, value)
    return name, table


def values_of(case):
    """What the caller feeds, in order."""
    return case.values if isinstance(case, Model) else [t.values for t in fed(case)]


def fed(case):
    """The tensors that the caller fills, in order."""
    seen = {id(t): t for t in case.inputs if t and not t.constant and not t.variable}
    return list(seen.values())


def bfloat16(values):
    """float32 values rounded to bfloat16 (halves to even), still as float32."""
    shape = np.shape(values)
    bits = np.ravel(np.asarray(values, np.float32)).view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return bits.astype(np.uint32).view(np.float32).reshape(shape)


def packed_strings(values):
    """Strings as .tflite stores them: count, offsets, bytes."""
    texts = [bytes(s) for s in np.ravel(values)]
    ends = np.cumsum([0] + [len(s) for s in texts]) + 4 * (len(texts) + 2)
    return np.array([len(texts), *ends], np.int32).tobytes() + b"".join(texts)


def stored(spec):
    """The bytes of a constant."""
    if spec.type == STRING:
        return packed_strings(spec.values)
    if spec.type == BF16:
        return (np.ascontiguousarray(spec.values, np.float32).view(np.uint32) >> 16).astype(
            np.uint16).tobytes()
    if spec.type not in PACKED_BITS:
        return np.ascontiguousarray(spec.values, NUMPY[spec.type]).tobytes()
    bits = PACKED_BITS[spec.type]
    flat = np.ravel(spec.values).astype(np.int64) & ((1 << bits) - 1)
    flat = np.pad(flat, (0, -flat.size % (8 // bits))).reshape(-1, 8 // bits)
    return (flat << (np.arange(8 // bits) * bits)).sum(axis=1).astype(np.uint8).tobytes()


class _Writer:
    """One model while it is written."""

    def __init__(self):
        self.model = schema.ModelT()
        self.model.version, self.model.subgraphs = 3, []
        self.model.operatorCodes, self.model.buffers = [], [schema.BufferT()]
        self.codes = {}

    def code(self, node):
        key = (node.op, node.version)
        if key not in self.codes:
            code = schema.OperatorCodeT()
            builtin = getattr(schema.BuiltinOperator, node.op, None)
            if builtin is None:
                builtin, code.customCode = schema.BuiltinOperator.CUSTOM, node.op.encode()
            code.builtinCode, code.deprecatedBuiltinCode = builtin, min(builtin, 127)
            code.version = node.version
            self.codes[key] = len(self.model.operatorCodes)
            self.model.operatorCodes.append(code)
        return self.codes[key]

    def buffer(self, data):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self.model.buffers.append(buffer)
        return len(self.model.buffers) - 1

    def tensor(self, graph, spec):
        tensor = schema.TensorT()
        tensor.type, tensor.shape = spec.type, [int(d) for d in spec.shape]
        tensor.name = f"t{len(graph.tensors)}".encode()
        tensor.isVariable = bool(spec.variable)
        if spec.quant is not None:
            q = schema.QuantizationParametersT()
            q.scale = np.atleast_1d(np.asarray(spec.quant.scale, np.float32))
            q.zeroPoint = np.atleast_1d(np.asarray(spec.quant.zero, np.int64))
            q.quantizedDimension = getattr(spec.quant, "axis", 0)
            tensor.quantization = q
        tensor.buffer = self.buffer(stored(spec)) if spec.constant else 0
        graph.tensors.append(tensor)
        return len(graph.tensors) - 1

    def graph(self, nodes, inputs, outputs):
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = [], []
        places = {}

        def place(spec):
            if spec is None:
                return -1
            if id(spec) not in places:
                places[id(spec)] = self.tensor(graph, spec)
            return places[id(spec)]

        graph.inputs = [place(t) for t in inputs]
        for node in nodes:
            operator = schema.OperatorT()
            operator.opcodeIndex = self.code(node)
            operator.inputs = [place(t) for t in node.inputs]
            operator.outputs = [place(t) for t in node.outputs]
            operator.intermediates = [place(t) for t in node.intermediates] or None
            if node.custom is not None:
                operator.customOptions = np.frombuffer(node.custom, np.uint8)
            if node.options is not None:
                name, table = node.options
                if hasattr(schema.BuiltinOptions2, name):
                    operator.builtinOptions2Type = getattr(schema.BuiltinOptions2, name)
                    operator.builtinOptions2 = table
                else:
                    operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
                    operator.builtinOptions = table
            graph.operators.append(operator)
        graph.outputs = [place(t) for t in outputs]
        self.model.subgraphs.append(graph)

    def bytes(self):
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _cast(before, after):
    options = options_of("CastOptions", inDataType=before.type, outDataType=after.type)
    return Node("CAST", options, [before], [after])


def _through_casts(nodes, inputs, outputs):
    """The chain with float32 in place of bfloat16 at both ends: numpy has no such type."""
    first, last = [], []

    def outside(tensors, into):
        result = []
        for t in tensors:
            if t.type == BF16:
                wide = t._replace(type=F32)
                into.append(_cast(*((wide, t) if into is first else (t, wide))))
                t = wide
            result.append(t)
        return result

    inputs, outputs = outside(inputs, first), outside(outputs, last)
    return first + list(nodes) + last, inputs, outputs


def build(case):
    """The case as the bytes of a model."""
    if isinstance(case, Model):
        return case.data
    nodes = getattr(case, "nodes", None)
    if nodes is None:
        nodes = [Node(*case)] if len(case) == 4 else [Node(*case[:7])]
    writer = _Writer()
    writer.graph(*_through_casts(nodes, fed(case), case.outputs))
    for graph in getattr(case, "subgraphs", ()):
        writer.graph(*graph)
    return writer.bytes()
