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
TOLERANCE = {"float": 1e-5, "hybrid": 1e-3, "integer": 0.0, "wide": 2e-3}
KIND = {T.FLOAT32: np.float32, T.INT8: np.int8, T.UINT8: np.uint8, T.INT16: np.int16}
# What varies: shape, quantization and values of each run's input.
Input = collections.namedtuple("Input", "type shape quant values")
# `exact`: the real outputs of all runs, where LiteRT cannot tell.
Layer = collections.namedtuple("Layer", "op form options inputs operands outputs about exact", defaults=(None,))


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
        batch = 1 if merged else batch  # else it dies
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


def widths(r, diagonal=False):
    """(cells, outputs, whether projected)"""
    cells, projected = int(r.integers(1, 20)), bool(r.random() < 0.4)
    # LiteRT writes beyond its memory where there are more outputs than cells (docs/bugs.md).
    return cells, int(r.integers(1, cells + 1)) if projected and not diagonal else cells, projected


def cell_of(m, r, depth, width, aux=0, norm=False, diagonal=False):
    """(operands 1 to 17, auxiliary weights, normalisation weights) of an LSTM cell."""
    cells, output, projected = width
    coupled, peephole = r.random() < 0.3, r.random() < 0.4
    operands, extra, scales = [-1] * 17, [-1] * 4, [-1] * 4
    for gate in range(1 if coupled else 0, 4):
        operands[gate] = m.weights(cells, depth)
        if diagonal:
            operands[4 + gate] = m.tensor(T.FLOAT32, [cells], m.floats([cells]))
        else:
            operands[4 + gate] = m.weights(cells, output)
        operands[11 + gate] = m.bias(cells)
        if aux:
            extra[gate] = m.weights(cells, aux)
        if norm:
            scales[gate] = m.tensor(T.FLOAT32, [cells], r.uniform(0.5, 1.5, cells).astype(np.float32))
        if peephole and gate != 2:
            operands[{0: 8, 1: 9, 3: 10}[gate]] = m.weights(cells)
    if projected:
        operands[15] = m.weights(output, cells)
        if r.random() < 0.5:
            operands[16] = m.bias(output)
    return operands, extra, scales


def clips(r):
    return {"cellClip": float(r.choice([0.0, 1.5])), "projClip": float(r.choice([0.0, 0.4]))}


def sequence_lstm(r, form):
    """What lstm_cases.py leaves out: several runs, unsigned bytes, diagonal recurrent weights."""
    m = Maker(r, form, old_bytes(r))
    batch, steps, depth = (int(r.integers(1, n)) for n in (4, 6, 20))
    time_major, diagonal = bool(r.random() < 0.5), bool(r.random() < 0.5)
    ends = [steps, batch] if time_major else [batch, steps]
    x = m.input(*ends, depth)
    cells, output, _ = width = widths(r, diagonal)
    operands, _, norm = cell_of(m, r, depth, width, norm=r.random() < 0.3, diagonal=diagonal)
    states = [m.state(batch, output), m.state(batch, cells)]
    table = options("UnidirectionalSequenceLSTMOptions", timeMajor=time_major, diagonalRecurrentTensors=diagonal,
                    fusedActivationFunction=A.TANH, asymmetricQuantizeInputs=bool(r.random() < 0.5), **clips(r))
    about = f"time major {time_major} diagonal {diagonal}"
    return m, Layer(44, form, table, [x], [x, *operands, *states, *norm], [(T.FLOAT32, (*ends, output), None)], about)


