"""The classes of hostile models. Each takes a specimen and yields (what, packed model).

A class is a function with the decorator `abuse`: `says` is what at least one of its refusals must
say, `always` demands that every model of it is refused. Where advisories of other runtimes knew the
class: facts of CVE-2020-15207 to -15214, CVE-2021-29585 to -29606, CVE-2021-37681 to -37689,
CVE-2022-23557 to -23561, -35937 to -41894, CVE-2023-27579."""

import collections
import copy
import struct

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import flexbuffers
from own import flex

T = schema.TensorType
MOST = 40  # models of one class and specimen
INTS = (0, -1, 7, 127, 1 << 20, (1 << 31) - 1, -(1 << 31))
FLOATS = (float("nan"), float("inf"), -float("inf"), 0.0, -1.0, 1e38)
WIDTHS = {T.FLOAT32: "f", T.INT32: "i", T.INT64: "q", T.INT16: "h", T.INT8: "b", T.UINT8: "B",
          T.UINT32: "I", T.UINT64: "Q", T.UINT16: "H", T.FLOAT64: "d"}

Class = collections.namedtuple("Class", "name make says always")
CLASSES = []


def abuse(says, always=False):
    def register(make):
        CLASSES.append(Class(make.__name__.replace("_", " "), make, says, always))
        return make
    return register


