"""samara.compare(): two models, or one model under two roundings, tensor by tensor."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy as np

from samara import errors
from samara._memory import fill, read
from samara._model import Model, Signature, load
from samara._native import Interpreter as _Interpreter

Source = Union[Model, str, "os.PathLike[str]", bytes]


@dataclass(frozen=True)
class Difference:
    """How far a tensor of one model is from that of the other, in real values."""

    name: str
    largest: float  # absolute difference
    mean: float
    signal_to_noise: float  # in dB, of the first model's values; inf: equal

    @property
    def equal(self) -> bool:
        return self.largest == 0.0


@dataclass(frozen=True)
class Comparison:
    """The outputs' differences and, by name, those of what both models compute on the way."""

    outputs: list[Difference]
    inner: list[Difference]

    @property
    def equal(self) -> bool:
        """Whether every output is the same."""
        return all(d.equal for d in self.outputs)

    def worst(self) -> Difference:
        """The output that differs most, by signal to noise."""
        return min(self.outputs, key=lambda d: d.signal_to_noise)

    def __repr__(self) -> str:
        lines = ["<samara.Comparison"]
        for title, differences in (("outputs", self.outputs), ("inner", self.inner)):
            lines += [
                f"  {title:8}{d.signal_to_noise:8.1f} dB  largest {d.largest:.6g}  {d.name}" for d in differences
            ]
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{title}</td><td>{html.escape(d.name)}</td><td>{d.signal_to_noise:.1f}</td>"
            f"<td>{d.largest:.6g}</td><td>{d.mean:.6g}</td></tr>"
            for title, differences in (("output", self.outputs), ("inner", self.inner))
            for d in differences
        )
        return (
            "<table><tr><th></th><th>tensor</th><th>dB</th><th>largest</th><th>mean</th></tr>"
            f"{rows}</table>"
        )


def compare(
    first: Source, second: Source, *arrays: Any, signature: Optional[str] = None, **named: Any
) -> Comparison:
    """Runs both over the same inputs. Where one takes integers and the other real values, real values
    are given and the integers are made of them.

    Errors   InvalidArgument (inputs, outputs that do not pair), NotFound (signature); those of a call
    """
    a, b = _signature(first, signature), _signature(second, signature)
    given = _inputs(a, arrays, named)
    left, right = _values(a, given), _values(b, given)
    pairs = list(zip(a._out.items(), b._out.items()))
    if len(a._out) != len(b._out):
        raise errors.InvalidArgument(f"{len(a._out)} outputs and {len(b._out)} cannot be paired")
    outputs = [
        _difference(name, left[port.index][1], right[other.index][1])
        for (name, port), (_, other) in pairs
    ]
    ends = {p.index for p in a._out.values()} | {p.index for p in a._in.values()}
    by_name = {name: value for name, value in right.values() if name}
    inner = [
        _difference(name, value, by_name[name])
        for index, (name, value) in left.items()
        if index not in ends and name in by_name and value.shape == by_name[name].shape
    ]
    return Comparison(outputs, inner)


def _signature(source: Source, key: Optional[str]) -> Signature:
    model = source if isinstance(source, Model) else load(source)
    return model[key] if key is not None else next(iter(model.signatures.values()))


def _inputs(signature: Signature, arrays: tuple, named: dict[str, Any]) -> dict[str, Any]:
    given = dict(zip(signature._in, arrays))
    for name in named:
        if name not in signature._in or name in given:
            raise errors.InvalidArgument(f"{name!r} is no input, or is given twice")
    given.update(named)
    if len(given) != len(signature._in) or len(arrays) > len(signature._in):
        raise errors.InvalidArgument(f"{signature._title()} takes {', '.join(signature._in)}")
    return given


def _real(value: np.ndarray, scale: float, zero_point: int) -> np.ndarray:
    numbers = value.astype(np.float64)
    return scale * (numbers - zero_point) if scale and value.dtype.kind in "iu" else numbers


def _values(signature: Signature, given: dict[str, Any]) -> dict[int, tuple[str, np.ndarray]]:
    """Every numeric tensor that the run computed, as (name, real values), by its number."""
    native, subgraph = signature._model._native, signature._subgraph
    interpreter = _Interpreter(native, signature._model._threads, True)
    arrays = {}
    for (name, port), value in zip(signature._in.items(), given.values()):
        array = np.asarray(value)
        about = port.about
        if about.scale and about.dtype.kind in "iu" and array.dtype.kind == "f":
            limits = np.iinfo(about.dtype)
            numbers = np.rint(array / about.scale) + about.zero_point
            array = np.clip(numbers, limits.min, limits.max).astype(about.dtype)
        arrays[name] = signature._fit(port, array)
        interpreter.resize(subgraph, port.index, list(array.shape))
    interpreter.plan(subgraph)
    for name, array in arrays.items():
        fill(interpreter, subgraph, signature._in[name].index, signature._in[name].kind, array)
    interpreter.run(subgraph)
    out = {}
    for index in range(native.tensors(subgraph)):
        name, kind, _, _, quantization, constant, _ = native.tensor(subgraph, index)
        if constant or kind in ("string", "resource", "variant"):
            continue
        value = read(interpreter, subgraph, index, kind)
        if value is not None and value.dtype.kind in "biuf":
            scales, zero_points = quantization[:2]
            scale, zero_point = (scales[0], zero_points[0]) if len(scales) == 1 else (0.0, 0)
            out[index] = (name, _real(value, scale, zero_point))
    return out


def _difference(name: str, left: np.ndarray, right: np.ndarray) -> Difference:
    if left.shape != right.shape:
        raise errors.InvalidArgument(f"{name!r} has shape {left.shape} and {right.shape}")
    if left.size == 0:
        return Difference(name, 0.0, 0.0, float("inf"))
    with np.errstate(invalid="ignore"):
        off = np.where((left == right) | (np.isnan(left) & np.isnan(right)), 0.0, np.abs(left - right))
    noise, signal = float(np.mean(off**2)), float(np.mean(left**2))
    decibel = float("inf") if noise == 0 else 10 * float(np.log10(signal / noise)) if signal else -float("inf")
    return Difference(name, float(off.max()), float(off.mean()), decibel)
