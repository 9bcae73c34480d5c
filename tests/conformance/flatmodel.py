"""A .tflite as the flatbuffers object API of the LiteRT wheel sees it, and models cut out of it."""

import copy

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

OPERATORS = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
TYPES = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT32: np.int32,
    schema.TensorType.UINT8: np.uint8,
    schema.TensorType.INT64: np.int64,
    schema.TensorType.BOOL: np.bool_,
    schema.TensorType.INT16: np.int16,
    schema.TensorType.INT8: np.int8,
    schema.TensorType.COMPLEX64: np.complex64,
}


def pack(model):
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


class FlatModel:
    """One model; `graph` is its subgraph 0."""

    def __init__(self, data):
        self.data = data
        self.model = schema.ModelT.InitFromPackedBuf(bytearray(data), 0)
        self.graph = self.model.subgraphs[0]

    def operators(self):
        return list(self.graph.operators) if self.graph.operators is not None else []

    def name_of(self, operator):
        code = self.model.operatorCodes[operator.opcodeIndex]
        builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
        return code.customCode.decode() if builtin == 32 else OPERATORS[builtin]

    def tensor(self, index):
        return self.graph.tensors[index]

    def constant(self, index):
        """The tensor's values if it is a constant, else None."""
        tensor = self.tensor(index)
        data = self.model.buffers[tensor.buffer].data
        if data is None or len(data) == 0:
            return None
        shape = tensor.shape if tensor.shape is not None else []
        return np.frombuffer(bytes(data), TYPES[tensor.type]).reshape(shape)

    def scales(self, index):
        q = self.tensor(index).quantization
        return np.array(q.scale, np.float32) if q is not None and q.scale is not None else None

    def input_names(self):
        """The name that `samara run` takes for each graph input: the signature's, else the position."""
        names = {t: str(i) for i, t in enumerate(self.graph.inputs)}
        for entry in self._signature_entries("inputs"):
            names[entry.tensorIndex] = entry.name.decode()
        return [names[t] for t in self.graph.inputs]

    def output_tensors(self):
        """Tensor indices of the outputs in the order in which `samara run` writes them."""
        entries = self._signature_entries("outputs")
        return [e.tensorIndex for e in entries] if entries else list(self.graph.outputs)

    def _signature_entries(self, kind):
        signatures = self.model.signatureDefs
        if not signatures or signatures[0].subgraphIndex != 0:
            return []
        return getattr(signatures[0], kind)

    def computed_tensors(self):
        """Tensor indices that operators of the main graph write and that somebody reads: LiteRT
        leaves unused outputs of WHILE stale, and crashes when asked for tensors never written."""
        read = {i for op in self.operators() for i in op.inputs} | set(self.graph.outputs)
        return [o for op in self.operators() for o in op.outputs if o in read]

    def is_hybrid(self, operator):
        """Float activations with 8-bit weights, quantized on the fly."""
        if self.name_of(operator) not in (
            "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "BATCH_MATMUL",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
        ):
            return False
        first, second = operator.inputs[0], operator.inputs[1]
        return (
            self.tensor(first).type == schema.TensorType.FLOAT32
            and self.tensor(second).type == schema.TensorType.INT8
        )

    def is_integer_tensor(self, index):
        return self.tensor(index).type in (
            schema.TensorType.INT8, schema.TensorType.UINT8, schema.TensorType.INT16,
            schema.TensorType.INT32, schema.TensorType.INT64, schema.TensorType.BOOL,
        )

    def kind(self):
        """'dynamic range', 'integer', 'float16 weights' or 'float'."""
        operators = self.operators()
        if any(self.is_hybrid(o) for o in operators):
            return "dynamic range"
        quantized = {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "UNIDIRECTIONAL_SEQUENCE_LSTM"}
        for operator in operators:
            if self.name_of(operator) in quantized and self.is_integer_tensor(operator.inputs[0]):
                return "integer"
        if any(t.type == schema.TensorType.FLOAT16 for t in self.graph.tensors):
            return "float16 weights"
        return "float"

    def repaired(self):
        """A copy whose biases have quantized dimension 0, the only one that they have."""
        changed = FlatModel(self.data)
        for tensor in changed.graph.tensors:
            if tensor.shape is not None and len(tensor.shape) == 1 and tensor.quantization is not None:
                tensor.quantization.quantizedDimension = 0
        return FlatModel(changed.pack())

    def with_inputs(self, indices):
        """A copy that begins at these tensors: operators that only they depend on are gone."""
        rest = FlatModel(self.data)
        graph = rest.graph
        known = set(indices)
        kept, reachable = [], set(indices)
        for operator in rest.operators():
            outputs = set(operator.outputs)
            if outputs & known:
                continue
            if any(i in reachable for i in operator.inputs):
                kept.append(operator)
                reachable |= outputs
        graph.operators = kept
        graph.inputs = np.array(list(indices), np.int32)
        graph.outputs = np.array([o for o in graph.outputs if o in reachable], np.int32)
        rest.model.signatureDefs = []
        return FlatModel(rest.pack())

    def one_operator(self, operator):
        """A model of this operator alone; its constants stay, its other inputs are the graph's."""
        used = dict.fromkeys(i for i in [*operator.inputs, *operator.outputs] if i >= 0)
        number = {old: new for new, old in enumerate(used)}
        buffers, tensors = [schema.BufferT()], []
        for old in used:
            tensor = copy.copy(self.tensor(old))
            content = self.model.buffers[tensor.buffer]
            constant = content.data is not None and len(content.data) > 0
            tensor.buffer = len(buffers) if constant else 0
            buffers += [content] if constant else []
            tensors.append(tensor)
        alone = copy.copy(operator)
        alone.opcodeIndex = 0
        alone.inputs = np.array([number.get(i, -1) for i in operator.inputs], np.int32)
        alone.outputs = np.array([number[i] for i in operator.outputs], np.int32)
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = tensors, [alone]
        graph.inputs = np.array([number[i] for i in used if i in list(operator.inputs)
                                 and self.constant(i) is None and not self.tensor(i).isVariable],
                                np.int32)
        graph.outputs = alone.outputs
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [graph], buffers
        model.operatorCodes = [self.model.operatorCodes[operator.opcodeIndex]]
        return FlatModel(pack(model))

    def pack(self):
        return pack(self.model)