def each(specimen, change, things):
    """One model for each thing: change(copy, thing) alters it, or returns False. Of many things an
    even sample."""
    things = list(things)
    for thing in things[::-(-len(things) // MOST) or 1]:
        changed = specimen.copy()
        try:
            if change(changed, thing) is not False:
                yield named(thing), changed.pack()
        except (struct.error, OverflowError, TypeError, ValueError):
            continue  # a value that the field cannot hold


def named(thing):
    if isinstance(thing, tuple):
        return ", ".join(named(t) for t in thing)
    return getattr(thing, "__name__", str(thing)[:60])


def places(specimen):
    return list(range(len(specimen.copy().operator.inputs)))


# ---- which tensors ----------------------------------------------------------------------------------

@abuse(r"input|operand")
def absent_inputs(s):
    def change(c, place):
        c.operator.inputs[place] = -1
    yield from each(s, change, places(s))


@abuse(r"tensor|input|output|out of range", always=True)
def tensor_numbers_out_of_range(s):
    def change(c, what):
        kind, number = what
        numbers = getattr(c.operator, kind)
        if numbers is None or len(numbers) == 0:
            return False
        numbers[-1] = len(c.graph.tensors) if number is None else number
    yield from each(s, change, [(k, n) for k in ("inputs", "outputs")
                                for n in (None, -2, (1 << 31) - 1, -(1 << 31))])


@abuse(r"takes|input|output|operand")
def operands_too_few_or_many(s):
    def change(c, what):
        o = c.operator
        ins, outs = list(o.inputs), list(o.outputs)
        o.inputs, o.outputs = {
            "no inputs": ([], outs), "no outputs": (ins, []), "one less": (ins[:-1], outs),
            "one more": (ins + ins[-1:], outs), "hundred": ((ins or outs) * 100, outs),
            "outputs twice": (ins, outs * 2),
        }[what]
        o.inputs, o.outputs = np.array(o.inputs, np.int32), np.array(o.outputs, np.int32)
    yield from each(s, change, ["no inputs", "no outputs", "one less", "one more", "hundred",
                                "outputs twice"])


@abuse(r"input|output|written|constant|variable|same|read")
def tensors_in_two_roles(s):
    def change(c, what):
        ins, outs = c.inputs(), c.outputs()
        if not ins or not outs:
            return False
        if what == "output is input":
            c.operator.outputs[0] = ins[0]
        elif what == "all inputs are one":
            c.operator.inputs = np.array([ins[0]] * len(c.operator.inputs), np.int32)
        elif what == "output is constant":
            c.tensor(outs[0]).buffer = c.tensor(c.constants()[0]).buffer if c.constants() else 1
        elif what == "written twice":
            c.graph.operators.append(c.operator)
        elif what == "read before written":
            c.graph.inputs = np.array([i for i in c.graph.inputs if i != ins[0]], np.int32)
        elif what == "output is an input of the graph":
            c.graph.inputs = np.array([*c.graph.inputs, outs[0]], np.int32)
        elif what == "inputs are outputs":
            c.graph.outputs = np.array([*c.graph.outputs, *ins], np.int32)
        else:
            c.tensor((ins if "input" in what else outs)[0]).isVariable = True
    yield from each(s, change, [
        "output is input", "all inputs are one", "output is constant", "written twice",
        "read before written", "output is an input of the graph", "inputs are outputs",
        "variable input", "variable output"])


# ---- types and shapes -------------------------------------------------------------------------------

@abuse(r"type|is |takes|bytes")
def wrong_types(s):
    def change(c, what):
        place, type_ = what
        index = int(c.operator.inputs[place])
        if index < 0 or c.tensor(index).type == type_:
            return False
        c.tensor(index).type = type_
        data = c.data(index)
        if data is not None:  # enough bytes for any type, so that the operator is what refuses
            count = int(np.prod(c.tensor(index).shape if c.tensor(index).shape is not None else []))
            size = {T.COMPLEX64: 8, T.INT64: 8, T.FLOAT64: 8, T.FLOAT32: 4, T.INT32: 4}.get(type_, 1)
            c.set_data(index, (data * (count * size // len(data) + 1))[:count * size])
    yield from each(s, change, [(p, t) for p in places(s) for t in (
        T.FLOAT32, T.INT32, T.INT64, T.INT8, T.BOOL, T.STRING, T.COMPLEX64, T.RESOURCE, T.VARIANT,
        T.INT4, T.FLOAT16, 99)])


@abuse(r"type|output|is ")
def wrong_types_of_outputs(s):
    def change(c, type_):
        if not c.outputs() or c.tensor(c.outputs()[0]).type == type_:
            return False
        c.tensor(c.outputs()[0]).type = type_
    yield from each(s, change, [T.FLOAT32, T.INT32, T.INT64, T.INT8, T.BOOL, T.STRING, T.RESOURCE,
                                T.COMPLEX64])


def with_shapes(s, shapes, buffers=True):
    """Every input in turn with every shape; constants of up to 64 KiB get as many bytes."""
    def change(c, what):
        place, shape = what
        index = int(c.operator.inputs[place])
        if index < 0:
            return False
        tensor = c.tensor(index)
        old = [int(d) for d in (tensor.shape if tensor.shape is not None else [])]
        new = shape(old) if callable(shape) else list(shape)
        if new is None or new == old:
            return False
        data = c.data(index)
        tensor.shape, tensor.shapeSignature = np.array(new, np.int32), None
        if data is not None and buffers and all(d >= 0 for d in new):
            old_count, count = max(int(np.prod(old)), 1), int(np.prod([float(d) for d in new]))
            if count <= 1 << 16:
                size = -(-len(data) * count // old_count)
                c.set_data(index, (data * (size // len(data) + 1))[:size])
    yield from each(s, change, [(p, h) for p in places(s) for h in shapes])


def dimension(place, size):
    def shape(old):
        return old[:place] + [size] + old[place + 1:] if place < len(old) else None
    shape.__name__ = f"dimension {place} is {size}"
    return shape


@abuse(r"shape|dimension|rank|element|size|\[")
def zero_dimensions(s):
    yield from with_shapes(s, [dimension(k, 0) for k in range(5)])


@abuse(r"shape|dimension|rank|element|size|\[")
def dimensions_of_another_size(s):
    yield from with_shapes(s, [dimension(k, n) for k in range(5) for n in (1, 11)])


@abuse(r"overflow|large|limit|bytes|memory|elements|needs")
def products_that_overflow(s):
    most = (1 << 31) - 1
    yield from with_shapes(s, [
        (most,), (65536, 65536), (1 << 16,) * 4, (most,) * 3, (most,) * 8, (0, most, most, most),
        (1, most, 2, most), *(dimension(k, n) for k in range(4) for n in (most, 1 << 20))])


@abuse(r"negative|-1|dimension", always=True)
def negative_dimensions(s):
    yield from with_shapes(s, [(-1,), (-2, 3), (2, -(1 << 31))])


@abuse(r"rank|shape|dimension|axis|\[")
def abuse_of_ranks(s):
    yield from with_shapes(s, [(), (1,), (2,), (1,) * 5, (1,) * 7, (1,) * 8, (2,) * 8,
                               lambda old: [1] + old, lambda old: old[1:] or None])


@abuse(r"rank|dimensions", always=True)
def ranks_over_the_limit(s):
    yield from with_shapes(s, [(1,) * 9, (1,) * 64, (2,) * 1000])


# ---- values -----------------------------------------------------------------------------------------

def integer_operands(s, values):
    """Every integer input in turn, constant, with each value in all places, or in the last."""
    def change(c, what):
        place, value, only_last = what
        index = int(c.operator.inputs[place])
        if index < 0 or c.tensor(index).type not in WIDTHS or c.tensor(index).type == T.FLOAT32:
            return False
        letter = WIDTHS[c.tensor(index).type]
        width = struct.calcsize(letter)
        old = c.data(index)
        if old is None:
            shape = c.tensor(index).shape
            old = bytes(width * int(np.prod(shape if shape is not None else [])))
        if len(old) < width:
            return False
        new = struct.pack(letter, value)
        c.set_data(index, old[:-width] + new if only_last else new * (len(old) // width))
    yield from each(s, change, [(p, v, last) for p in places(s) for v in values
                                for last in (False, True)])


@abuse(r"range|index|axis|negative|size|value|must|is |large|\d")
def hostile_integers_in_operands(s):
    yield from integer_operands(s, (-1, 0, 9, 127, -128, 1 << 15, 1 << 20, (1 << 31) - 1,
                                    -(1 << 31), 1 << 40, -(1 << 63), (1 << 63) - 1))


@abuse(r".")
def hostile_floats_in_operands(s):
    def change(c, what):
        place, value = what
        index = int(c.operator.inputs[place])
        if index < 0 or c.tensor(index).type != T.FLOAT32:
            return False
        shape = c.tensor(index).shape
        count = int(np.prod(shape if shape is not None else []))
        c.set_data(index, struct.pack("f", value) * max(count, 1))
    yield from each(s, change, [(p, v) for p in places(s) for v in FLOATS])


# ---- options ----------------------------------------------------------------------------------------

def option_fields(s):
    table = s.copy().options()
    return [] if table is None else list(vars(table))


@abuse(r"stride|option|axis|is |not|must|block|size|dimension|\d")
def hostile_options(s):
    """Strides, dilations, filters, blocks, axes, counts, lists: 0, negative, huge, of other lengths."""
    def change(c, what):
        field, value = what
        table = c.options()
        old = getattr(table, field)
        if isinstance(old, (np.ndarray, list)):
            values = list(old)
            if value is None:
                setattr(table, field, None)
            elif isinstance(value, str):
                setattr(table, field, {"none": [], "longer": values * 9 + [1], "shorter": values[:-1],
                                       }[value])
            elif isinstance(value, int):
                setattr(table, field, [value] * max(len(values), 1))
            else:
                return False
        elif isinstance(old, bool):
            if value != 0:
                return False
            setattr(table, field, not old)
        elif isinstance(old, (int, float)):
            if value is None or isinstance(value, str) or isinstance(old, int) != isinstance(value, int):
                return False
            setattr(table, field, value)
        else:
            return False
    yield from each(s, change, [(f, v) for f in option_fields(s)
                                for v in (*INTS, *FLOATS, None, "none", "longer", "shorter")])


@abuse(r"option")
def options_of_another_operator(s):
    def change(c, name):
        o = c.operator
        if c.op.islower() or o.customOptions is not None:
            return False
        second = name.startswith("Stablehlo")
        union = schema.BuiltinOptions2 if second else schema.BuiltinOptions
        if getattr(union, name) == (o.builtinOptions2Type if second else o.builtinOptionsType):
            return False
        o.builtinOptionsType = o.builtinOptions2Type = 0
        o.builtinOptions = o.builtinOptions2 = None
        table = getattr(schema, name + "T")()
        if second:
            o.builtinOptions2Type, o.builtinOptions2 = getattr(union, name), table
        else:
            o.builtinOptionsType, o.builtinOptions = getattr(union, name), table
    yield from each(s, change, ["Conv2DOptions", "ReshapeOptions", "AddOptions", "WhileOptions",
                                "StablehloPadOptions"])


@abuse(r"option|is |\d")
def no_options(s):
    def change(c, _):
        c.operator.builtinOptionsType = c.operator.builtinOptions2Type = 0
        c.operator.builtinOptions = c.operator.builtinOptions2 = None
        c.operator.customOptions = None
    yield from each(s, change, ["none"])


@abuse(r"version|unsupported|no kernel", always=True)
def versions_of_the_future(s):
    def change(c, version):
        if c.code.customCode is not None:  # versions of custom operators mean nothing
            return False
        c.code.version = version
    yield from each(s, change, [99, (1 << 31) - 1, 0, -1])


@abuse(r"custom options|FlexBuffers|option")
def custom_options_that_are_no_flexbuffers(s):
    def change(c, what):
        data = c.operator.customOptions
        if data is None:
            return False
        data = bytes(data)
        c.operator.customOptions = np.frombuffer({
            "empty": b"", "one byte": b"\x24", "all ones": b"\xff" * 24, "zeros": bytes(24),
            "half": data[:len(data) // 2], "tail": data[len(data) // 2:], "root cut": data[:-1],
            "a number": b"\x07\x04\x01", "deep": b"\x00\x28" * 500 + b"\x01\x28\x01",
            "a long": data * 2000,
        }[what], np.uint8)
    yield from each(s, change, ["empty", "one byte", "all ones", "zeros", "half", "tail", "root cut",
                                "a number", "deep", "a long"])


@abuse(r"option")
def hostile_fields_of_custom_options(s):
    """Counts, strides, thresholds: each of the map's values as 0, negative, huge, of another type."""
    try:
        fields = flexbuffers.Loads(bytes(s.copy().operator.customOptions))
    except Exception:  # none, or no flexbuffers
        return
    if not isinstance(fields, dict):
        return

    def change(c, what):
        key, value = what
        c.operator.customOptions = np.frombuffer(flex(**{**fields, key: value}), np.uint8)
    yield from each(s, change, [(k, v) for k in fields for v in (
        *INTS, 1 << 40, -(1 << 63), *FLOATS[:5], "text", True, [], [-1, 0], [1 << 40] * 9, {"a": 1})])


@abuse(r"option|custom|is |not|\d")
def hostile_custom_options(s):
    """Every byte of the custom options in turn as 0 and 255; of long ones, 60 of the bytes."""
    def change(c, what):
        place, value = what
        data = bytearray(c.operator.customOptions)
        data[place] = value
        c.operator.customOptions = np.frombuffer(bytes(data), np.uint8)
    data = s.copy().operator.customOptions
    size = 0 if data is None else len(data)
    yield from each(s, change, [(p, v) for p in range(0, size, max(1, size // 60))
                                for v in (0, 127, 255)])


# ---- constants and what hangs on them ---------------------------------------------------------------

@abuse(r"bytes|buffer|constant|input|read|null")
def null_and_short_buffers(s):
    def change(c, what):
        place, how = what
        data = c.data(place)
        c.set_data(place, {"cut": data[:-1], "half": data[:len(data) // 2], "one": data[:1],
                           "longer": data + b"\1" * 64, "null": b""}[how])
        if how == "null":
            c.model.buffers[-1].data = None
        if how == "none":
            c.model.buffers[-1] = schema.BufferT()
    yield from each(s, change, [(p, h) for p in s.copy().constants()
                                for h in ("cut", "half", "one", "longer", "null")])


@abuse(r"buffer", always=True)
def buffers_out_of_range(s):
    def change(c, what):
        place, number = what
        if number == "outside":
            c.set_data(place, b"")
            buffer = c.model.buffers[-1]
            buffer.data, buffer.offset, buffer.size = None, (1 << 64) - 8, 16
        else:
            c.tensor(place).buffer = number
    yield from each(s, change, [(p, n) for p in s.copy().inputs()[:3]
                                for n in (9999, (1 << 32) - 1, "outside")])


@abuse(r"scale|zero point|quanti|dimension|axis")
def quantization_that_does_not_match(s):
    def change(c, what):
        index, how = what
        q = c.tensor(index).quantization
        if q is None or q.scale is None or len(q.scale) == 0:
            q = c.tensor(index).quantization = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = [0.5], [0]
        scales, zeros = [float(x) for x in q.scale], [int(x) for x in (q.zeroPoint if q.zeroPoint is not None else [0])]
        values = {"0": 0.0, "negative": -1.0, "infinite": float("inf"), "nan": float("nan"),
                  "tiny": 1e-45, "huge": 3e38}
        if how in values:
            q.scale = [values[how]] * len(scales)
        elif how == "three scales":
            q.scale = [0.5] * 3
        elif how == "three of each":
            q.scale, q.zeroPoint = [0.5] * 3, [0] * 3
        elif how == "no zero points":
            q.zeroPoint = None
        elif how == "zero points alone":
            q.scale, q.zeroPoint = None, zeros * 2
        elif how == "far zero point":
            q.zeroPoint = [(1 << 62)] * len(zeros)
        elif how == "zero point of 300":
            q.zeroPoint = [300] * len(zeros)
        elif how == "axis":
            q.scale, q.zeroPoint, q.quantizedDimension = [0.5] * 2, [0] * 2, 77
        else:
            q.quantizedDimension = -1
        q.scale = None if q.scale is None else np.array(q.scale, np.float32)
        q.zeroPoint = None if q.zeroPoint is None else np.array(q.zeroPoint, np.int64)
    c = s.copy()
    yield from each(s, change, [(i, h) for i in (c.inputs() + c.outputs())[:4] for h in (
        "0", "negative", "infinite", "nan", "tiny", "huge", "three scales", "three of each",
        "no zero points", "zero points alone", "far zero point", "zero point of 300", "axis",
        "axis -1")])


@abuse(r"block|scale|quanti")
def blockwise_quantization_that_leads_nowhere(s):
    def change(c, what):
        index, scales, block = what
        q = c.tensor(index).quantization = schema.QuantizationParametersT()
        q.detailsType = schema.QuantizationDetails.BlockwiseQuantization
        q.details = schema.BlockwiseQuantizationT()
        q.details.scales, q.details.zeroPoints, q.details.blockSize = scales, -1, block
    yield from each(s, change, [(i, n, b) for i in s.copy().inputs()[:2]
                                for n, b in ((9999, 32), (-1, 32), (0, 0), (0, -1), (0, (1 << 31) - 1),
                                             (0, 2))])


def metadata_of(kind, size, segments=None, indices=None):
    d = schema.DimensionMetadataT()
    d.format = schema.DimensionType.DENSE if kind == "dense" else schema.DimensionType.SPARSE_CSR
    d.denseSize = size
    for name, values in (("arraySegments", segments), ("arrayIndices", indices)):
        if values is not None:
            table = schema.Int32VectorT()
            table.values = np.array(values, np.int32)
            setattr(d, name + "Type", schema.SparseIndexVector.Int32Vector)
            setattr(d, name, table)
    return d


@abuse(r"spars|travers|segment|ind|block|dimension")
def sparsity_tables(s):
    def change(c, what):
        index, how = what
        rank = len(c.tensor(index).shape) if c.tensor(index).shape is not None else 0
        shape = [int(d) for d in c.tensor(index).shape] if rank else []
        p = c.tensor(index).sparsity = schema.SparsityParametersT()
        p.traversalOrder, p.blockMap = list(range(rank)), []
        p.dimMetadata = [metadata_of("dense", d) for d in shape]
        if how == "traversal":
            p.traversalOrder = [9999] * max(rank, 1)
        elif how == "twice":
            p.traversalOrder = [0] * max(rank, 1)
        elif how == "long":
            p.traversalOrder = list(range(rank + 5))
        elif how == "blocks":
            p.blockMap, p.traversalOrder = [77], list(range(rank + 1))
        elif how == "null":
            p.traversalOrder = p.blockMap = p.dimMetadata = None
        elif how == "sizes":
            p.dimMetadata = [metadata_of("dense", (1 << 31) - 1) for _ in shape]
        elif how == "negative sizes":
            p.dimMetadata = [metadata_of("dense", -1) for _ in shape]
        elif shape:
            tables = {"no tables": (None, None), "segments fall": ([0, 9, 1], [0, 1]),
                      "segments far": ([0, 1 << 30], [0]), "negative": ([-1, 5], [0]),
                      "indices far": ([0, 2], [0, 1 << 30]), "indices negative": ([0, 1], [-5]),
                      "indices fall": ([0, 2], [1, 0])}[how]
            p.dimMetadata[-1] = metadata_of("csr", 0, *tables)
    yield from each(s, change, [(i, h) for i in s.copy().constants()[:2] for h in (
        "traversal", "twice", "long", "blocks", "null", "sizes", "negative sizes", "no tables",
        "segments fall", "segments far", "negative", "indices far", "indices negative",
        "indices fall")])


@abuse(r"string|offset")
def string_offsets(s):
    def change(c, what):
        index, place, value = what
        data = bytearray(c.data(index))
        if place is None:
            data = data[:value]
        elif 4 * place + 4 <= len(data):
            struct.pack_into("<i", data, 4 * place, value)
        c.set_data(index, bytes(data))
    c = s.copy()
    texts = [i for i in c.constants() if c.tensor(i).type == T.STRING]
    yield from each(s, change, [(i, p, v) for i in texts for p in (0, 1, 2)
                                for v in (-1, 0, 1 << 30, (1 << 31) - 1, -(1 << 31), 3)] +
                    [(i, None, n) for i in texts for n in (0, 1, 4, 9)])


# ---- what lives between operators -------------------------------------------------------------------

def subgraph_fields(s):
    return [f for f in option_fields(s) if "ubgraph" in f or "ranch" in f]


@abuse(r"subgraph|calls itself|cycle|recurs", always=True)
def subgraphs_that_call_themselves(s):
    def change(c, what):
        field, mutual = what
        own = c.model.subgraphs.index(c.graph)
        if mutual:  # a copy of the graph that calls this one
            other = copy.deepcopy(c.graph)
            c.model.subgraphs.append(other)
            back = other.operators[c.graph.operators.index(c.operator)]
            setattr(back.builtinOptions or back.builtinOptions2, field, own)
            own = len(c.model.subgraphs) - 1
        setattr(c.options(), field, own if isinstance(getattr(c.options(), field), int) else [own])
    yield from each(s, change, [(f, m) for f in subgraph_fields(s) for m in (False, True)])


@abuse(r"subgraph", always=True)
def subgraphs_that_are_not_there(s):
    def change(c, what):
        field, number = what
        setattr(c.options(), field,
                number if isinstance(getattr(c.options(), field), int) else [number])
    yield from each(s, change, [(f, n) for f in subgraph_fields(s)
                                for n in (9999, -1, (1 << 31) - 1, -(1 << 31))])


@abuse(r"nest|deep|depth|limit|subgraph", always=True)
def calls_nested_without_end(s):
    """A chain of 300 subgraphs, each calling the next."""
    def change(c, field):
        if c.model.subgraphs.index(c.graph) != 0 or c.op == "STABLEHLO_COMPOSITE":
            return False
        first = len(c.model.subgraphs)
        link = schema.SubGraphT()
        link.tensors, link.inputs, link.outputs = c.graph.tensors, c.graph.inputs, c.graph.outputs
        for k in range(300):
            one, operator = copy.copy(link), copy.copy(c.operator)
            table = copy.copy(c.options())
            setattr(table, field, first + k + 1 if isinstance(getattr(table, field), int)
                    else [first + k + 1])
            if operator.builtinOptions is not None:
                operator.builtinOptions = table
            else:
                operator.builtinOptions2 = table
            one.operators = [operator]
            c.model.subgraphs.append(one)
        c.model.subgraphs.append(c.graph)
        old = getattr(c.options(), field)
        setattr(c.options(), field, first if isinstance(old, int) else [first])
    yield from each(s, change, subgraph_fields(s)[:1])


@abuse(r"subgraph|input|output|type|shape")
def subgraphs_of_another_form(s):
    def change(c, what):
        number, how = what
        graph = c.model.subgraphs[number]
        if how == "no inputs":
            graph.inputs = None
        elif how == "no outputs":
            graph.outputs = None
        elif how == "no operators":
            graph.operators = None
        elif how == "no tensors":
            graph.tensors = None
        elif how == "more inputs":
            graph.inputs = np.array(list(graph.inputs) * 3, np.int32)
        elif how == "inputs out of range":
            graph.inputs = np.array([9999], np.int32)
        else:
            for tensor in graph.tensors:
                tensor.type = T.INT64 if tensor.type != T.INT64 else T.STRING
    graphs = len(s.copy().model.subgraphs)
    yield from each(s, change, [(g, h) for g in range(min(graphs, 3)) for h in (
        "no inputs", "no outputs", "no operators", "no tensors", "more inputs",
        "inputs out of range", "types")])


@abuse(r"type|variable|resource|table|handle|is |tensor")
def handles_and_variables_confused(s):
    """Whatever a resource handle leads to is taken for something else, or handed to someone else."""
    def change(c, how):
        handles = [i for i, t in enumerate(c.graph.tensors) if t.type == T.RESOURCE]
        if not handles:
            return False
        others = [i for i in range(len(c.graph.tensors)) if i not in handles]
        for operator in c.graph.operators:
            for k, index in enumerate(operator.inputs):
                if index in handles and how == "another tensor" and others:
                    operator.inputs[k] = others[0]
                elif index not in handles and how == "handle as value":
                    operator.inputs[k] = handles[0]
        for i in handles:
            if how == "no handle":
                c.set_data(i, struct.pack("<i", -1))
            elif how == "far handle":
                c.set_data(i, struct.pack("<i", 1 << 20))
            elif how == "integers":
                c.tensor(i).type = T.INT32
            elif how == "many":
                c.tensor(i).shape = np.array([1 << 20], np.int32)
        if how == "reversed":
            c.graph.operators.reverse()
        if how == "value of another type":
            for i in others:
                c.tensor(i).type = T.INT64 if c.tensor(i).type != T.INT64 else T.FLOAT32
        if how == "value of another shape":
            for i in others:
                c.tensor(i).shape = np.array([7, 3], np.int32)
        if how == "one name":
            for operator in c.graph.operators:
                table = operator.builtinOptions
                for field in ("sharedName", "tableId"):
                    if hasattr(table, field):
                        setattr(table, field, b"v" if field == "sharedName" else 1)
    yield from each(s, change, ["another tensor", "handle as value", "no handle", "far handle",
                                "integers", "many", "reversed", "value of another type",
                                "value of another shape", "one name"])
