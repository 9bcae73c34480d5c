"""Small valid models, one operator each, out of the conformance harness; and their copies to abuse."""

import itertools
import pathlib
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
import flatbuffers  # noqa: E402
import numpy as np  # noqa: E402
from ai_edge_litert import schema_py_generated as schema  # noqa: E402
from operators import registry  # noqa: E402
from operators.case import build  # noqa: E402
from operators.maker import Maker  # noqa: E402
import own  # noqa: E402

_TRIES = 12
_NAMES = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}


def pack(model):
    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class Copy:
    """An unpacked model that may be changed, with the operator that is to be abused."""

    def __init__(self, data, op):
        self.op = op
        self.model = schema.ModelT.InitFromPackedBuf(bytearray(data), 0)
        self.graph, self.operator = self._find(op)

    def _find(self, op):
        for graph in self.model.subgraphs:
            for operator in graph.operators:
                if self.name_of(operator) == op:
                    return graph, operator
        return self.model.subgraphs[0], self.model.subgraphs[0].operators[0]

    def name_of(self, operator):
        code = self.model.operatorCodes[operator.opcodeIndex]
        builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
        return code.customCode.decode() if builtin == 32 else _NAMES.get(builtin, "")

    @property
    def code(self):
        return self.model.operatorCodes[self.operator.opcodeIndex]

    def tensor(self, index):
        return self.graph.tensors[index]

    def inputs(self):
        """Numbers of the tensors that the operator reads, each once."""
        return list(dict.fromkeys(int(i) for i in self.operator.inputs if i >= 0))

    def outputs(self):
        return [int(o) for o in self.operator.outputs]

    def data(self, index):
        """A constant's bytes, or None."""
        buffer = self.model.buffers[self.tensor(index).buffer]
        return bytes(buffer.data) if buffer.data is not None and len(buffer.data) else None

    def constants(self):
        return [i for i in self.inputs() if self.data(i) is not None]

    def set_data(self, index, data):
        """Makes a tensor a constant of these bytes."""
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self.tensor(index).buffer = len(self.model.buffers)
        self.model.buffers.append(buffer)
        self.graph.inputs = np.array([i for i in self.graph.inputs if i != index], np.int32)

    def options(self):
        """The operator's table of either union, or None."""
        return self.operator.builtinOptions or self.operator.builtinOptions2

    def pack(self):
        return pack(self.model)


class Specimen:
    def __init__(self, op, kind, data):
        self.op, self.kind, self.data = op, kind, data

    def copy(self):
        return Copy(self.data, self.op)


def specimen_of(server, entry, kind):
    """The smallest of a few cases that run; None where none does."""
    best = None
    for number in range(_TRIES):
        seed = [1, zlib.crc32(f"{entry.op} {registry.label(kind)}".encode()), number]
        data = build(entry.make(Maker(seed), kind))
        if (best is None or len(data) < len(best)) and server.ask(data)[0] == "ok":
            best = data
    return best and Specimen(entry.op, registry.label(kind), best)


def specimens(server, op, most):
    """Valid models of an operator, of `most` of its types."""
    kinds = [(e, k) for e in (*registry.entries(), *own.ENTRIES) if e.op == op for k in e.kinds]
    found = (specimen_of(server, e, k) for e, k in kinds)
    return list(itertools.islice(filter(None, found), most))
