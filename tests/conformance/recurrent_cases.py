"""Random recurrent layers: LiteRT's reference against Samara.

    python recurrent_cases.py [--samara build/release/bin/samara] [--ops RNN,SVDF] [--seed 1] [-n 40]
    python recurrent_cases.py --store src/engine/ops/testdata --seed 3 -n 2

A model has the layer several times, one after the other over the same state, so that what a run
leaves behind shows in the next. Integer outputs are equal, float ones within 1e-5 of the range,
hybrid ones within 1e-3 (a state that lies between two quanta may fall to either side in the last
bit of a float sum). With --store a case is the layer once, its inputs and what LiteRT gave for each
of several runs.
"""

import argparse
import collections
import pathlib
import sys

import numpy as np

import oracle
from conformance import distance
from flatmodel import FlatModel, pack, schema
from lstm_cases import Builder, with_case
from samara import Failed, Samara

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
T = schema.TensorType
A = schema.ActivationFunctionType
RUNS = 3
TOLERANCE = {"float": 1e-5, "hybrid": 1e-3, "integer": 0.0}
KIND = {T.FLOAT32: np.float32, T.INT8: np.int8, T.UINT8: np.uint8, T.INT16: np.int16}
# What varies: shape, quantization and values of each run's input.
Input = collections.namedtuple("Input", "type shape quant values")
Layer = collections.namedtuple("Layer", "op form options inputs operands outputs about")


class Maker(Builder):
    """Builds one model; a layer's operands come from make(), inputs stand as Input."""

    def __init__(self, r, form, wide=T.INT8):
        super().__init__()
        self.r, self.form, self.wide = r, form, wide

    def weights(self, *shape, limit=0.6):
        if self.form == "float":
            return self.tensor(T.FLOAT32, shape, self.floats(shape, limit))
        values = self.r.integers(-127, 128, shape).astype(np.int8)
        return self.tensor(self.wide, shape, values, scale=float(self.r.uniform(0.2, 1) * limit / 64))

    def floats(self, shape, limit=0.5):
        return self.r.uniform(-limit, limit, shape).astype(np.float32)

    def bias(self, length):
        return self.tensor(T.FLOAT32, [length], self.floats([length]))

    def state(self, *shape):
        return self.tensor(T.FLOAT32, shape, variable=True)

    def input(self, *shape):
        values = [self.floats(shape, 1.0) for _ in range(RUNS)]
        if self.r.random() < 0.2:
            values[0] = np.zeros(shape, np.float32)
        return Input(T.FLOAT32, shape, None, values)


def activation(r):
    return int(r.choice([A.NONE, A.RELU, A.RELU_N1_TO_1, A.RELU6, A.TANH]))


def options(name, **fields):
    table = getattr(schema, name + "T")()
    for key, value in fields.items():
        setattr(table, key, value)
    return name, table


def old_bytes(r):
    """8-bit weights as old converters mark them, or as newer ones do."""
    return T.UINT8 if r.random() < 0.3 else T.INT8


