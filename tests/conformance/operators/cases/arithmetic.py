"""Two operands with broadcasting: arithmetic, comparisons, logic, selection."""

import numpy as np

from operators import exact
from operators.case import BF16, BOOL, C64, F16, F32, I8, I16, I32, I64, U8, U32, Case, Quant, options_of
from operators.registry import Entry

FLOATS = [F32, F16, BF16]
BYTES = [I8, U8]


def binary(m, op, type_, options=None, out_type=None, low=None, high=None, quantized=True,
           second=None):
    a, b, out = m.broadcast_pair()
    q = [m.quant(type_) if quantized else None for _ in range(3)]
    if quantized and q[0] and m.chance(0.3):
        q[1] = q[0]
    second = second or (low, high)
    x = m.input(type_, a, q[0], m.chance(0.2), low, high)
    y = m.input(type_, b, q[1], not x.constant and m.chance(0.4), *second)
    out_type = type_ if out_type is None else out_type
    return Case(op, options, [x, y], [m.output(out_type, out, q[2] if out_type == type_ else None)])


def powers_of_two(m, case):
    """int16 scales as the older converter writes them."""
    e, shifts = m.number(-14, -5), [0, m.number(0, 3)]
    m.rng.shuffle(shifts)
    inputs = [t._replace(quant=Quant(np.float32(2.0 ** (e - s)), 0))
              for t, s in zip(case.inputs, shifts)]
    output = case.outputs[0]._replace(quant=Quant(np.float32(2.0 ** e), 0))
    return case._replace(inputs=inputs, outputs=[output])


def without_zeros(case):
    """A divisor that is nowhere 0."""
    y = case.inputs[1]
    zero = y.quant.zero if y.quant else 0
    values = np.where(y.values == zero, zero + (1 if zero < 100 else -1), y.values)
    return case._replace(inputs=[case.inputs[0], y._replace(values=values.astype(y.values.dtype))])


def arithmetic(op, table, types, compute, **how):
    def make(m, type_):
        fields = {"fusedActivationFunction": m.number(0, 3)}
        if type_ in (C64, U32):
            fields["fusedActivationFunction"] = 0
        if table in ("AddOptions", "SubOptions"):
            fields["potScaleInt16"] = m.chance(0.5)
        plain = type_ == I16 and op not in ("SUB", "DIV") and m.chance(0.2)
        second = (1, 100) if op == "DIV" and type_ in (I32, F32) else None
        case = binary(m, op, type_, options_of(table, **fields), quantized=not plain, second=second,
                      low=0 if type_ == U32 else None, high=1000 if type_ == U32 else None)
        if type_ == I16 and not plain and op in ("ADD", "SUB") and m.chance(0.4):
            case = powers_of_two(m, case)
        return without_zeros(case) if op == "DIV" else case
    return Entry(op, types, make, exact.with_activation(compute), **how)


def plain(op, types, compute, table=None, out_type=None, ulps=None, **how):
    def make(m, type_):
        return binary(m, op, type_, options_of(table) if table else None, out_type, **how)
    return Entry(op, types, make, exact.elementwise(compute), ulps)


def shifted_left(case):
    """LiteRT shifts by a negative number where a scale is 1 or more (docs/bugs.md)."""
    scales = [t.quant.scale for t in case.inputs if t.quant is not None]
    compared_raw = case.inputs[0].type == I16 and case.op not in ("EQUAL", "NOT_EQUAL")
    return 23 if scales and max(scales) >= 1 and not compared_raw else None


def comparison(op, compute, types):
    entry = plain(op, types, compute, op.title().replace("_", "") + "Options", BOOL)
    return entry._replace(wrong=shifted_left)


def integers(compute):
    """Of integers that are not quantized, exactly, and wrapped to the type."""
    def exactly(case):
        a, b = (t.values for t in case.inputs)
        if a.dtype.kind == "f":
            return [compute(np.float64(a), np.float64(b))]
        with np.errstate(all="ignore"):
            return [compute(a.astype(np.int64), b.astype(np.int64)).astype(a.dtype)]
    return exactly


def floor_op(op, types, compute, second):
    def make(m, type_):
        return binary(m, op, type_, options_of(op.title().replace("_", "") + "Options"),
                      quantized=False, second=second)
    return Entry(op, types, make, integers(compute))


def power(m, type_):
    return binary(m, "POW", type_, options_of("PowOptions"), low=1, high=4, second=(0, 5))


