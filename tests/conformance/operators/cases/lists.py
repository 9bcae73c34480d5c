"""Lists of tensors (variants), and poses: custom operators that no LiteRT resolver has, judged by
computations of our own."""

import numpy as np
from flatbuffers import flexbuffers

from operators.case import BOOL, F32, I8, I16, I32, I64, T, U8, Case, Node
from operators.registry import Entry

KINDS = [F32, I8, U8, I16, I32, I64, BOOL]
_KEYPOINTS, _SHORT, _MID = 17, 34, 64


class Lists:
    """A chain of operators on lists of one shape of elements, to which the operator in question belongs."""

    def __init__(self, m, kind):
        self.m, self.kind = m, kind
        self.size, self.shape = m.number(1, 5), m.shape(0, 3, 4)
        self.known = m.constant(I32, np.array(self.shape, np.int32))
        self.nodes, self.inputs, self.outputs = [], [], []

    def fed(self, type_, shape, **limits):
        self.inputs.append(self.m.input(type_, shape, **limits))
        return self.inputs[-1]

    def element(self):
        return self.fed(self.kind, self.shape)

    def number(self, value):
        self.inputs.append(self.m.constant(I32, value)._replace(constant=False))
        return self.inputs[-1]

    def add(self, op, inputs, outputs, custom=None):
        self.nodes.append(Node(op, None, inputs, outputs, 1, custom))
        return outputs[0]

    def list(self, op, inputs, custom=None):
        return self.add(op, inputs, [self.m.output(T.VARIANT, ())], custom)

    def given(self):
        return self.list("TensorListFromTensor", [self.fed(self.kind, (self.size, *self.shape)), self.known])

    def give(self, op, inputs, type_):
        self.outputs.append(self.add(op, inputs, [self.m.output(type_)]))

    def stack(self, of):
        self.give("TensorListStack", [of, self.known], self.kind)

    def case(self, op):
        return Case(op, None, self.inputs, self.outputs, nodes=self.nodes)


def case_of(op, make):
    def made(m, kind):
        lists = Lists(m, kind)
        make(lists)
        return lists.case(op)
    return made


def reserve(lists):
    lists.stack(lists.list("TensorListReserve", [lists.known, lists.number(lists.size)],
                           bytes([lists.kind])))


def pop_back(lists):
    of, rest, last = lists.given(), lists.m.output(T.VARIANT, ()), lists.m.output(lists.kind)
    lists.add("TensorListPopBack", [of, lists.known], [rest, last])
    lists.outputs.append(last)
    lists.stack(rest)


def get_item(lists):
    of = lists.given()
    at = lists.number(lists.m.number(0, lists.size - 1))
    lists.give("TensorListGetItem", [of, at, lists.known], lists.kind)


def set_item(lists):
    of = lists.given()
    at = lists.number(lists.m.number(0, lists.size + 1))
    lists.stack(lists.list("TensorListSetItem", [of, at, lists.element()]))


def set_to(x, index, item):
    grown = np.zeros((max(len(x), int(index) + 1), *item.shape), x.dtype)
    grown[:len(x)] = x
    grown[int(index)] = item
    return [grown]


def exact_of(compute):
    """What is fed in order, as arguments."""
    return lambda case: compute(*(t.values for t in case.inputs))


def entry(op, make, compute, kinds=None):
    return Entry(op, kinds or KINDS, case_of(op, make), exact=exact_of(compute))


def exact_shape(case):
    return [np.array(case.inputs[0].shape[1:], np.int32)]


def exact_reserve(case):
    node = case.nodes[0]
    shape = tuple(int(d) for d in node.inputs[0].values)
    return [np.zeros((int(case.inputs[0].values), *shape))]


def poses(m, kind):
    """At most one person: all keypoints at one place of the maps, and no edge leads elsewhere."""
    side, stride = m.number(2, 9), m.number(1, 16)
    heat = np.full((1, side, side, _KEYPOINTS), -20, np.float32)
    if m.chance(0.9):
        heat[0, m.number(0, side - 1), m.number(0, side - 1)] = m.rng.uniform(0.5, 6)
    maps = [heat, np.zeros((1, side, side, _SHORT), np.float32), np.zeros((1, side, side, _MID), np.float32)]
    custom = bytes(flexbuffers.Dumps({"max_detections": m.number(1, 4), "score_threshold": 0.5,
                                      "stride": stride, "nms_radius": 8.0}))
    return Case("PosenetDecoderOp", None, [m.given(F32, one, 0) for one in maps],
                [m.output(F32) for _ in range(4)], custom=custom)


def exact_poses(case):
    heat, options = case.inputs[0].values[0].astype(np.float64), flexbuffers.Loads(case.custom)
    most = options["max_detections"]
    at, scores, total = np.zeros((1, most, 17, 2)), np.zeros((1, most, 17)), np.zeros((1, most))
    y, x = np.unravel_index(np.argmax(heat[..., 0]), heat.shape[:2])
    score = 1 / (1 + np.exp(-heat[y, x, 0]))
    found = score > options["score_threshold"]
    if found:
        at[0, 0], scores[0, 0], total[0, 0] = np.array([y, x]) * options["stride"], score, score
    return [at, scores, total, np.array([float(found)])]


ENTRIES = [
    entry("TensorListFromTensor", lambda l: l.stack(l.given()), lambda x: [x]),
    entry("TensorListStack", lambda l: l.stack(l.given()), lambda x: [x]),
    entry("TensorListLength", lambda l: l.give("TensorListLength", [l.given()], I32),
          lambda x: [np.array(len(x), np.int32)]),
    Entry("TensorListElementShape", KINDS,
          case_of("TensorListElementShape", lambda l: l.give("TensorListElementShape", [l.given()], I32)),
          exact=exact_shape),
    entry("TensorListGetItem", get_item, lambda x, i: [x[int(i)]]),
    entry("TensorListSetItem", set_item, set_to),
    entry("TensorListPushBack", lambda l: l.stack(l.list("TensorListPushBack", [l.given(), l.element()])),
          lambda x, item: [np.concatenate([x, item[None]])]),
    entry("TensorListPopBack", pop_back, lambda x: [x[-1], x[:-1]]),
    Entry("TensorListReserve", KINDS, case_of("TensorListReserve", reserve), exact=exact_reserve),
    entry("VariantAddN", lambda l: l.stack(l.list("VariantAddN", [l.given(), l.given()])),
          lambda x, y: [x + y], [F32, I32]),
    entry("VariantZerosLike", lambda l: l.stack(l.list("VariantZerosLike", [l.given()])),
          lambda x: [np.zeros_like(x)]),
    Entry("PosenetDecoderOp", [F32], poses, exact=exact_poses),
]
