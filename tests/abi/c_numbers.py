#!/usr/bin/env python3
"""libtensorflowlite_c.so against LiteRT: the same inputs, the outputs compared.

  c_numbers.py LIBRARY MODEL...

Integers must be equal, floats within 1e-4 of the output's range. Needs the packages of
tests/requirements.txt; exit 77 without them."""
import ctypes
import pathlib
import sys

try:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter
except ImportError as error:
    print(f"not compared: {error}")
    sys.exit(77)

P = ctypes.c_void_p


def load(path):
    c = ctypes.CDLL(path)
    for name, result, *arguments in (
        ("TfLiteModelCreateFromFile", P, ctypes.c_char_p),
        ("TfLiteModelDelete", None, P),
        ("TfLiteInterpreterCreate", P, P, P),
        ("TfLiteInterpreterDelete", None, P),
        ("TfLiteInterpreterAllocateTensors", ctypes.c_int, P),
        ("TfLiteInterpreterInvoke", ctypes.c_int, P),
        ("TfLiteInterpreterGetTensor", P, P, ctypes.c_int),
        ("TfLiteTensorByteSize", ctypes.c_size_t, P),
        ("TfLiteTensorCopyFromBuffer", ctypes.c_int, P, P, ctypes.c_size_t),
        ("TfLiteTensorCopyToBuffer", ctypes.c_int, P, P, ctypes.c_size_t),
    ):
        function = getattr(c, name)
        function.restype, function.argtypes = result, arguments
    return c


def random(generator, detail):
    dtype, shape = detail["dtype"], detail["shape"]
    if dtype == np.bool_:
        return generator.integers(0, 2, shape).astype(dtype)
    if np.issubdtype(dtype, np.integer):
        low, high = (np.iinfo(dtype).min, np.iinfo(dtype).max) if np.dtype(dtype).itemsize == 1 else (0, 4)
        return generator.integers(low, high, shape, endpoint=True).astype(dtype)
    return generator.uniform(-1, 1, shape).astype(dtype)


def ours(c, path, inputs, outputs):
    model = c.TfLiteModelCreateFromFile(str(path).encode())
    interpreter = c.TfLiteInterpreterCreate(model, None)
    c.TfLiteModelDelete(model)
    if not interpreter or c.TfLiteInterpreterAllocateTensors(interpreter) != 0:
        raise RuntimeError("is not loaded")
    for index, value in inputs.items():
        tensor = c.TfLiteInterpreterGetTensor(interpreter, index)
        if c.TfLiteTensorCopyFromBuffer(tensor, value.ctypes.data, value.nbytes) != 0:
            raise RuntimeError(f"input {index} is not taken")
    if c.TfLiteInterpreterInvoke(interpreter) != 0:
        raise RuntimeError("does not run")
    results = {}
    for index, like in outputs.items():
        results[index] = np.empty_like(like)
        tensor = c.TfLiteInterpreterGetTensor(interpreter, index)
        if c.TfLiteTensorCopyToBuffer(tensor, results[index].ctypes.data, like.nbytes) != 0:
            raise RuntimeError(f"output {index} has {c.TfLiteTensorByteSize(tensor)} bytes, not {like.nbytes}")
    c.TfLiteInterpreterDelete(interpreter)
    return results


def compare(c, path):
    """A word on what differs; None where nothing does."""
    theirs = Interpreter(str(path))
    theirs.allocate_tensors()
    generator = np.random.default_rng(5)
    inputs = {d["index"]: random(generator, d) for d in theirs.get_input_details()}
    for index, value in inputs.items():
        theirs.set_tensor(index, value)
    theirs.invoke()
    outputs = {d["index"]: theirs.get_tensor(d["index"]) for d in theirs.get_output_details()}
    for index, mine in ours(c, path, inputs, outputs).items():
        want = outputs[index]
        if np.issubdtype(want.dtype, np.floating):
            width = float(np.ptp(want)) or 1.0
            worst = float(np.max(np.abs(mine - want))) / width if want.size else 0.0
            if not worst <= 1e-4:
                return f"output {index} differs by {worst:.2g} of its range"
        elif not np.array_equal(mine, want):
            return f"output {index}: {np.count_nonzero(mine != want)} of {want.size} values differ"
    return None


def main():
    c, faults = load(sys.argv[1]), 0
    for path in map(pathlib.Path, sys.argv[2:]):
        try:
            fault = compare(c, path)
        except (RuntimeError, ValueError) as error:
            fault = str(error)
        faults += fault is not None
        print(f"{path.name}: {fault or 'the same'}", flush=True)
    print(f"{len(sys.argv) - 2 - faults} of {len(sys.argv) - 2} models are the same")
    return 1 if faults or len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
