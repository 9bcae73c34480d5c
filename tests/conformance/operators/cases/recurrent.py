"""SVDF, RNN and its sequences, and the other forms of LSTM, over several runs: the layers of
recurrent_cases.py, each several times over one state."""

import numpy as np

from flatmodel import OPERATORS, FlatModel
from operators import judge
from operators.case import NUMPY, Case, Node, Quant, Tensor
from operators.registry import Entry
from recurrent_cases import CASES, RUNS, TOLERANCE, model_of


def case_of(data, values):
    """A model of one operator, several times, as a case that is fed these values."""
    flat = FlatModel(data)
    graph, tensors = flat.graph, []
    given = dict(zip(graph.inputs, values))
    for i, t in enumerate(graph.tensors):
        content, q = flat.model.buffers[t.buffer].data, t.quantization
        shape = tuple(int(d) for d in t.shape)
        held, constant = given.get(i), content is not None and len(content) > 0
        if constant:
            held = np.frombuffer(bytes(content), NUMPY[t.type]).reshape(shape)
        quant = Quant(q.scale[0], q.zeroPoint[0]) if q is not None and q.scale is not None else None
        tensors.append(Tensor(t.type, shape, quant, held, constant, bool(t.isVariable)))
    code = flat.model.operatorCodes[0]
    name = OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def pick(indices):
        return [tensors[i] if i >= 0 else None for i in (indices if indices is not None else [])]

    nodes = [Node(name, (type(o.builtinOptions).__name__[:-1], o.builtinOptions), pick(o.inputs),
                  pick(o.outputs), code.version, None, pick(o.intermediates)) for o in graph.operators]
    return Case(name, None, pick(graph.inputs), pick(graph.outputs), nodes=nodes)


def maker_of(name):
    def make(m, kind):
        form = kind.split()[-1]
        data, values, _ = model_of(*CASES[name][0](m.rng, form), RUNS)
        return case_of(data, values)
    return make


def judge_of(form):
    def judge_runs(case, want, got):
        """All runs together: one may leave next to nothing, and then rounding is all there is."""
        if isinstance(want, Exception):
            return str(want)
        if [w.shape for w in want] != [g.shape for g in got]:
            return f"shapes {[g.shape for g in got]}"
        flat = [np.concatenate([np.ravel(x) for x in of]) for of in (want, got)]
        return judge.difference(*flat, case.outputs[0], TOLERANCE[form])
    return judge_runs


def entries_of(name, forms, op, label=""):
    return [Entry(op, [f"{label} {form}".strip()], maker_of(name),
                  judge=None if form == "integer" else judge_of(form)) for form in forms]


ENTRIES = [entry for name, label in (
    ("SVDF", ""), ("RNN", ""), ("UNIDIRECTIONAL_SEQUENCE_RNN", ""), ("BIDIRECTIONAL_SEQUENCE_RNN", ""),
    ("BIDIRECTIONAL_SEQUENCE_LSTM", ""), ("UNIDIRECTIONAL_SEQUENCE_LSTM", "runs"), ("LSTM_FULL", "runs"),
    ("LSTM_BASIC", "basic"), ("LSTM_BYTES", "8x8_8"))
           for entry in entries_of(name, CASES[name][1], "LSTM" if name.startswith("LSTM_") else name, label)]
