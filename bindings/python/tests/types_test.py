"""Element types: bfloat16, less than a byte, strings; by models made here."""

import numpy as np
import pytest
from case import data, fails

from samara import _types
from samara.interpreter import Interpreter

fu = pytest.importorskip("ai_edge_litert.tools.flatbuffer_utils", reason="LiteRT's wheel is not here")
from ai_edge_litert import schema_py_generated as s  # noqa: E402


def model(kind, raw, operator, version):
    """One constant `w` of four elements, and an operator that gives it out as float32."""
    m = s.ModelT()
    m.version, m.buffers = 3, [s.BufferT(), s.BufferT()]
    m.buffers[1].data = np.frombuffer(raw, np.uint8)
    code = s.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = operator
    code.version = version
    graph, graph_tensors = s.SubGraphT(), []
    for name, type_, buffer in (("w", kind, 1), ("y", s.TensorType.FLOAT32, 0)):
        t = s.TensorT()
        t.name, t.type, t.buffer, t.shape = name, type_, buffer, np.array([4], np.int32)
        t.quantization = s.QuantizationParametersT()
        graph_tensors.append(t)
    if operator == s.BuiltinOperator.DEQUANTIZE:
        graph_tensors[0].quantization.scale = np.array([0.5], np.float32)
        graph_tensors[0].quantization.zeroPoint = np.array([0], np.int64)
    op = s.OperatorT()
    op.opcodeIndex, op.inputs, op.outputs = 0, np.array([0], np.int32), np.array([1], np.int32)
    graph.tensors, graph.operators = graph_tensors, [op]
    graph.inputs, graph.outputs = np.array([], np.int32), np.array([1], np.int32)
    m.operatorCodes, m.subgraphs = [code], [graph]
    return bytes(fu.convert_object_to_bytearray(m))


def open_and_run(content):
    one = Interpreter(model_content=content)
    one.allocate_tensors()
    one.invoke()
    return one


def test_int4_is_unpacked():
    one = open_and_run(model(s.TensorType.INT4, bytes([0x21, 0xF8]), s.BuiltinOperator.DEQUANTIZE, 6))
    assert one._get_tensor_details(0, 0)["dtype"] is np.int8
    assert one.get_tensor(0).tolist() == [1, 2, -8, -1]
    assert one.tensor(0)().tolist() == [1, 2, -8, -1]
    assert one.get_tensor(1).tolist() == [0.5, 1, -4, -0.5]


def test_bfloat16_is_read():
    raw = np.array([1, 2, -3, 0.5], np.float32).view(np.uint16)[1::2].tobytes()
    one = Interpreter(model_content=model(s.TensorType.BFLOAT16, raw, s.BuiltinOperator.CAST, 7))
    assert one.get_tensor_details()[0]["dtype"] is _types.SCALARS["bfloat16"]
    values = one.get_tensor(0)
    if values.dtype.name == "bfloat16":
        assert values.astype(np.float32).tolist() == [1, 2, -3, 0.5]
    else:  # without ml_dtypes, its bits
        assert values.tobytes() == raw
    one.allocate_tensors()
    one.invoke()
    assert one.get_tensor(1).tolist() == [1, 2, -3, 0.5]


@pytest.mark.parametrize("kind, low, high", [("int4", -8, 7), ("uint4", 0, 15), ("int2", -2, 1)])
def test_packing_is_undone_by_unpacking(kind, low, high):
    for count in (0, 1, 2, 3, 5, 16, 17):
        values = np.resize(np.arange(low, high + 1), count).astype(_types.SCALARS[kind])
        packed = _types.pack(values, kind)
        assert packed.size == -(-count * {"int4": 4, "uint4": 4, "int2": 2}[kind] // 8)
        np.testing.assert_array_equal(_types.unpack(packed, kind, count), values)
    fails(ValueError, f"values from {low} to {high}", _types.pack, np.array([high + 1]), kind)


@pytest.mark.parametrize("path", data("features/string.bin"), ids=lambda p: p.name)
def test_strings(path):
    one = Interpreter(str(path))
    given = one.get_input_details()[0]
    fails(ValueError, "unallocated", one.set_tensor, given["index"], np.full(given["shape"], b"x"))
    fails(ValueError, "Tensor data is null", one.get_tensor, one.get_output_details()[0]["index"])
    one.allocate_tensors()
    for text in (np.full(given["shape"], "ä"), np.full(given["shape"], b"xy", dtype=object)):
        one.set_tensor(given["index"], text)
        expected = text.ravel()[0]
        assert one.get_tensor(given["index"]).ravel()[0] == getattr(expected, "encode", lambda: expected)()
        one.invoke()
    out = one.get_tensor(one.get_output_details()[0]["index"])
    assert out.dtype == object and out.ravel()[0] == b"xy"
    fails(ValueError, "Got value of type INT64", one.set_tensor, given["index"], np.zeros(given["shape"], np.int64))
