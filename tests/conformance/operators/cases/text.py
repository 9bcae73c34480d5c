"""Strings compared."""

import numpy as np

from operators.case import BOOL, STRING, Case, options_of
from operators.registry import Entry


def comparison(op, table):
    def make(m, type_):
        a, b, out = m.broadcast_pair(4)
        x, y = m.input(type_, a), m.input(type_, b)
        for values in (x.values, y.values):  # some of them are equal
            for place in np.ndindex(values.shape):
                values[place] = values[place][:m.pick([0, 1, 6])]
        return Case(op, options_of(table), [x, y], [m.output(BOOL, out)])
    return Entry(op, [STRING], make)


ENTRIES = [comparison("EQUAL", "EqualOptions"), comparison("NOT_EQUAL", "NotEqualOptions")]
