"""samara.profile(): where a model's time goes, node by node."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any, Optional

from samara import errors
from samara._model import Model, Signature


@dataclass(frozen=True)
class Node:
    """One node's time: the mean of the runs."""

    subgraph: int
    index: int
    op: str
    output: str
    milliseconds: float


@dataclass(frozen=True)
class Profile:
    """Times of nodes in the order in which they ran."""

    nodes: list[Node]
    runs: int

    @property
    def milliseconds(self) -> float:
        """Of all nodes; a node that runs others is counted with them, so those are not added again."""
        first = self.nodes[0].subgraph if self.nodes else 0
        return sum(n.milliseconds for n in self.nodes if n.subgraph == first)

    def by_op(self) -> dict[str, float]:
        """Milliseconds by operator, the most expensive first."""
        out: dict[str, float] = {}
        for n in self.nodes:
            out[n.op] = out.get(n.op, 0.0) + n.milliseconds
        return dict(sorted(out.items(), key=lambda item: -item[1]))

    def trace(self) -> str:
        """JSON that Perfetto and chrome://tracing open."""
        events, at = [], 0.0
        for n in self.nodes:
            us = n.milliseconds * 1000
            events.append(
                {"name": n.op, "ph": "X", "ts": at, "dur": us, "pid": 1, "tid": n.subgraph, "args": {"out": n.output}}
            )
            at += us
        return json.dumps({"traceEvents": events})

    def __repr__(self) -> str:
        total = self.milliseconds or 1.0
        lines = [f"<samara.Profile of {self.runs} runs, {self.milliseconds:.3f} ms"]
        lines += [f"  {ms:9.3f} ms {100 * ms / total:5.1f} %  {op}" for op, ms in self.by_op().items()]
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        total = max((n.milliseconds for n in self.nodes), default=0.0) or 1.0
        rows = "".join(
            f"<tr><td>{n.index}</td><td>{html.escape(n.op)}</td><td>{html.escape(n.output)}</td>"
            f"<td>{n.milliseconds:.3f}</td><td><div style='background:#4a8;height:0.8em;"
            f"width:{12 * n.milliseconds / total:.2f}em'></div></td></tr>"
            for n in self.nodes
        )
        return (
            f"<b>{self.milliseconds:.3f} ms</b> (mean of {self.runs} runs)<table><tr><th>node</th><th>operator"
            f"</th><th>output</th><th>ms</th><th></th></tr>{rows}</table>"
        )


def profile(
    model: Model, *arrays: Any, runs: int = 10, signature: Optional[str] = None, **named: Any
) -> Profile:
    """Runs a model `runs` times over the same inputs, after one run that does not count.

    Errors   InvalidArgument (runs, inputs), NotFound (signature); those of a call
    """
    if runs < 1:
        raise errors.InvalidArgument(f"runs is a number from 1, not {runs}")
    chosen: Signature = model[signature] if signature is not None else next(iter(model.signatures.values()))
    given = chosen._given(arrays, named)
    interpreter = model._take()
    try:
        chosen._run(interpreter, given)
        keys: dict[tuple, float] = {}
        for _ in range(runs):
            for subgraph, index, op, output, nanoseconds in interpreter.profile(chosen._subgraph):
                key = (subgraph, index, op, output)
                keys[key] = keys.get(key, 0.0) + nanoseconds
    finally:
        model._give(interpreter)
    return Profile([Node(*key, total / runs / 1e6) for key, total in keys.items()], runs)
