"""LSTM layers: UNIDIRECTIONAL_SEQUENCE_LSTM in all forms, and the LSTM operator's full kernel."""

import numpy as np

from operators.case import F32, I8, I16, I32, Case, Quant, Tensor, options_of
from operators.registry import Entry

# A hidden state that lies between two quanta may fall to either side in the last bit of a float sum.
HYBRID_TOLERANCE = 1e-3
TANH = 4


class Layer:
    """Operands of one random layer."""

    def __init__(self, m, form):
        self.m, self.form = m, form
        self.cells, self.depth = m.number(1, 23), m.number(1, 19)
        self.coupled, peephole, self.projected = m.chance(0.3), m.chance(0.4), m.chance(0.4)
        self.norm = form != "integer" and m.chance(0.4)
        # LiteRT takes the outputs' number for the cells' there (docs/bugs.md, 13).
        self.peephole = peephole and not (form == "integer" and self.projected)
        self.outputs = m.number(1, 15) if self.projected else self.cells

    def weights(self, *shape):
        if self.form == "float":
            return self.m.constant(F32, self.m.rng.uniform(-0.6, 0.6, shape))
        values = self.m.rng.integers(-127, 128, shape)
        return self.m.constant(I8, values, Quant(np.float32(self.m.rng.uniform(0.002, 0.01)), 0))

    def vector(self, length):
        if self.form != "integer":
            return self.weights(length)
        values = self.m.rng.integers(-32767, 32768, length)
        return self.m.constant(I16, values, Quant(np.float32(self.m.rng.uniform(1e-6, 3e-5)), 0))

    def bias(self, length):
        if self.form != "integer":
            return self.m.constant(F32, self.m.rng.uniform(-0.5, 0.5, length))
        values = self.m.rng.integers(-2000, 2000, length)
        return self.m.constant(I32, values, Quant(np.float32(1e-4), 0))

    def inputs(self, x, batch, output_quant):
        inputs = [x] + [None] * 23
        for gate in range(1 if self.coupled else 0, 4):
            inputs[1 + gate] = self.weights(self.cells, self.depth)
            inputs[5 + gate] = self.weights(self.cells, self.outputs)
            inputs[12 + gate] = self.bias(self.cells)
            if self.norm:
                inputs[20 + gate] = self.m.constant(F32, self.m.rng.uniform(0.5, 1.5, self.cells))
            if self.peephole and gate != 2:
                inputs[{0: 9, 1: 10, 3: 11}[gate]] = self.vector(self.cells)
        if self.projected:
            inputs[16] = self.weights(self.outputs, self.cells)
            if self.form != "integer" and self.m.chance(0.5):
                inputs[17] = self.bias(self.outputs)
        integer = self.form == "integer"
        inputs[18] = Tensor(I8 if integer else F32, (batch, self.outputs), output_quant, variable=True)
        inputs[19] = Tensor(I16 if integer else F32, (batch, self.cells),
                            Quant(np.float32(2.0 ** -11), 0) if integer else None, variable=True)
        return inputs if self.norm else inputs[:20]

    def intermediates(self, output_quant):
        if self.form != "integer":
            return ()
        hidden = Quant(np.float32(0.0078), self.m.number(-5, 4)) if self.projected else output_quant
        gate = Quant(np.float32(2.0 ** -12), 0)
        return [self.m.output(I16, (0,), gate) for _ in range(4)] + [self.m.output(I8, (0,), hidden)]


def clips(m, layer):
    return {"fusedActivationFunction": TANH, "cellClip": m.pick([0.0, 1.5]),
            "projClip": m.pick([0.0, 0.4]) if layer.projected else 0.0,
            "asymmetricQuantizeInputs": m.chance(0.5)}


def quants(m, form):
    if form != "integer":
        return None, None
    return Quant(np.float32(0.02), m.number(-20, 19)), Quant(np.float32(0.008), m.number(-10, 9))


def sequence(m, form):
    layer = Layer(m, form)
    steps, batch, time_major = m.number(1, 5), m.number(1, 3), m.chance(0.5)
    shape = (steps, batch) if time_major else (batch, steps)
    input_quant, output_quant = quants(m, form)
    type_ = I8 if form == "integer" else F32
    low, high = (None, None) if form == "integer" else (-1, 1)
    x = m.input(type_, shape + (layer.depth,), input_quant, low=low, high=high)
    options = options_of("UnidirectionalSequenceLSTMOptions", timeMajor=time_major, **clips(m, layer))
    return Case("UNIDIRECTIONAL_SEQUENCE_LSTM", options, layer.inputs(x, batch, output_quant),
                [m.output(type_, shape + (layer.outputs,), output_quant)],
                intermediates=layer.intermediates(output_quant))


def step(m, form):
    layer = Layer(m, form)
    batch = m.number(1, 3)
    input_quant, output_quant = quants(m, form)
    type_ = I8 if form == "integer" else F32
    low, high = (None, None) if form == "integer" else (-1, 1)
    x = m.input(type_, (batch, layer.depth), input_quant, low=low, high=high)
    return Case("LSTM", options_of("LSTMOptions", **clips(m, layer)),
                layer.inputs(x, batch, output_quant),
                [m.output(type_, (batch, layer.outputs), output_quant)],
                intermediates=layer.intermediates(output_quant))


ENTRIES = [
    Entry("UNIDIRECTIONAL_SEQUENCE_LSTM", ["float", "integer"], sequence),
    Entry("UNIDIRECTIONAL_SEQUENCE_LSTM", ["hybrid"], sequence, tolerance=HYBRID_TOLERANCE),
    Entry("LSTM", ["float", "integer"], step),
    Entry("LSTM", ["hybrid"], step, tolerance=HYBRID_TOLERANCE),
]
