"""Element types of tensors as NumPy knows them."""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from ml_dtypes import bfloat16 as _bfloat16
    from ml_dtypes import float8_e4m3fn as _f8e4m3fn
    from ml_dtypes import float8_e5m2 as _f8e5m2
except ImportError:  # their bits, then
    _bfloat16, _f8e4m3fn, _f8e5m2 = np.uint16, np.uint8, np.uint8

# Types of less than a byte are unpacked: 4 or 2 bits an element, the lower ones first.
_PACKED = {"int4": (4, True), "uint4": (4, False), "int2": (2, True)}

SCALARS: dict[str, type] = {
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
    "bfloat16": _bfloat16,
    "float8_e4m3fn": _f8e4m3fn,
    "float8_e5m2": _f8e5m2,
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "bool": np.bool_,
    "complex64": np.complex64,
    "complex128": np.complex128,
    "int4": np.int8,
    "int2": np.int8,
    "uint4": np.uint8,
    "string": np.bytes_,
    "resource": np.object_,
    "variant": np.object_,
}

# By the names that TensorFlow Lite's messages use.
_KINDS = {
    np.dtype(np.float16): "FLOAT16",
    np.dtype(np.float32): "FLOAT32",
    np.dtype(np.float64): "FLOAT64",
    np.dtype(np.int8): "INT8",
    np.dtype(np.int16): "INT16",
    np.dtype(np.int32): "INT32",
    np.dtype(np.int64): "INT64",
    np.dtype(np.uint8): "UINT8",
    np.dtype(np.uint16): "UINT16",
    np.dtype(np.uint32): "UINT32",
    np.dtype(np.uint64): "UINT64",
    np.dtype(np.bool_): "BOOL",
    np.dtype(np.complex64): "COMPLEX64",
    np.dtype(np.complex128): "COMPLEX128",
}


def packed(kind: str) -> bool:
    """Whether elements of that type take less than a byte."""
    return kind in _PACKED


def kind_of(array: np.ndarray) -> str:
    """An array's type by TensorFlow Lite's name; text, bytes and objects count as strings."""
    if array.dtype.kind in "OSU":
        return "STRING"
    if array.dtype.name == "bfloat16":
        return "BFLOAT16"
    return _KINDS.get(array.dtype, "NOTYPE")


def fits(array: np.ndarray, kind: str) -> bool:
    """Whether an array can be given to a tensor of that type."""
    if kind == "string":
        return kind_of(array) == "STRING"
    return array.dtype == np.dtype(SCALARS[kind])


def unpack(raw: np.ndarray, kind: str, count: int) -> np.ndarray:
    """Elements of less than a byte, a byte each."""
    width, signed = _PACKED[kind]
    shifts = np.arange(0, 8, width, dtype=np.uint8)
    values = ((raw[:, None] >> shifts) & ((1 << width) - 1)).reshape(-1)[:count]
    if not signed:
        return values
    half = 1 << (width - 1)
    return (values.astype(np.int16) ^ half).astype(np.int8) - np.int8(half)


def pack(values: np.ndarray, kind: str) -> np.ndarray:
    """The reverse of unpack(). Errors: ValueError, a value that has no room."""
    width, signed = _PACKED[kind]
    low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    flat = values.reshape(-1)
    if flat.size and (flat.min() < low or flat.max() > high):
        raise ValueError(f"Cannot set tensor: {kind} takes values from {low} to {high}")
    per_byte = 8 // width
    padded = np.zeros(-(-flat.size // per_byte) * per_byte, np.uint8)
    padded[: flat.size] = flat.astype(np.uint8) & ((1 << width) - 1)
    shifts = np.arange(0, 8, width, dtype=np.uint8)
    return np.bitwise_or.reduce(padded.reshape(-1, per_byte) << shifts, axis=1).astype(np.uint8)


def to_bytes(value: Any) -> bytes:
    """One string of a tensor of strings."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8")
