"""Random LSTM layers: LiteRT's reference against Samara, in all three forms.

    python lstm_cases.py [--samara build/release/bin/samara] [--seed 1] [-n 40]
    python lstm_cases.py --store src/engine/ops/testdata --seed 3 -n 4

Integer outputs are equal, float ones within 1e-5 of the range, hybrid ones within 1e-3 (a hidden
state that lies between two quanta may fall to either side in the last bit of a float sum).
"""

import argparse
import pathlib
import sys

import numpy as np

import oracle
from conformance import distance
from flatmodel import FlatModel, pack, schema
from samara import Samara

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
T = schema.TensorType
TOLERANCE = {"float": 1e-5, "hybrid": 1e-3, "integer": 0.0}


class Builder:
    def __init__(self):
        self.graph = schema.SubGraphT()
        self.graph.tensors = []
        self.buffers = [schema.BufferT()]

    def tensor(self, kind, shape, values=None, scale=None, zero=0, variable=False):
        tensor = schema.TensorT()
        tensor.name = f"t{len(self.graph.tensors)}".encode()
        tensor.type, tensor.shape, tensor.isVariable = kind, np.array(shape, np.int32), variable
        if scale is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [zero]
        tensor.buffer = 0
        if values is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1


def case(r, form):
    """(model bytes, input) of one random layer."""
    steps, batch, depth, cells = (int(r.integers(1, 6)), int(r.integers(1, 4)),
                                  int(r.integers(1, 20)), int(r.integers(1, 24)))
    coupled, peephole, projected = r.random() < 0.3, r.random() < 0.4, r.random() < 0.4
    norm = r.random() < 0.4
    # LiteRT takes the outputs' number for the cells' there (docs/bugs.md).
    peephole = peephole and not (form == "integer" and projected)
    time_major = bool(r.random() < 0.5)
    output = int(r.integers(1, 16)) if projected else cells
    b = Builder()
    activation = T.INT8 if form == "integer" else T.FLOAT32

    def weights(*shape):
        if form == "float":
            return b.tensor(T.FLOAT32, shape, r.uniform(-0.6, 0.6, shape).astype(np.float32))
        values = r.integers(-127, 128, shape).astype(np.int8)
        return b.tensor(T.INT8, shape, values, scale=float(r.uniform(0.002, 0.01)))

    def vector(length):
        if form == "integer":
            values = r.integers(-32767, 32768, length).astype(np.int16)
            return b.tensor(T.INT16, [length], values, scale=float(r.uniform(1e-6, 3e-5)))
        return weights(length)

    def bias(length):
        if form == "integer":
            return b.tensor(T.INT32, [length], r.integers(-2000, 2000, length).astype(np.int32), scale=1e-4)
        return b.tensor(T.FLOAT32, [length], r.uniform(-0.5, 0.5, length).astype(np.float32))

    shape = [steps, batch, depth] if time_major else [batch, steps, depth]
    x = b.tensor(activation, shape, scale=0.02 if form == "integer" else None, zero=int(r.integers(-20, 20)))
    gates = range(1 if coupled else 0, 4)
    inputs = [x] + [-1] * 23
    for gate in gates:
        inputs[1 + gate] = weights(cells, depth)
        inputs[5 + gate] = weights(cells, output)
        inputs[12 + gate] = bias(cells)
        if norm and form == "integer":
            values = r.integers(8000, 32767, cells).astype(np.int16)
            inputs[20 + gate] = b.tensor(T.INT16, [cells], values, scale=float(r.uniform(2e-5, 6e-5)))
        elif norm:
            inputs[20 + gate] = b.tensor(T.FLOAT32, [cells], r.uniform(0.5, 1.5, cells).astype(np.float32))
        if peephole and gate != 2:
            inputs[{0: 9, 1: 10, 3: 11}[gate]] = vector(cells)
    if projected:
        inputs[16] = weights(output, cells)
        if r.random() < 0.5 and form != "integer":
            inputs[17] = bias(output)
    scale, zero = 0.008, int(r.integers(-10, 10))
    quantized = {"scale": scale, "zero": zero} if form == "integer" else {}
    inputs[18] = b.tensor(activation, [batch, output], variable=True, **quantized)
    cell = {"scale": 2.0 ** -11} if form == "integer" else {}
    inputs[19] = b.tensor(T.INT16 if form == "integer" else T.FLOAT32, [batch, cells], variable=True, **cell)
    result = b.tensor(activation, shape[:2] + [output], **quantized)
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, np.array(inputs, np.int32), [result]
    if form == "integer":
        hidden = {"scale": 0.0078, "zero": int(r.integers(-5, 5))} if projected else quantized
        gate_scale = float(r.uniform(1e-4, 4e-4)) if norm else 2.0 ** -12
        operator.intermediates = [b.tensor(T.INT16, [0], scale=gate_scale) for _ in range(4)]
        operator.intermediates.append(b.tensor(T.INT8, [0], **hidden))
    options = schema.UnidirectionalSequenceLSTMOptionsT()
    options.fusedActivationFunction = schema.ActivationFunctionType.TANH
    options.timeMajor, options.asymmetricQuantizeInputs = time_major, bool(r.random() < 0.5)
    options.cellClip = float(r.choice([0.0, 1.5]))
    options.projClip = float(r.choice([0.0, 0.4])) if projected else 0.0
    operator.builtinOptions = options
    operator.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
    b.graph.inputs, b.graph.outputs, b.graph.operators = [x], [result], [operator]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = 44
    code.version = 1
    model = schema.ModelT()
    model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [b.graph], b.buffers, [code]
    kind = np.int8 if form == "integer" else np.float32
    value = r.integers(-128, 128, shape) if form == "integer" else r.uniform(-1, 1, shape)
    about = f"{form} {'coupled ' * coupled}{'peephole ' * peephole}{'projected ' * projected}{'norm' * norm}"
    return pack(model), value.astype(kind), about


def with_case(data, x, want):
    """The model with its input and LiteRT's output as metadata, for tests without LiteRT."""
    model = FlatModel(data).model
    model.metadata = []
    for name, values in (("test_input", x), ("test_expected", want)):
        buffer, entry = schema.BufferT(), schema.MetadataT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        entry.name, entry.buffer = name, len(model.buffers)
        model.buffers.append(buffer)
        model.metadata.append(entry)
    return pack(model)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", type=int, default=40, help="cases of each form")
    parser.add_argument("--store", help="write the cases to this folder instead of judging them")
    options = parser.parse_args()
    samara = Samara(options.samara)
    passed = failed = skipped = 0
    for form, tolerance in TOLERANCE.items():
        for number in range(options.n):
            data, x, about = case(np.random.default_rng([options.seed, number, tolerance > 0, form == "float"]), form)
            output = FlatModel(data).graph.outputs[0]
            try:
                want = oracle.run(data, oracle.REFERENCE, [[x]], [output])[0][output]
            except oracle.Refused as refusal:
                print(f"skipped {number} {about}: LiteRT: {str(refusal)[:80]}")
                skipped += 1
                continue
            if options.store:
                path = pathlib.Path(options.store) / f"lstm_{form}_{number}.tflite"
                path.write_bytes(with_case(data, x, want))
                passed += 1
                continue
            got = samara.run(data, ["0"], [x], False)[0]
            error, unequal = distance(got, want)
            good = error <= tolerance and (tolerance > 0 or unequal == 0)
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"FAIL {number} {about}: error {error:.3g}, unequal {unequal:.3g}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if failed == 0 and passed else 1)


if __name__ == "__main__":
    main()
