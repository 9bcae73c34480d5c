"""Subgraphs and what lives between operators: IF, WHILE, CALL_ONCE, resource variables."""

import numpy as np

from operators.case import (BOOL, F32, I8, I16, I32, I64, RESOURCE, U8, Case, Graph, Node, Tensor,
                            options_of)
from operators.registry import Entry


def number(m, type_, low, high):
    return m.constant(type_, m.values(type_, (), low, high))


def binary_graph(m, op, type_, shape):
    """(a, b) -> op(a, b)"""
    a, b, out = (m.output(type_, shape) for _ in range(3))
    return Graph([Node(op, options_of(op.title() + "Options"), [a, b], [out])], [a, b], [out])


def if_(m, type_):
    shape = m.shape(1, 4, 5)
    a, b = m.input(type_, shape), m.input(type_, shape)
    inputs = [m.input(BOOL, m.pick([(), (1,)])), a, b]
    graphs = [binary_graph(m, op, type_, shape) for op in m.pick([("ADD", "MUL"), ("MUL", "SUB")])]
    return Case("IF", options_of("IfOptions", thenSubgraphIndex=1, elseSubgraphIndex=2), inputs,
                [m.output(type_, shape)], subgraphs=graphs)


def while_(m, type_):
    """for (i = start; i < end; i += step) x = x op y"""
    shape, op = m.shape(1, 3, 5), m.pick(["ADD", "SUB"])
    start, end, step = m.number(-3, 3), m.number(-3, 9), m.number(1, 3)
    i, x, y = m.constant(I32, np.int32(start)), m.input(type_, shape), m.input(type_, shape)
    i = i._replace(constant=False)
    names = [m.output(I32, ()), m.output(type_, shape), m.output(type_, shape)]
    more = m.output(BOOL, ())
    condition = Graph([Node("LESS", options_of("LessOptions"), [names[0], m.constant(I32, np.int32(end))],
                            [more])], names, [more])
    body_in = [m.output(I32, ()), m.output(type_, shape), m.output(type_, shape)]
    body_out = [m.output(I32, ()), m.output(type_, shape), body_in[2]]
    body = Graph([Node("ADD", options_of("AddOptions"), [body_in[0], m.constant(I32, np.int32(step))],
                       [body_out[0]]),
                  Node(op, options_of(op.title() + "Options"), body_in[1:], [body_out[1]])],
                 body_in, body_out)
    return Case("WHILE", options_of("WhileOptions", condSubgraphIndex=1, bodySubgraphIndex=2), [i, x, y],
                [m.output(I32, ()), m.output(type_, shape), m.output(type_, shape)],
                subgraphs=[condition, body])


def handle(name):
    place = Tensor(RESOURCE, (1,))
    options = options_of("VarHandleOptions", container=b"", sharedName=name)
    return place, Node("VAR_HANDLE", options, [], [place])


def assign(place, value):
    return Node("ASSIGN_VARIABLE", options_of("AssignVariableOptions"), [place, value], [])


def read(place, value):
    return Node("READ_VARIABLE", options_of("ReadVariableOptions"), [place], [value])


def variable(m, type_):
    """Writes an input and a constant into two variables, reads both."""
    shape = m.shape(0, 4, 5)
    x, fixed = m.input(type_, shape), m.input(type_, m.shape(1, 3, 5), constant=True)
    outs = [m.output(type_, shape), m.output(type_, fixed.shape)]
    (first, first_handle), (second, second_handle) = handle(b"a"), handle(b"b")
    nodes = [first_handle, second_handle, assign(first, x), assign(second, fixed), read(first, outs[0]),
             read(second, outs[1])]
    return Case("READ_VARIABLE", None, [x], outs, nodes=nodes)


def call_once(m, type_):
    """A variable is set by the subgraph of CALL_ONCE, and an input added to it."""
    shape = m.shape(1, 4, 5)
    x, first = m.input(type_, shape), m.input(type_, shape, constant=True)
    inner, inner_handle = handle(b"v")
    place, outer_handle = handle(b"v")
    value, out = m.output(type_, shape), m.output(type_, shape)
    nodes = [Node("CALL_ONCE", options_of("CallOnceOptions", initSubgraphIndex=1), [], []), outer_handle,
             read(place, value), Node("ADD", options_of("AddOptions"), [value, x], [out])]
    return Case("CALL_ONCE", None, [x], [out], nodes=nodes,
                subgraphs=[Graph([inner_handle, assign(inner, first)], [], [])])


TYPES = [F32, I32, I64]
ENTRIES = [
    Entry("IF", TYPES, if_), Entry("WHILE", TYPES, while_), Entry("CALL_ONCE", TYPES, call_once),
    *(Entry(op, [F32, I8, U8, I16, I32, I64, BOOL], variable)
      for op in ("VAR_HANDLE", "ASSIGN_VARIABLE", "READ_VARIABLE")),
]
