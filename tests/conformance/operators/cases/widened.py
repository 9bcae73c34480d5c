"""Operators that have no kernel for their operands' types and run on wider ones: halves as float32,
weights of 4 and 2 bits as int8. LiteRT refuses those, and judges the same case in the wider types."""

from operators.case import BF16, F16, F32, I2, I4, I8, U4, NUMPY, bfloat16
from operators.cases import arithmetic, dense, image, lookup, reduction, unary
from operators.registry import Entry

NATIVE = {F16: "ADD MAXIMUM MINIMUM MUL SUB GELU NEG ROUND FLOOR LOGISTIC TANH SOFTMAX SIN COS ATAN2",
          BF16: "MAXIMUM MINIMUM NEG ROUND FLOOR LOGISTIC TANH ATAN2"}
# What is no plain function of its operands' values, or gives what float32 rounds to another place.
LEFT_OUT = ("SELECT SELECT_V2 WHERE RFFT2D TFLite_Detection_PostProcess CAST QUANTIZE DEQUANTIZE "
            "FAKE_QUANT FLOOR_DIV FLOOR_MOD CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED BATCH_MATMUL "
            "ZEROS_LIKE TRANSPOSE_CONV CONV_3D CONV_3D_TRANSPOSE").split()


def rounded(tensor, type_):
    """The tensor with values that the narrow type holds, as float32 and as that type."""
    if tensor.values is None:
        return tensor, tensor._replace(type=type_)
    near = bfloat16(tensor.values) if type_ == BF16 else tensor.values.astype(NUMPY[type_])
    return tensor._replace(values=near.astype(NUMPY[F32])), tensor._replace(type=type_, values=near)


def clipped(tensor, type_):
    """The weights with values that the narrow type holds, as int8 and as that type."""
    low, high = {I4: (-8, 7), I2: (-2, 1), U4: (-8, 7)}[type_]
    wide = tensor._replace(values=tensor.values.clip(low, high), quant=tensor.quant._replace(zero=0))
    if type_ == U4:  # around a zero point
        return wide, wide._replace(type=U4, values=wide.values + 8, quant=wide.quant._replace(zero=8))
    return wide, wide._replace(type=type_)


def both(case, narrow):
    """The case with narrow tensors; LiteRT judges the one with wide ones."""
    pairs = {}

    def pair(tensor):
        if tensor is None:
            return None, None
        if id(tensor) not in pairs:
            pairs[id(tensor)] = narrow(tensor)
        return pairs[id(tensor)]

    inputs, outputs = [pair(t) for t in case.inputs], [pair(t) for t in case.outputs]
    wide = case._replace(inputs=[p[0] for p in inputs], outputs=[p[0] for p in outputs])
    return case._replace(inputs=[p[1] for p in inputs], outputs=[p[1] for p in outputs], oracle=wide)


def halves(entry, type_):
    def make(m, kind):
        return both(entry.make(m, F32),
                    lambda t: rounded(t, type_) if t.type == F32 else (t, t))
    return make


def few_bits(entry, kind_, type_):
    def make(m, kind):
        case = entry.make(m, kind_)
        return both(case, lambda t: clipped(t._replace(constant=True), type_)
                    if t is case.inputs[1] else (t, t))
    return make


def plain(module):
    """Entries for float32 that LiteRT judges."""
    return [e for e in module.ENTRIES if F32 in e.kinds and not e.judge and e.op not in LEFT_OUT]


FLOATS = [e for module in (arithmetic, image, reduction, unary) for e in plain(module)]
FLOATS += [e for e in plain(lookup) if e.op == "EMBEDDING_LOOKUP_SPARSE"]
MATMUL = [e for e in dense.ENTRIES if e.op == "BATCH_MATMUL"]

ENTRIES = [
    *(Entry(e.op, [f"float32 for {name}"], halves(e, type_))
      for type_, name in ((F16, "float16"), (BF16, "bfloat16"))
      for e in FLOATS if e.op not in NATIVE[type_].split()),
    *(Entry(e.op, [f"int8 for {name}"], few_bits(e, "int8", type_))
      for type_, name in ((I4, "int4"), (I2, "int2"))
      for e in MATMUL if "int8" in e.kinds),
    *(Entry(e.op, [f"hybrid, {name}"], few_bits(e, "hybrid", type_), judge=e.judge)
      for type_, name in ((I4, "int4"), (I2, "int2"), (U4, "uint4"))
      for e in MATMUL if "hybrid" in e.kinds),
]
