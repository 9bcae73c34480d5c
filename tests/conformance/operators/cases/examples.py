"""ParseExample and ParseExampleV2, which LiteRT's resolver lacks: serialized tf.Examples, judged by what
was serialized."""

import numpy as np
from flatbuffers import flexbuffers

from operators.case import F32, I64, NUMPY, STRING, Case
from operators.cases.tokens import objects
from operators.registry import Entry

LISTS = {STRING: 1, F32: 2, I64: 3}


def varint(value):
    value, out = value & (1 << 64) - 1, []
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + [value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def feature(m, type_, values):
    """A list of one type; numbers packed, or each a field of its own."""
    if type_ == STRING:
        inner = b"".join(field(1, v) for v in values)
    elif type_ == F32:
        packed = np.asarray(values, np.float32)
        inner = field(1, packed.tobytes()) if m.chance(0.7) else b"".join(
            varint(1 << 3 | 5) + v.tobytes() for v in packed)
    else:
        numbers = [varint(int(v)) for v in values]
        inner = field(1, b"".join(numbers)) if m.chance(0.7) else b"".join(varint(8) + n for n in numbers)
    return field(LISTS[type_], inner)


def example(entries):
    return field(1, b"".join(field(1, field(1, key) + field(2, value)) for key, value in entries))


def attribute(key, value):
    return field(5, field(1, key) + field(2, value))


class Raw(str):
    """A text of any bytes, as a serialized message is to flexbuffers."""

    def encode(self, *_):
        return bytes(map(ord, self))


def options(sparse, shapes):
    """As TensorFlow's converter writes them: the name of the node and the node."""
    shapes = b"".join(field(7, b"".join(field(2, varint(8) + varint(d)) for d in s)) for s in shapes)
    number = varint(3 << 3) + varint(sparse)
    node = attribute(b"Nsparse", number) + attribute(b"num_sparse", number)
    node += attribute(b"dense_shapes", field(1, shapes))
    builder = flexbuffers.Builder()
    with builder.Vector():
        builder.String("ParseExample")
        builder.String(Raw(node.decode("latin1")))
    return bytes(builder.Finish())


def values(m, type_, count):
    if type_ == STRING:
        return [m.values(STRING, (1,))[0] for _ in range(count)]
    low, high = (-(1 << 40), 1 << 40) if type_ == I64 else (None, None)
    return list(m.values(type_, (count,), low, high))


def tensor(type_, rows, shape):
    rows = objects(rows) if type_ == STRING else np.array(rows, NUMPY[type_])
    return rows.reshape(shape)


def parse(m, op):
    """The case, and what comes out."""
    scalar, count = m.chance(0.2), m.number(1, 4)
    count = 1 if scalar else count
    sparse = [m.pick(list(LISTS)) for _ in range(m.number(0, 3))]
    dense = [(m.pick(list(LISTS)), m.shape(0, 2, 4)) for _ in range(m.number(0 if sparse else 1, 3))]
    names = [b"feature %d" % i for i in range(len(sparse) + len(dense))]
    lists = [[] for _ in range(count)]
    want_sparse, want_dense, defaults = [], [], []
    for name, type_ in zip(names, sparse):
        rows = [values(m, type_, m.number(0, 4)) for _ in range(count)]
        for into, row in zip(lists, rows):
            if row or m.chance(0.5):
                into.append((name, feature(m, type_, row)))
        flat = [v for row in rows for v in row]
        places = [(e, k) for e, row in enumerate(rows) for k in range(len(row))]
        want_sparse.append((np.array(places, np.int64).reshape(-1, 2), tensor(type_, flat, (len(flat),)),
                            np.array([count, max(map(len, rows))], np.int64)))
    for name, (type_, shape) in zip(names[len(sparse):], dense):
        each = int(np.prod(shape))
        defaults.append(m.constant(type_, tensor(type_, values(m, type_, each), (each,))))
        rows = []
        for into in lists:
            row = values(m, type_, each) if m.chance(0.7) else None
            if row is not None:
                into.append((name, feature(m, type_, row)))
            rows += list(defaults[-1].values) if row is None else row
        want_dense.append(tensor(type_, rows, (() if scalar else (count,)) + shape))
    texts = objects([example(entries) for entries in lists]).reshape(() if scalar else (count,))
    outputs = [m.output(I64, (1, 2)) for _ in sparse] + [m.output(t) for t in sparse]
    outputs += [m.output(I64, (2,)) for _ in sparse]
    outputs += [m.output(t, (1,) + s) for t, s in dense]
    want = [s[part] for part in range(3) for s in want_sparse] + want_dense

    def keys(some):
        return [m.constant(STRING, objects(some))]
    first, rest = names[:len(sparse)], names[len(sparse):]
    inputs = [m.constant(STRING, texts), m.constant(STRING, objects([], (0,)))]
    if op == "ParseExampleV2":
        inputs += keys(first) + keys(rest) + keys([])
    else:
        inputs += [k for name in names for k in keys([name])]
    case = Case(op, None, inputs + defaults, outputs, custom=options(len(sparse), [s for _, s in dense]))
    return case, want


WANT = {}  # what comes out of each case; the case itself, so that its id stays its own


def entry(op):
    def make(m, _kind):
        case, want = parse(m, op)
        WANT[id(case)] = case, want
        return case

    return Entry(op, [STRING], make, exact=lambda case: WANT[id(case)][1])


ENTRIES = [entry("ParseExample"), entry("ParseExampleV2")]
