"""InterpreterWrapper: what tf.lite.Interpreter calls `_interpreter`, under the names that programs use."""

from __future__ import annotations

import contextlib
import operator
import weakref
from typing import Any, Callable, Optional, Sequence

import numpy as np

from samara import _memory, _types, errors
from samara._native import Interpreter as _Interpreter
from samara._native import Model as _Model

# Interpreters by the number that _native_handle() gives, as calibrators ask for them by it.
_by_handle: weakref.WeakValueDictionary[int, "InterpreterWrapper"] = weakref.WeakValueDictionary()

_NOT_READY = "Invoke called on model that is not ready."
_NO_DATA = "Tensor data is null. Run allocate_tensors() first"


@contextlib.contextmanager
def _as_runtime_error():
    try:
        yield
    except errors.Error as error:
        raise RuntimeError(str(error)) from error


def open_model(source: Any, reference: bool, ops_libraries: Sequence[str] = ()) -> _Model:
    """Opens a path or bytes. Errors: ValueError, with the words that TensorFlow Lite has for it."""
    try:
        return _Model.open(source, reference, list(ops_libraries))
    except (errors.NotFound, errors.Failed, errors.PermissionDenied) as error:
        raise ValueError(
            f"Could not open '{source}'.The model allocation is null/empty ({error})"
        ) from error
    except errors.Error as error:
        raise ValueError(f"The model is not a valid Flatbuffer buffer ({error})") from error


def ints(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int32)


