"""samara.load(): a model as a function of its inputs' names."""

from __future__ import annotations

import asyncio
import html
import os
import threading
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Union

import numpy as np

from samara import _types, errors
from samara._memory import fill, read
from samara._native import Interpreter as _Interpreter
from samara._native import Model as _Model


@dataclass(frozen=True)
class Tensor:
    """An input or output of a model: what it is called, and what arrays it takes or gives."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]  # -1: any number
    scale: float = 0.0  # value = scale * (number - zero_point); 0: not quantized as a whole
    zero_point: int = 0

    def __str__(self) -> str:
        dims = ", ".join("?" if d < 0 else str(d) for d in self.shape)
        scaled = f" = {self.scale:g} * (q - {self.zero_point})" if self.scale else ""
        return f"{self.name}: {self.dtype.name if self.dtype != object else 'text'}[{dims}]{scaled}"


@dataclass(frozen=True)
class _Port:
    """Where a tensor is in the file."""

    index: int
    kind: str
    about: Tensor


class Signature:
    """One function of a model. Called with arrays by input name, it returns arrays by output name."""

    def __init__(self, model: Model, key: str, subgraph: int, inputs: dict, outputs: dict):
        self._model, self.key, self._subgraph = model, key, subgraph
        self._in = {name: model._port(subgraph, index, name) for name, index in inputs.items()}
        self._out = {name: model._port(subgraph, index, name) for name, index in outputs.items()}

    @property
    def inputs(self) -> list[Tensor]:
        """In the order in which arrays without names are taken."""
        return [p.about for p in self._in.values()]

    @property
    def outputs(self) -> list[Tensor]:
        return [p.about for p in self._out.values()]

    def __call__(self, *arrays: Any, **named: Any) -> dict[str, np.ndarray]:
        """Runs it once; any number of threads may do so at a time.

        Shapes   as the inputs say, -1 being any; a batch or size that the model was not made for is
                 tried too
        Errors   InvalidArgument (names, dtypes, shapes; a value out of range), InvalidModel (shapes that
                 an operator does not take), DeadlineExceeded
        """
        given = self._given(arrays, named)
        interpreter = self._model._take()
        try:
            return self._run(interpreter, given)
        finally:
            self._model._give(interpreter)

    async def run_async(self, *arrays: Any, **named: Any) -> dict[str, np.ndarray]:
        """As a call, on a thread of the event loop's pool. Errors: as a call."""
        return await asyncio.get_running_loop().run_in_executor(None, lambda: self(*arrays, **named))

    def _given(self, arrays: tuple, named: dict[str, Any]) -> dict[str, np.ndarray]:
        names = list(self._in)
        if len(arrays) > len(names):
            raise errors.InvalidArgument(f"{self._title()} takes {len(names)} inputs, not {len(arrays)}")
        given = dict(zip(names, arrays))
        for name, value in named.items():
            if name not in self._in:
                raise errors.InvalidArgument(
                    f"{self._title()} has no input {name!r}; it takes {', '.join(names) or 'none'}"
                )
            if name in given:
                raise errors.InvalidArgument(f"input {name!r} is given twice")
            given[name] = value
        missing = [name for name in names if name not in given]
        if missing:
            raise errors.InvalidArgument(f"{self._title()} lacks {', '.join(missing)}")
        return {name: self._fit(self._in[name], value) for name, value in given.items()}

    def _fit(self, port: _Port, value: Any) -> np.ndarray:
        """Plain Python numbers become the input's type; arrays must have it."""
        about = port.about
        array = np.asarray(value)
        if port.kind == "string":
            if _types.fits(array, "string"):
                return array
        elif not isinstance(value, np.ndarray) and array.dtype.kind in "biuf":
            if np.can_cast(array.dtype, about.dtype, "same_kind") or array.dtype.kind == "i":
                return array.astype(about.dtype)
        if not _types.fits(array, port.kind):
            hint = ""
            if about.scale and array.dtype.kind == "f":
                hint = f"; model.quantize(x, {about.name!r}) gives the numbers for these"
            raise errors.InvalidArgument(
                f"input {about.name!r} takes {about.dtype.name}, not {array.dtype.name}"
                + hint
            )
        return array

    def _run(self, interpreter: _Interpreter, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        for name, array in given.items():
            interpreter.resize(self._subgraph, self._in[name].index, list(array.shape))
        interpreter.plan(self._subgraph)
        for name, array in given.items():
            fill(interpreter, self._subgraph, self._in[name].index, self._in[name].kind, array)
        interpreter.run(self._subgraph)
        return {
            name: read(interpreter, self._subgraph, port.index, port.kind)
            for name, port in self._out.items()
        }

    def _title(self) -> str:
        return f"signature {self.key!r}" if self.key else "the model"

    def __repr__(self) -> str:
        takes, gives = ", ".join(map(str, self.inputs)), ", ".join(map(str, self.outputs))
        return f"<samara.Signature {self.key!r}: ({takes}) -> ({gives})>"


class Model:
    """A loaded model. Called, it runs its first signature: out = model(image=x)["scores"]."""

    def __init__(
        self,
        source: Union[str, os.PathLike, bytes],
        *,
        threads: int = 1,
        numerics: str = "xnnpack",
        ops_libraries: Sequence[str] = (),
    ):
        """As load()."""
        if numerics not in ("xnnpack", "reference"):
            raise errors.InvalidArgument(f"numerics is 'xnnpack' or 'reference', not {numerics!r}")
        if not isinstance(threads, int) or threads < 1:
            raise errors.InvalidArgument(f"threads is a number from 1, not {threads!r}")
        content = source if isinstance(source, bytes) else os.fspath(source)
        self._name = "bytes" if isinstance(source, bytes) else os.path.basename(str(content))
        self.numerics, self._threads = numerics, threads
        self._native = _Model.open(content, numerics == "reference", list(ops_libraries))
        if self._native.refusal:
            raise errors.Unsupported(self._native.refusal)
        self._idle: list[_Interpreter] = []
        self._lock = threading.Lock()
        found = [Signature(self, *s) for s in self._native.signatures()]
        self._signatures = {s.key: s for s in found} or {"": self._whole()}
        self._first = next(iter(self._signatures.values()))

    @property
    def signatures(self) -> dict[str, Signature]:
        """By key, in file order; a model without any has one under "", with its tensors' names."""
        return dict(self._signatures)

    @property
    def inputs(self) -> list[Tensor]:
        """Of the first signature."""
        return self._first.inputs

    @property
    def outputs(self) -> list[Tensor]:
        """Of the first signature."""
        return self._first.outputs

    def __getitem__(self, key: str) -> Signature:
        """A signature by key. Errors: NotFound."""
        if key not in self._signatures:
            raise errors.NotFound(
                f"there is no signature {key!r}; the model has {', '.join(map(repr, self._signatures))}"
            )
        return self._signatures[key]

    def __call__(self, *arrays: Any, **named: Any) -> dict[str, np.ndarray]:
        """Runs the first signature: arrays by input name in, arrays by output name back. See Signature."""
        return self._first(*arrays, **named)

    async def run_async(self, *arrays: Any, **named: Any) -> dict[str, np.ndarray]:
        """As a call, without holding up the event loop."""
        return await self._first.run_async(*arrays, **named)

    def quantize(self, values: Any, name: Optional[str] = None) -> np.ndarray:
        """The numbers that stand for real values in an input (the first, where no name is given).

        Errors   NotFound (no such input), InvalidArgument (it is not quantized as a whole)
        """
        about = self._find(self.inputs, name)
        limits = np.iinfo(about.dtype)
        numbers = np.rint(np.asarray(values, np.float32) / np.float32(about.scale)) + about.zero_point
        return np.clip(numbers, limits.min, limits.max).astype(about.dtype)

    def dequantize(self, numbers: Any, name: Optional[str] = None) -> np.ndarray:
        """The real values that an output's numbers stand for. Errors: as quantize()."""
        about = self._find(self.outputs, name)
        return np.float32(about.scale) * (np.asarray(numbers).astype(np.float32) - about.zero_point)

    def _find(self, tensors: list[Tensor], name: Optional[str]) -> Tensor:
        for tensor in tensors:
            if name is None or tensor.name == name:
                if tensor.scale and tensor.dtype.kind in "iu":
                    return tensor
                raise errors.InvalidArgument(f"{tensor.name!r} is not quantized by one scale")
        raise errors.NotFound(f"there is no {name!r}; there are {', '.join(t.name for t in tensors)}")

    def _port(self, subgraph: int, index: int, name: str) -> _Port:
        own, kind, shape, signature, quantization, _, _ = self._native.tensor(subgraph, index)
        scales, zero_points = quantization[:2]
        scale, zero_point = (scales[0], zero_points[0]) if len(scales) == 1 else (0.0, 0)
        dtype = np.dtype(object if kind == "string" else _types.SCALARS[kind])
        return _Port(index, kind, Tensor(name or own, dtype, tuple(signature or shape), scale, zero_point))

    def _whole(self) -> Signature:
        if not self._native.subgraphs:
            raise errors.InvalidModel("the model has no subgraph")
        names: dict[int, str] = {}
        for index in (*self._native.inputs(0), *self._native.outputs(0)):
            own = self._native.tensor(0, index)[0] or f"tensor_{index}"
            taken = own in (n for i, n in names.items() if i != index)
            names[index] = f"{own}_{index}" if taken else own
        return Signature(
            self,
            "",
            0,
            {names[i]: i for i in self._native.inputs(0)},
            {names[i]: i for i in self._native.outputs(0)},
        )

    def _take(self) -> _Interpreter:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Interpreter(self._native, self._threads, False)

    def _give(self, interpreter: _Interpreter) -> None:
        with self._lock:
            self._idle.append(interpreter)

    def __repr__(self) -> str:
        lines = [f"<samara.Model {self._name}, {self._native.file_bytes:,} bytes, numerics {self.numerics}"]
        for s in self._signatures.values():
            lines.append(f"  {s.key or '(no signature)'}")
            lines += [f"    in   {t}" for t in s.inputs] + [f"    out  {t}" for t in s.outputs]
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        rows = [
            f"<tr><td>{html.escape(s.key)}</td><td>{way}</td><td>{html.escape(t.name)}</td>"
            f"<td>{html.escape(t.dtype.name)}</td><td>{html.escape(str(list(t.shape)))}</td></tr>"
            for s in self._signatures.values()
            for way, tensors in (("in", s.inputs), ("out", s.outputs))
            for t in tensors
        ]
        return (
            f"<b>{html.escape(self._name)}</b> ({self._native.file_bytes:,} bytes)<table><tr><th>signature"
            f"</th><th></th><th>name</th><th>type</th><th>shape</th></tr>{''.join(rows)}</table>"
        )


def load(
    source: Union[str, os.PathLike, bytes],
    *,
    threads: int = 1,
    numerics: str = "xnnpack",
    ops_libraries: Sequence[str] = (),
) -> Model:
    """Loads a .tflite model from a path (also "archive.zip!/inside.tflite") or from its bytes.

    Options  threads: how many share the work of one call; numerics: "xnnpack" or "reference"
             (docs/numerics.md); ops_libraries: shared objects with operators (examples/own_op)
    Errors   NotFound, Failed, PermissionDenied (the file), InvalidModel, DataLoss (its content),
             Unsupported (an operator), InvalidArgument (an option)
    """
    return Model(source, threads=threads, numerics=numerics, ops_libraries=ops_libraries)
