"""Families whose models are written by files of their own, ../../*_cases.py."""

import importlib
import importlib.util

from operators.case import Model, Tensor
from operators.registry import Entry


def family(name):
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


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


ENTRIES = [*recurrent()]