def svdf(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, depth, units, memory, rank = (int(r.integers(1, n)) for n in (4, 20, 12, 9, 4))
    filters = units * rank
    biased = r.random() < 0.6
    if form == "integer":
        quant = {"scale": float(r.uniform(0.005, 0.05)), "zero": int(r.integers(-20, 20))}
        values = [r.integers(-128, 128, (batch, depth)).astype(np.int8) for _ in range(RUNS)]
        x = Input(T.INT8, (batch, depth), quant, values)
        feature = m.tensor(T.INT8, [filters, depth], r.integers(-127, 128, (filters, depth)).astype(np.int8), scale=0.01)
        time = m.tensor(T.INT16, [filters, memory], r.integers(-32767, 32768, (filters, memory)).astype(np.int16),
                        scale=float(r.uniform(1e-5, 5e-5)))
        bias = m.tensor(T.INT32, [units], r.integers(-30000, 30000, units).astype(np.int32), scale=1e-6)
        state = m.tensor(T.INT16, [batch, memory * filters], scale=float(r.uniform(1e-4, 1e-3)), variable=True)
        out = (T.INT8, (batch, units), {"scale": float(r.uniform(0.01, 0.05)), "zero": -128})
    else:
        x, feature, time = m.input(batch, depth), m.weights(filters, depth), m.weights(filters, memory)
        bias, state = m.bias(units), m.state(batch, memory * filters)
        out = (T.FLOAT32, (batch, units), None)
    kind = A.RELU if form == "integer" else activation(r)
    table = options("SVDFOptions", rank=rank, fusedActivationFunction=kind,
                    asymmetricQuantizeInputs=bool(r.random() < 0.5))
    return m, Layer(27, form, table, [x], [x, feature, time, bias if biased else -1, state], [out], f"rank {rank}")


def rnn(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, depth, units = (int(r.integers(1, n)) for n in (4, 20, 16))
    x = m.input(batch, depth)
    table = options("RNNOptions", fusedActivationFunction=activation(r),
                    asymmetricQuantizeInputs=bool(r.random() < 0.5))
    operands = [x, m.weights(units, depth), m.weights(units, units, limit=0.3), m.bias(units), m.state(batch, units)]
    return m, Layer(24, form, table, [x], operands, [(T.FLOAT32, (batch, units), None)], "")


def sequence_rnn(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, steps, depth, units = (int(r.integers(1, n)) for n in (4, 6, 20, 16))
    time_major = bool(r.random() < 0.5)
    ends = [steps, batch] if time_major else [batch, steps]
    x = m.input(*ends, depth)
    table = options("SequenceRNNOptions", timeMajor=time_major, fusedActivationFunction=activation(r),
                    asymmetricQuantizeInputs=bool(r.random() < 0.5))
    operands = [x, m.weights(units, depth), m.weights(units, units, limit=0.3), m.bias(units), m.state(batch, units)]
    return m, Layer(35, form, table, [x], operands, [(T.FLOAT32, (*ends, units), None)], f"time major {time_major}")


def two_sided_rnn(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, steps, depth, forward, backward = (int(r.integers(1, n)) for n in (4, 6, 20, 16, 16))
    time_major, merged = bool(r.random() < 0.5), bool(r.random() < 0.5)
    # By batch, LiteRT's backward cell ignores an auxiliary input without weights (docs/bugs.md).
    aux = r.choice(["", "weights", "input"] if time_major else ["", "weights"])
    if form == "hybrid" and time_major:
        steps = 1  # LiteRT runs through the sequence once for each of its steps (docs/bugs.md)
    ends = [steps, batch] if time_major else [batch, steps]
    x = m.input(*ends, depth)
    operands = [x]
    for units in (forward, backward):
        operands += [m.weights(units, depth), m.weights(units, units, limit=0.3), m.bias(units), m.state(batch, units)]
    inputs = [x]
    if aux:
        # LiteRT takes the input's depth for the auxiliary input's, but for float by batch.
        own = form == "float" and not time_major and aux == "weights"
        inputs.append(m.input(*ends, int(r.integers(1, 20)) if own else depth))
        deep = inputs[1].shape[2]
        operands += [inputs[1]] + ([m.weights(forward, deep), m.weights(backward, deep)] if aux == "weights" else [-1, -1])
    else:
        operands += [-1, -1, -1]
    table = options("BidirectionalSequenceRNNOptions", timeMajor=time_major, mergeOutputs=merged,
                    fusedActivationFunction=activation(r), asymmetricQuantizeInputs=bool(r.random() < 0.5))
    wide = [forward + backward] if merged else [forward, backward]
    outputs = [(T.FLOAT32, (*ends, w), None) for w in wide]
    return m, Layer(46, form, table, inputs, operands, outputs, f"time major {time_major} merged {merged} aux {aux}")


def model_of(m, layer, runs):
    """The layer `runs` times over the same constants and states, as bytes, and all inputs."""
    inputs, outputs, operators, values = [], [], [], []
    for run in range(runs):
        place = {}
        for x in layer.inputs:
            place[id(x)] = m.tensor(x.type, x.shape, **(x.quant or {}))
            inputs.append(place[id(x)])
            values.append(x.values[run])
        operator = schema.OperatorT()
        operator.opcodeIndex = 0
        operator.inputs = np.array([place[id(o)] if isinstance(o, Input) else o for o in layer.operands], np.int32)
        operator.outputs = [m.tensor(t, s, **(q or {})) for t, s, q in layer.outputs]
        name, operator.builtinOptions = layer.options
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        if hasattr(m, "intermediates"):
            operator.intermediates = m.intermediates
        outputs += operator.outputs
        operators.append(operator)
    m.graph.inputs, m.graph.outputs, m.graph.operators = inputs, outputs, operators
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = layer.op
    code.version = 1
    model = schema.ModelT()
    model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [m.graph], m.buffers, [code]
    return pack(model), values, outputs


CASES = {
    "SVDF": (svdf, ("float", "hybrid", "integer")),
    "RNN": (rnn, ("float", "hybrid")),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (sequence_rnn, ("float", "hybrid")),
    "BIDIRECTIONAL_SEQUENCE_RNN": (two_sided_rnn, ("float", "hybrid")),
}


def judge(samara, data, values, outputs, form):
    """What is wrong, or nothing. Raises oracle.Refused."""
    want = oracle.run(data, oracle.REFERENCE, [values], outputs)[0]
    try:
        got = samara.run(data, [str(i) for i in range(len(values))], values, False)
    except Failed as error:
        return str(error)
    if [g.shape for g in got] != [want[i].shape for i in outputs]:
        return f"shapes {[g.shape for g in got]}"
    # Of all runs together: a run may leave next to nothing, and then rounding is all there is.
    error, unequal = distance(np.concatenate([g.ravel() for g in got]),
                              np.concatenate([want[i].ravel() for i in outputs]))
    wrong = error > TOLERANCE[form] or (form == "integer" and unequal)
    return f"error {error:.3g}, unequal {unequal:.3g}" if wrong else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--ops", default=",".join(CASES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", type=int, default=40, help="cases of each operator and form")
    parser.add_argument("--store", help="write cases of one run to this folder instead of judging them")
    arguments = parser.parse_args()
    samara = Samara(arguments.samara)
    passed = failed = skipped = 0
    for name in arguments.ops.split(","):
        make, forms = CASES[name]
        for form in forms:
            for number in range(arguments.n):
                seed = [arguments.seed, number, *name.encode(), *form.encode()]
                m, layer = make(np.random.default_rng(seed), form)
                data, values, outputs = model_of(m, layer, 1 if arguments.store else RUNS)
                try:
                    if arguments.store:
                        path = pathlib.Path(arguments.store) / f"{name.lower()}_{form}_{number}.tflite"
                        path.write_bytes(stored(data, layer, outputs))
                        problem = ""
                    else:
                        problem = judge(samara, data, values, outputs, form)
                except oracle.Refused as refusal:
                    print(f"skipped {name} {form} {number} {layer.about}: LiteRT: {str(refusal)[:100]}")
                    skipped += 1
                    continue
                passed, failed = passed + (not problem), failed + bool(problem)
                if problem:
                    print(f"FAIL {name} {form} {number} {layer.about}: {problem}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if failed == 0 and passed else 1)


def stored(data, layer, outputs):
    """The model with the inputs of all runs and LiteRT's outputs of each as metadata."""
    inputs = [list(values) for values in zip(*(x.values for x in layer.inputs))]
    results = oracle.run(data, oracle.REFERENCE, inputs, outputs, keep_state=True)
    x = b"".join(v.tobytes() for run in inputs for v in run)
    want = b"".join(run[o].tobytes() for run in results for o in outputs)
    return with_case(data, np.frombuffer(x, np.uint8), np.frombuffer(want, np.uint8))


if __name__ == "__main__":
    main()