def lstm(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, depth = int(r.integers(1, 4)), int(r.integers(1, 20))
    x = m.input(batch, depth)
    cells, output, _ = width = widths(r)
    operands, _, norm = cell_of(m, r, depth, width, norm=r.random() < 0.3)
    table = options("LSTMOptions", fusedActivationFunction=A.TANH, asymmetricQuantizeInputs=bool(r.random() < 0.5),
                    kernelType=schema.LSTMKernelType.FULL, **clips(r))
    # Older models give the states in one dimension.
    flat = r.random() < 0.3
    states = [m.state(*([batch * n] if flat else [batch, n])) for n in (output, cells)]
    return m, Layer(16, form, table, [x], [x, *operands, *states, *norm], [(T.FLOAT32, (batch, output), None)], "")


def basic_lstm(r, form):
    """The BASIC kernel of LSTM: float, or bytes with an int16 cell."""
    m = Maker(r, form)
    batch, depth, cells = (int(r.integers(1, n)) for n in (4, 20, 12))
    joined = depth + cells
    table = options("LSTMOptions", fusedActivationFunction=A.TANH, kernelType=schema.LSTMKernelType.BASIC)
    if form == "float":
        x, kinds = m.input(batch, depth), (T.FLOAT32, T.FLOAT32)
        weights, bias = m.weights(4 * cells, joined), m.bias(4 * cells)
        states = [m.state(batch, cells), m.state(batch, cells)]
        quants = (None, None)
    else:
        kinds = (T.UINT8, T.INT16)
        one, cell = {"scale": 1 / 128, "zero": 128}, {"scale": 2.0 ** -11}
        quants = (one, cell)
        x = Input(T.UINT8, (batch, depth), one, [r.integers(0, 256, (batch, depth)).astype(np.uint8) for _ in range(RUNS)])
        weights = m.tensor(T.UINT8, [4 * cells, joined], r.integers(0, 256, (4 * cells, joined)).astype(np.uint8),
                           scale=float(r.uniform(0.005, 0.03)), zero=int(r.integers(100, 156)))
        bias = m.tensor(T.INT32, [4 * cells], r.integers(-9000, 9000, 4 * cells).astype(np.int32),
                        scale=float(r.uniform(3e-5, 2e-4)))
        states = [m.tensor(T.UINT8, [batch, cells], variable=True, **one),
                  m.tensor(T.INT16, [batch, cells], variable=True, **cell)]
    outputs = [(kinds[0], (batch, cells), quants[0]), (kinds[1], (batch, cells), quants[1]),
               (kinds[0], (batch, joined), quants[0]),
               (kinds[1], (batch, 4 * cells), {"scale": 1 / 4096} if form == "integer" else None)]
    return m, Layer(16, form, table, [x], [x, states[0], weights, bias, states[1]], outputs, "basic")


def byte_lstm(r, form):
    """LSTM with 8-bit products: coupled, normalised and projected."""
    m = Maker(r, form)
    batch, depth, cells = (int(r.integers(1, n)) for n in (4, 20, 16))
    output = int(r.integers(1, 12))

    def bytes_of(*shape):
        return m.tensor(T.INT8, shape, r.integers(-127, 128, shape).astype(np.int8), scale=float(r.uniform(0.002, 0.01)))

    quant = {"scale": 0.02, "zero": int(r.integers(-20, 20))}
    x = Input(T.INT8, (batch, depth), quant, [r.integers(-128, 128, (batch, depth)).astype(np.int8) for _ in range(RUNS)])
    out = {"scale": float(r.uniform(0.004, 0.01)), "zero": int(r.integers(-10, 10))}
    operands = [x] + [-1] * 23
    for gate in (1, 2, 3):
        operands[1 + gate] = bytes_of(cells, depth)
        # LiteRT takes the factor of the output gate's recurrent part from beside its table (docs/bugs.md).
        operands[5 + gate] = bytes_of(cells, output) if gate != 3 else m.tensor(
            T.INT8, [cells, output], np.zeros((cells, output), np.int8), scale=0.01)
        operands[12 + gate] = m.tensor(T.INT32, [cells], r.integers(-9000000, 9000000, cells).astype(np.int32), scale=1e-4)
        operands[20 + gate] = m.tensor(T.INT16, [cells], r.integers(8000, 32767, cells).astype(np.int16),
                                       scale=float(r.uniform(2e-5, 6e-5)))
    operands[16], operands[17] = bytes_of(output, cells), m.tensor(
        T.INT32, [output], r.integers(-90000, 90000, output).astype(np.int32), scale=1e-5)
    operands[18] = m.tensor(T.INT8, [batch, output], variable=True, **out)
    operands[19] = m.tensor(T.INT16, [batch, cells], variable=True, scale=2.0 ** -15)
    m.intermediates = [m.tensor(T.INT8, [0], scale=float(r.uniform(1e-4, 4e-4) if i % 3 == 0 else r.uniform(0.02, 0.06)),
                                zero=int(r.integers(-20, 20))) for i in range(12)]
    table = options("LSTMOptions", fusedActivationFunction=A.TANH, kernelType=schema.LSTMKernelType.FULL,
                    cellClip=float(r.choice([0, 0.5])), projClip=float(r.choice([0, 0.4])))
    return m, Layer(16, form, table, [x], operands, [(T.INT8, (batch, output), out)], "8x8_8")


def exact_lstm(xs, weights, recurrent, biases, clip):
    """The outputs of several runs over [steps, batch, depth] in double; gates in the order i, f, g, o."""
    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    h, c, results = np.zeros((xs[0].shape[1], recurrent[0].shape[1])), 0, []
    for x in xs:
        steps = []
        for t in range(x.shape[0]):
            i, f, g, o = (x[t] @ w.T + h @ u.T + b for w, u, b in zip(weights, recurrent, biases))
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            c = np.clip(c, -clip, clip) if clip else c
            h = sigmoid(o) * np.tanh(c)
            steps.append(h)
        results.append(np.array(steps))
    return results


def wide_lstm(r, form):
    """int16 activations, which LiteRT cannot load: judged by a double computation."""
    m = Maker(r, form)
    batch, steps, depth, cells = (int(r.integers(1, n)) for n in (4, 6, 20, 12))
    one_step = r.random() < 0.3
    quant, out = {"scale": 2.0 ** -15}, {"scale": 2.0 ** -15}
    steps = 1 if one_step else steps
    values = [r.integers(-32768, 32768, (steps, batch, depth)).astype(np.int16) for _ in range(RUNS)]
    shape = (batch, depth) if one_step else (steps, batch, depth)
    x = Input(T.INT16, shape, quant, [v.reshape(shape) for v in values])
    operands, real = [x] + [-1] * 23, ([], [], [])
    for gate in range(4):
        for place, width, kept in ((1, depth, real[0]), (5, cells, real[1])):
            w, scale = r.integers(-127, 128, (cells, width)).astype(np.int8), float(np.float32(r.uniform(0.002, 0.01)))
            operands[place + gate] = m.tensor(T.INT8, [cells, width], w, scale=scale)
            kept.append(w * scale)
            if place == 1:
                bias = r.integers(-20000, 20000, cells).astype(np.int64)
                operands[12 + gate] = m.tensor(T.INT64, [cells], bias, scale=scale * quant["scale"])
                real[2].append(bias * scale * quant["scale"])
    operands[18] = m.tensor(T.INT16, [batch, cells], variable=True, **out)
    operands[19] = m.tensor(T.INT16, [batch, cells], variable=True, scale=2.0 ** -int(r.integers(10, 13)))
    m.intermediates = [m.tensor(T.INT16, [0], scale=2.0 ** -12) for _ in range(5)]
    clip = float(r.choice([0, 0.5]))
    name = "LSTMOptions" if one_step else "UnidirectionalSequenceLSTMOptions"
    table = options(name, fusedActivationFunction=A.TANH, cellClip=clip)
    if not one_step:
        table[1].timeMajor = True
    exact = exact_lstm([v * quant["scale"] for v in values], *real, clip)
    result = (T.INT16, (*shape[:-1], cells), out)
    return m, Layer(16 if one_step else 44, form, table, [x], operands, [result], "", exact)


def two_sided_lstm(r, form):
    m = Maker(r, form, old_bytes(r))
    batch, steps, depth = (int(r.integers(1, n)) for n in (4, 6, 20))
    time_major, merged = bool(r.random() < 0.5), bool(r.random() < 0.5)
    if merged and not time_major:
        batch = 1  # LiteRT mistakes the outputs' width for the state's (docs/bugs.md)
    aux = r.choice(["", "weights", "input"])
    ends = [steps, batch] if time_major else [batch, steps]
    x = m.input(*ends, depth)
    inputs, deep = [x], 0
    if aux:
        deep = int(r.integers(1, 20)) if aux == "weights" else depth
        inputs.append(m.input(*ends, deep))
    width = widths(r)  # LiteRT wants the same of both cells
    cells = [cell_of(m, r, depth, width, deep if aux == "weights" else 0) for _ in range(2)]
    operands = [x, *cells[0][0], *cells[1][0]]
    for _ in cells:
        operands += [m.state(batch, width[1]), m.state(batch, width[0])]
    operands += [inputs[1] if aux else -1, *cells[0][1], *cells[1][1]]
    table = options("BidirectionalSequenceLSTMOptions", timeMajor=time_major, mergeOutputs=merged,
                    fusedActivationFunction=A.TANH, asymmetricQuantizeInputs=bool(r.random() < 0.5), **clips(r))
    wide = [2 * width[1]] if merged else [width[1]] * 2
    outputs = [(T.FLOAT32, (*ends, w), None) for w in wide]
    return m, Layer(52, form, table, inputs, operands, outputs, f"time major {time_major} merged {merged} aux {aux}")


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
    code.version = 5 if layer.form == "wide" else 1
    model = schema.ModelT()
    model.version, model.subgraphs, model.buffers, model.operatorCodes = 3, [m.graph], m.buffers, [code]
    return pack(model), values, outputs


CASES = {
    "SVDF": (svdf, ("float", "hybrid", "integer")),
    "RNN": (rnn, ("float", "hybrid")),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (sequence_rnn, ("float", "hybrid")),
    "BIDIRECTIONAL_SEQUENCE_RNN": (two_sided_rnn, ("float", "hybrid")),
    "LSTM full": (lstm, ("float", "hybrid")),
    "LSTM wide": (wide_lstm, ("wide",)),
    "LSTM bytes": (byte_lstm, ("integer",)),
    "LSTM basic": (basic_lstm, ("float", "integer")),
    "UNIDIRECTIONAL_SEQUENCE_LSTM runs": (sequence_lstm, ("float", "hybrid")),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (two_sided_lstm, ("float", "hybrid")),
}


def judge(samara, data, values, outputs, layer):
    """What is wrong, or nothing. Raises oracle.Refused."""
    form = layer.form
    if layer.exact is None:
        want = oracle.run(data, oracle.REFERENCE, [values], outputs)[0]
    try:
        got = samara.run(data, [str(i) for i in range(len(values))], values, False)
    except Failed as error:
        return str(error)
    if layer.exact is not None:
        got = [g * layer.outputs[0][2]["scale"] for g in got]
        want = {i: e.reshape(g.shape) for i, e, g in zip(outputs, layer.exact, got)}
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
                        stem = name.lower().replace(" ", "_")
                        path = pathlib.Path(arguments.store) / f"{stem}_{form}_{number}.tflite"
                        path.write_bytes(stored(data, layer, outputs))
                        problem = ""
                    else:
                        problem = judge(samara, data, values, outputs, layer)
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
