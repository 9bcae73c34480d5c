"""Arrays into and out of the engine's memory."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from samara import _types
from samara._native import Interpreter


def fill(interpreter: Interpreter, subgraph: int, index: int, kind: str, array: np.ndarray) -> None:
    """Copies an array into an input, which must be planned for its shape."""
    if kind == "string":
        texts = [_types.to_bytes(v) for v in array.reshape(-1).tolist()]
        interpreter.set_strings(subgraph, index, texts)
    elif _types.packed(kind):
        interpreter.data(subgraph, index)[:] = _types.pack(array, kind)
    else:
        interpreter.data(subgraph, index).view(array.dtype)[:] = array.reshape(-1)


def read(interpreter: Interpreter, subgraph: int, index: int, kind: str) -> Optional[np.ndarray]:
    """A copy of a tensor's values; None where it has none."""
    shape = interpreter.shape(subgraph, index)
    if kind == "string":
        values = interpreter.strings(subgraph, index)
        if len(values) != math.prod(shape):
            return None
        texts = np.empty(len(values), dtype=object)
        texts[:] = values
        return texts.reshape(shape)
    seen = view(interpreter, subgraph, index, kind)
    return None if seen is None else seen.copy()


def view(interpreter: Interpreter, subgraph: int, index: int, kind: str) -> Optional[np.ndarray]:
    """A tensor's memory as an array; None where it has none. What takes less than a byte is copied."""
    raw = interpreter.data(subgraph, index)
    if raw is None or kind in ("resource", "variant"):  # handles, which mean nothing outside
        return raw
    shape = interpreter.shape(subgraph, index)
    if _types.packed(kind):
        return _types.unpack(raw, kind, math.prod(shape)).reshape(shape)
    return raw.view(_types.SCALARS[kind]).reshape(shape)