class InterpreterWrapper:
    """A model with its tensors by number, subgraph by subgraph."""

    def __init__(self, model: _Model, threads: int = 1, keep_all: bool = False):
        self._model, self._threads, self._keep_all = model, threads, keep_all
        self._made: Optional[_Interpreter] = None
        self._allocated: set[int] = set()
        if model.refusal is None:
            self._made = _Interpreter(model, threads, keep_all)
        _by_handle[id(self)] = self

    # What a model has.

    def interpreter(self) -> int:
        """A number that stands for this interpreter, for invoke_with_calibration()."""
        return id(self)

    def NumSubgraphs(self) -> int:
        return self._model.subgraphs

    def NumTensors(self, subgraph_index: int) -> int:
        self._check_subgraph(subgraph_index)
        return self._model.tensors(subgraph_index)

    def NumNodes(self) -> int:
        return len(self._model.nodes(0))

    def InputIndices(self) -> np.ndarray:
        return ints(self._model.inputs(0))

    def OutputIndices(self) -> np.ndarray:
        return ints(self._model.outputs(0))

    def NodeName(self, node: int) -> str:
        return self._node(node)[0]

    def NodeInputs(self, node: int) -> np.ndarray:
        return ints(self._node(node)[1])

    def NodeOutputs(self, node: int) -> np.ndarray:
        return ints(self._node(node)[2])

    def GetSignatureDefs(self) -> dict[str, dict[str, dict[str, int]]]:
        return {
            key: {"inputs": dict(sorted(inputs.items())), "outputs": dict(sorted(outputs.items()))}
            for key, _, inputs, outputs in self._model.signatures()
        }

    def GetSubgraphIndexFromSignature(self, signature_key: str) -> int:
        for key, subgraph, _, _ in self._model.signatures():
            if key == signature_key:
                return subgraph
        raise ValueError("No signature.")

    # What a tensor is.

    def TensorName(self, tensor_index: int, subgraph_index: int = 0) -> str:
        return self._facts(tensor_index, subgraph_index)[0]

    def TensorType(self, tensor_index: int, subgraph_index: int = 0) -> type:
        return _types.SCALARS[self._facts(tensor_index, subgraph_index)[1]]

    def TensorSize(self, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        return ints(self._shape(tensor_index, subgraph_index))

    def TensorSizeSignature(self, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        signature = self._facts(tensor_index, subgraph_index)[3]
        return ints(signature) if signature else self.TensorSize(tensor_index, subgraph_index)

    def TensorQuantization(self, tensor_index: int, subgraph_index: int = 0) -> tuple[float, int]:
        scales, zero_points = self._facts(tensor_index, subgraph_index)[4][:2]
        return (scales[0], zero_points[0]) if len(scales) == 1 else (0.0, 0)

    def TensorQuantizationParameters(self, tensor_index: int, subgraph_index: int = 0) -> tuple:
        scales, zero_points, axis, block_size, block_scales = self._facts(
            tensor_index, subgraph_index
        )[4]
        if block_size and not scales and block_scales >= 0:
            scales = self.GetTensor(block_scales, subgraph_index).reshape(-1)
        return np.array(scales, np.float32), ints(zero_points), axis, block_size

    def TensorSparsityParameters(self, tensor_index: int, subgraph_index: int = 0) -> dict[str, Any]:
        self._facts(tensor_index, subgraph_index)
        sparsity = self._model.sparsity(subgraph_index, tensor_index)
        if sparsity is None:
            return {}
        order, block_map, dims = sparsity
        return {
            "traversal_order": ints(order),
            "block_map": ints(block_map),
            "dim_metadata": [
                {"format": 0, "dense_size": size}
                if dense
                else {"format": 1, "array_segments": ints(segments), "array_indices": ints(indices)}
                for dense, size, segments, indices in dims
            ],
        }

    # What it holds.

    def GetTensor(self, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        """A copy of the tensor's values; an element of less than a byte takes one."""
        return self._held(_memory.read, tensor_index, subgraph_index)

    def tensor(self, _base: Any, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        """A view of the tensor's memory, read-only for constants; what cannot be viewed is copied."""
        _, kind, _, _, _, constant, _ = self._facts(tensor_index, subgraph_index)
        if kind == "string":
            return self.GetTensor(tensor_index, subgraph_index)
        seen = self._held(_memory.view, tensor_index, subgraph_index)
        seen.flags.writeable = not (constant or _types.packed(kind))
        return seen

    def SetTensor(self, i: int, value: Any, subgraph_index: int = 0) -> None:
        name, kind, _, _, _, constant, _ = self._facts(i, subgraph_index)
        array = np.asarray(value)
        if not _types.fits(array, kind):
            raise ValueError(
                f"Cannot set tensor: Got value of type {_types.kind_of(array)} but expected type "
                f"{kind.upper()} for input {i}, name: {name} "
            )
        shape = self._shape(i, subgraph_index)
        if array.ndim != len(shape):
            raise ValueError(
                f"Cannot set tensor: Dimension mismatch. Got {array.ndim} but expected "
                f"{len(shape)} for input {i}."
            )
        for d, (got, expected) in enumerate(zip(array.shape, shape)):
            if got != expected:
                raise ValueError(
                    f"Cannot set tensor: Dimension mismatch. Got {got} but expected {expected} "
                    f"for dimension {d} of input {i}."
                )
        if constant:
            raise ValueError(f"Cannot set tensor: tensor {i}, name: {name}, is a constant of the model")
        allocated = self._made is not None and (
            self._made.planned(subgraph_index)
            if kind == "string"
            else self._made.data(subgraph_index, i) is not None
        )
        if not allocated:
            raise ValueError(
                "Cannot set tensor: Tensor is unallocated. Try calling allocate_tensors() first"
            )
        try:
            _memory.fill(self._made, subgraph_index, i, kind, array)
        except errors.Error as error:
            raise ValueError(f"Cannot set tensor: {error}") from error

    # What it does.

    def SetNumThreads(self, num_threads: int) -> None:
        if num_threads < -1 or num_threads == 0:
            raise ValueError("num_threads should >= 0 or just -1 to let TFLite runtime set the value.")
        self._threads = max(1, num_threads)

    def ModifyGraphWithDelegate(self, delegate: int) -> None:
        """Takes note of a delegate of others; docs/python.md says what becomes of it."""

    def ResizeInputTensor(
        self, i: int, value: Any, strict: bool = False, subgraph_index: int = 0
    ) -> None:
        self._check_subgraph(subgraph_index)
        shape = np.asarray(value)
        if shape.dtype != np.int32:
            raise ValueError(f"Shape must be type int32 (was {shape.dtype}).")
        if shape.ndim != 1:
            raise ValueError(f"Shape should be 1D instead of {shape.ndim}.")
        if not 0 <= i < self._model.tensors(subgraph_index):
            raise RuntimeError(f"there is no tensor {i}: tensor_index < context_.tensors_size was not true.")
        if strict:
            self._check_strict(i, shape.tolist(), subgraph_index)
        with _as_runtime_error():
            self._ready().resize(subgraph_index, i, shape.tolist())
        if not self._ready().planned(subgraph_index):
            self._allocated.discard(subgraph_index)

    def AllocateTensors(self, subgraph_index: int = -1) -> None:
        subgraph = max(subgraph_index, 0)
        self._check_subgraph(subgraph)
        with _as_runtime_error():
            self._allocated.discard(subgraph)
            self._ready().plan(subgraph)
            self._allocated.add(subgraph)

    def Invoke(self, subgraph_index: int = 0) -> None:
        self._ready_to_run(subgraph_index)
        with _as_runtime_error():
            self._made.run(subgraph_index)

    def ResetVariableTensors(self) -> None:
        if self._made:
            with _as_runtime_error():
                self._made.reset_variables()

    # Samara's own.

    def profile(self, subgraph_index: int = 0) -> list[tuple[int, int, str, str, int]]:
        """As Invoke(): (subgraph, node, operator, first output's name, nanoseconds) of each node."""
        self._ready_to_run(subgraph_index)
        with _as_runtime_error():
            return self._made.profile(subgraph_index)

    def calibrate(self, subgraph_index: int = 0) -> dict[str, tuple[float, float]]:
        """As Invoke(): least and greatest value of each float32 and int32 tensor that is no constant."""
        self._ready_to_run(subgraph_index)
        with _as_runtime_error():
            return self._made.calibrate(subgraph_index)

    @property
    def views(self) -> int:
        """How many arrays point into this interpreter's memory."""
        return self._made.views if self._made else 0

    # Checks.

    def _check_subgraph(self, index: int) -> None:
        if not 0 <= index < self._model.subgraphs:
            raise ValueError(
                f"Invalid subgraph index {index} exceeds max subgraph index {self._model.subgraphs}"
            )

    def _facts(self, tensor_index: int, subgraph_index: int) -> tuple:
        self._check_subgraph(subgraph_index)
        index, count = operator.index(tensor_index), self._model.tensors(subgraph_index)
        if not 0 <= index < count:
            raise ValueError(f"Invalid tensor index {index} exceeds max tensor index {count}")
        return self._model.tensor(subgraph_index, index)

    def _node(self, index: int) -> tuple:
        nodes = self._model.nodes(0)
        if not 0 <= index < len(nodes):
            raise ValueError("Invalid node index")
        return nodes[index]

    def _ready(self) -> _Interpreter:
        if self._made is None:
            raise RuntimeError(f"Encountered unresolved custom op: {self._model.refusal}")
        return self._made

    def _ready_to_run(self, subgraph_index: int) -> None:
        self._check_subgraph(subgraph_index)
        if subgraph_index not in self._allocated:
            raise RuntimeError(_NOT_READY)

    def _check_strict(self, i: int, shape: list[int], subgraph_index: int) -> None:
        now = self._shape(i, subgraph_index)
        signature = self._facts(i, subgraph_index)[3]
        if len(shape) != len(now):
            raise RuntimeError(
                f"Attempting to resize tensor {i} to rank {len(shape)}. ResizeInputTensorStrict only "
                "allows mutating unknown dimensions identified by -1."
            )
        for d, (old, new) in enumerate(zip(now, shape)):
            if old != new and (not signature or signature[d] != -1):
                raise RuntimeError(
                    f"Attempting to resize dimension {d} of tensor {i} with value {old} to {new}. "
                    "ResizeInputTensorStrict only allows mutating unknown dimensions identified by -1."
                )

    # Memory.

    def _shape(self, tensor_index: int, subgraph_index: int) -> list[int]:
        if self._made is None:
            return self._facts(tensor_index, subgraph_index)[2]
        self._facts(tensor_index, subgraph_index)
        return self._made.shape(subgraph_index, tensor_index)

    def _held(self, look: Callable, tensor_index: int, subgraph_index: int) -> np.ndarray:
        kind = self._facts(tensor_index, subgraph_index)[1]
        value = look(self._made, subgraph_index, tensor_index, kind) if self._made else None
        if value is None:
            raise ValueError(_NO_DATA)
        return value


def by_handle(handle: int) -> InterpreterWrapper:
    """The interpreter of a _native_handle(). Errors: ValueError."""
    found = _by_handle.get(handle)
    if found is None:
        raise ValueError("the handle is of no interpreter that is alive")
    return found
