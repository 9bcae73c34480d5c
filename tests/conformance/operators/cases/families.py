"""Families whose models are written by files of their own, ../../*_cases.py."""

import importlib
import importlib.util

from operators.case import Model, Tensor
from operators.registry import Entry


def family(name):
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def layers():
    convolution = family("convolution_cases")
    for name, tolerance, make in convolution.ROWS if convolution else []:
        def model(m, _kind, make=make):
            source = convolution.Layers(0)
            source.rng = m.rng
            case = make(source)
            fed = [t.values for t in case.inputs if t is not None and not t.constant]
            return Model(case.op, convolution.build(case), fed, [Tensor(t.type, t.shape) for t in case.outputs])
        op = make(convolution.Layers(0)).op
        op = op.decode() if isinstance(op, bytes) else op
        yield Entry(op, [name], model, tolerance=tolerance)


def recurrent():
    source = family("recurrent_cases")
    for name, (make, forms) in (source.CASES if source else {}).items():
        op, _, variant = name.partition(" ")
        for form in forms:
            if form == "wide":
                continue  # LiteRT cannot load it
            def model(m, _kind, op=op, make=make, form=form):
                maker, layer = make(m.rng, form)
                data, values, _ = source.model_of(maker, layer, source.RUNS)
                outputs = [Tensor(t, s) for t, s, _ in layer.outputs] * source.RUNS
                return Model(op, data, values, outputs)
            yield Entry(op, [f"{variant} {form}".strip()], model, tolerance=source.TOLERANCE[form])


ENTRIES = [*layers(), *recurrent()]
