"""What the tests share: models, and a way to say what must fail."""

import os
import pathlib

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = ROOT / "examples/digits/models"
F32, INT8, DR = (str(MODELS / f"digits_{kind}.tflite") for kind in ("f32", "int8", "dr"))


def data(*parts):
    """Files of the test data's folder; none where there is no such folder."""
    folder = os.environ.get("SAMARA_TEST_DATA")
    if not folder:
        return []
    return sorted(p for part in parts for p in pathlib.Path(folder).glob(part) if p.stat().st_size < 2_000_000)


def fails(kind, text, call, *arguments, **named):
    """The call raises exactly `kind`, with `text` in its message."""
    with pytest.raises(kind) as caught:
        call(*arguments, **named)
    assert text in str(caught.value), str(caught.value)
    return caught.value


def picture(details, seed=0):
    """An array that an input takes."""
    rng = np.random.default_rng(seed)
    dtype, shape = np.dtype(details["dtype"]), details["shape"]
    if dtype.kind == "f":
        return rng.random(shape).astype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    if dtype.kind in "iu":
        top = min(np.iinfo(dtype).max, 127)
        return rng.integers(0, 2 if dtype.itemsize > 2 else top, shape).astype(dtype)
    return np.full(shape, b"text", dtype=object)