def add_n(m, type_):
    shape = m.shape(1, 4, 6, 0.05)
    inputs = [m.input(type_, shape) for _ in range(m.number(2, 4))]
    return Case("ADD_N", options_of("AddNOptions"), inputs, [m.output(type_, shape)])


def select(m, type_):
    shape = m.shape(1, 5, 6, 0.03)
    condition = m.pick([shape, (), shape[:1]])
    return Case("SELECT", options_of("SelectOptions"),
                [m.input(BOOL, condition), m.input(type_, shape), m.input(type_, shape)],
                [m.output(type_, shape)])


def select_v2(m, type_):
    a, b, out = m.broadcast_pair(5)
    c = tuple(1 if m.chance(0.3) else d for d in out)
    return Case("SELECT_V2", options_of("SelectV2Options"),
                [m.input(BOOL, c), m.input(type_, a), m.input(type_, b)],
                [m.output(type_, np.broadcast_shapes(a, b, c))])


def exact_select(case):
    c, a, b = (np.asarray(t.values) for t in case.inputs)
    if case.op == "SELECT" and c.ndim == 1 and a.ndim > 1:
        c = c.reshape(c.shape + (1,) * (a.ndim - 1))
    return [np.where(c, a, b)]


def coarse_difference(case):
    """LiteRT's SUB shifts by a negative number where the output's scale is that small."""
    if case.outputs[0].quant is None:
        return None
    most = max(float(t.quant.scale) for t in case.inputs)
    bits = 15 if case.inputs[0].type == I16 else 20
    return 24 if 2 * most >= 2 ** bits * float(case.outputs[0].quant.scale) else None


def squared_difference(m, type_):
    """Of int8 with output scales that LiteRT does not die of."""
    case = binary(m, "SQUARED_DIFFERENCE", type_, options_of("SquaredDifferenceOptions"))
    out = case.outputs[0]
    if out.quant is None:
        return case
    most = 2 * max(float(t.quant.scale) for t in case.inputs)
    scale = np.float32(max(float(out.quant.scale), most * most / 2 ** 13))
    return case._replace(outputs=[out._replace(quant=out.quant._replace(scale=scale))])


def saturated_quotient(case):
    """LiteRT's quantized quotients are not always right (docs/bugs.md)."""
    return 2 if case.outputs[0].quant is not None else None


ORDERED = [F32, F16, I32, I64, I8, U8, I16]
EXTREMES = [F32, F16, BF16, I8, U8, I16, I32, I64]
SELECTED = [F32, F16, I8, U8, I16, I32, I64, BOOL]

ENTRIES = [
    arithmetic("ADD", "AddOptions", [F32, F16, I32, I64, I8, U8, I16], np.add),
    arithmetic("SUB", "SubOptions", [F32, I32, I64, I8, U8, I16], np.subtract,
               wrong=coarse_difference),
    arithmetic("MUL", "MulOptions", [F32, F16, I32, U32, I64, I8, U8, I16, C64], np.multiply),
    arithmetic("DIV", "DivOptions", [F32, I32, I8, U8, I16], np.divide, wrong=saturated_quotient),
    plain("MAXIMUM", EXTREMES, np.maximum, "MaximumMinimumOptions", quantized=False),
    plain("MINIMUM", EXTREMES, np.minimum, "MaximumMinimumOptions", quantized=False),
    Entry("SQUARED_DIFFERENCE", [F32, I32, I8], squared_difference,
          exact.elementwise(lambda a, b: (a - b) ** 2)),
    floor_op("FLOOR_DIV", [F32, I32, I16, I8], np.floor_divide, (1, 9)),
    floor_op("FLOOR_MOD", [F32, I32, I64, I16, I8], np.mod, (-9, -1)),
    Entry("POW", [F32, I32], power, exact.elementwise(np.power), 2),
    plain("LOGICAL_AND", [BOOL], np.logical_and, "LogicalAndOptions"),
    plain("LOGICAL_OR", [BOOL], np.logical_or, "LogicalOrOptions"),
    comparison("EQUAL", np.equal, ORDERED + [BOOL]),
    comparison("NOT_EQUAL", np.not_equal, ORDERED + [BOOL]),
    comparison("LESS", np.less, ORDERED),
    comparison("LESS_EQUAL", np.less_equal, ORDERED),
    comparison("GREATER", np.greater, ORDERED),
    comparison("GREATER_EQUAL", np.greater_equal, ORDERED),
    Entry("ADD_N", [F32, I32], add_n, lambda c: [sum(exact.real(t) for t in c.inputs)]),
    Entry("SELECT", SELECTED, select, exact_select),
    Entry("SELECT_V2", SELECTED, select_v2, exact_select),
]
