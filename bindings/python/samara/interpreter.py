"""Interpreter: the class that programs know as tf.lite.Interpreter, tflite_runtime's and ai_edge_litert's.

    interpreter = samara.Interpreter("model.tflite", num_threads=2)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    print(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

New programs are shorter with samara.load(). What differs from TensorFlow Lite is in docs/python.md.
"""

from __future__ import annotations

import ctypes
import enum
import os
import warnings
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence, Union

import numpy as np

from samara._wrapper import InterpreterWrapper, open_model

__all__ = [
    "Delegate",
    "Interpreter",
    "InterpreterWithCustomOps",
    "OpResolverType",
    "SignatureRunner",
    "load_delegate",
]


@enum.unique
class OpResolverType(enum.Enum):
    """Which rounding to run with (docs/numerics.md): what TensorFlow Lite's kernels of that choice give."""

    AUTO = 0  # xnnpack
    BUILTIN = 1  # xnnpack
    BUILTIN_REF = 2  # reference
    BUILTIN_WITHOUT_DEFAULT_DELEGATES = 3  # reference


class Delegate:
    """A delegate from a shared library that exports tflite_plugin_create_delegate."""

    def __init__(self, library: str, options: Optional[Mapping[Any, Any]] = None):
        """Loads the library and asks it for a delegate with these options, as text.

        Errors   OSError (no such library), AttributeError (no delegate in it), ValueError (it
                 refuses; the text is its own)
        """
        self._library: Any = None
        self._delegate_ptr: Optional[int] = None
        loaded = ctypes.pydll.LoadLibrary(library)
        create, destroy = loaded.tflite_plugin_create_delegate, loaded.tflite_plugin_destroy_delegate
        report_type = ctypes.CFUNCTYPE(None, ctypes.c_char_p)
        texts = ctypes.POINTER(ctypes.c_char_p)
        create.argtypes, create.restype = [texts, texts, ctypes.c_size_t, report_type], ctypes.c_void_p
        destroy.argtypes, destroy.restype = [ctypes.c_void_p], None
        pairs = [(str(k).encode(), str(v).encode()) for k, v in (options or {}).items()]
        messages: list[str] = []
        self._report = report_type(lambda text: messages.append((text or b"").decode("utf-8", "replace")))
        array = ctypes.c_char_p * len(pairs)
        made = create(array(*[k for k, _ in pairs]), array(*[v for _, v in pairs]), len(pairs), self._report)
        if made is None:
            raise ValueError("".join(messages))
        self._library, self._delegate_ptr = loaded, made

    def __del__(self) -> None:
        if getattr(self, "_library", None) is not None:
            self._library.tflite_plugin_destroy_delegate(self._delegate_ptr)
            self._library = None

    def _get_native_delegate_pointer(self) -> Optional[int]:
        return self._delegate_ptr


def load_delegate(library: str, options: Optional[Mapping[Any, Any]] = None) -> Delegate:
    """Loads a delegate for Interpreter's experimental_delegates.

    Errors   ValueError "Failed to load delegate from"; OSError, AttributeError as Delegate
    """
    try:
        return Delegate(library, options)
    except ValueError as error:
        raise ValueError(f"Failed to load delegate from {library}\n{error}") from error


class SignatureRunner:
    """Runs one signature of a model: inputs by name in, a dictionary of outputs back."""

    def __init__(self, interpreter: Optional[Interpreter] = None, signature_key: Optional[str] = None):
        if not interpreter:
            raise ValueError("None interpreter provided.")
        if not signature_key:
            raise ValueError("None signature_key provided.")
        signatures = interpreter._get_full_signature_list()
        if signature_key not in signatures:
            raise ValueError(f'Invalid signature_key provided: "{signature_key}".')
        self._interpreter = interpreter
        self._interpreter_wrapper = interpreter._interpreter
        self._signature_key = signature_key
        self._signature_def = signatures[signature_key]
        self._inputs = self._signature_def["inputs"]
        self._outputs = self._signature_def["outputs"].items()
        self._subgraph_index = self._interpreter_wrapper.GetSubgraphIndexFromSignature(signature_key)

    def __call__(self, **kwargs: np.ndarray) -> dict[str, np.ndarray]:
        """Runs it over NumPy arrays, resizing inputs to the arrays' shapes."""
        if len(kwargs) != len(self._inputs):
            raise ValueError(
                "Invalid number of inputs provided for running a SignatureDef, "
                f"expected {len(self._inputs)} vs provided {len(kwargs)}"
            )
        wrapper, subgraph = self._interpreter_wrapper, self._subgraph_index
        for name, value in kwargs.items():
            if name not in self._inputs:
                raise ValueError(f"Invalid Input name ({name}) for SignatureDef")
            wrapper.ResizeInputTensor(
                self._inputs[name], np.array(value.shape, dtype=np.int32), False, subgraph
            )
        wrapper.AllocateTensors(subgraph)
        for name, value in kwargs.items():
            wrapper.SetTensor(self._inputs[name], value, subgraph)
        wrapper.Invoke(subgraph)
        return {name: wrapper.GetTensor(index, subgraph) for name, index in self._outputs}

    def get_input_details(self) -> dict[str, dict[str, Any]]:
        """By input name, what Interpreter.get_input_details() says of a tensor."""
        return {
            name: self._interpreter._get_tensor_details(index, self._subgraph_index)
            for name, index in self._inputs.items()
        }

    def get_output_details(self) -> dict[str, dict[str, Any]]:
        """By output name, what Interpreter.get_output_details() says of a tensor."""
        return {
            name: self._interpreter._get_tensor_details(index, self._subgraph_index)
            for name, index in self._outputs
        }

    def __repr__(self) -> str:
        return (
            f"<samara.SignatureRunner {self._signature_key!r}: {', '.join(self._inputs)}"
            f" -> {', '.join(name for name, _ in self._outputs)}>"
        )


class Interpreter:
    """Runs a .tflite model through its tensors' numbers."""

    def __init__(
        self,
        model_path: Union[str, os.PathLike, None] = None,
        model_content: Optional[bytes] = None,
        experimental_delegates: Optional[Sequence[Delegate]] = None,
        num_threads: Optional[int] = None,
        experimental_op_resolver_type: OpResolverType = OpResolverType.AUTO,
        experimental_preserve_all_tensors: bool = False,
        experimental_disable_delegate_clustering: bool = False,
        experimental_default_delegate_latest_features: bool = False,
        experimental_compress_quantization_zero_points: bool = False,
        experimental_disable_delegate_node_fusion: bool = False,
        experimental_force_delegate_node_profiling: bool = False,
    ):
        """Opens a model, by path or by content.

        Of the options, those about delegate clustering, features, fusion and profiling change
        nothing here: there is no default delegate.

        Errors   ValueError (not exactly one of path and content, the file, num_threads, resolver)
        """
        del experimental_disable_delegate_clustering, experimental_default_delegate_latest_features
        del experimental_disable_delegate_node_fusion, experimental_force_delegate_node_profiling
        self._interpreter: Any = None
        self._delegates: list[Delegate] = []
        self._custom_op_registerers = list(getattr(self, "_custom_op_registerers", ()))
        self._experimental_compress_quantization_zero_points = experimental_compress_quantization_zero_points
        if not isinstance(experimental_op_resolver_type, OpResolverType):
            raise_unless_known(experimental_op_resolver_type)
        if num_threads is not None:
            if not isinstance(num_threads, int):
                raise ValueError("type of num_threads should be int")
            if num_threads < 1:
                raise ValueError("num_threads should >= 1")
        if model_path and model_content:
            raise ValueError("Can't both provide `model_path` and `model_content`")
        if not model_path and not model_content:
            raise ValueError("`model_path` or `model_content` must be specified.")
        source = os.fspath(model_path) if model_path else _content(model_content)
        reference = experimental_op_resolver_type.value in (2, 3)
        self._model = open_model(source, reference, self._custom_op_registerers)
        self._interpreter = InterpreterWrapper(
            self._model, int(num_threads or 1), bool(experimental_preserve_all_tensors)
        )
        for delegate in experimental_delegates or ():
            self._delegates.append(delegate)
            self._interpreter.ModifyGraphWithDelegate(delegate._get_native_delegate_pointer())
            warnings.warn(
                "Samara does not run delegates of others from Python: the model runs on the CPU",
                stacklevel=2,
            )
        self._signature_defs = self.get_signature_list()

    def allocate_tensors(self) -> None:
        """Plans shapes and memory for the inputs' shapes. Errors: RuntimeError."""
        self._ensure_safe()
        return self._interpreter.AllocateTensors()

    def invoke(self) -> None:
        """Runs the model over the inputs now set; other Python threads run meanwhile.

        Errors   RuntimeError (not allocated, a view is held, a value that an operator refuses)
        """
        self._ensure_safe()
        self._interpreter.Invoke()

    def _safe_to_run(self) -> bool:
        return self._interpreter.views == 0

    def _ensure_safe(self) -> None:
        if not self._safe_to_run():
            raise RuntimeError(
                "There is at least 1 reference to internal data\n"
                "      in the interpreter in the form of a numpy array or slice. Be sure to\n"
                "      only hold the function returned from tensor() if you are using raw\n"
                "      data access."
            )

    def _get_op_details(self, op_index: int) -> dict[str, Any]:
        wrapper = self._interpreter
        inputs, outputs = wrapper.NodeInputs(op_index), wrapper.NodeOutputs(op_index)
        return {
            "index": int(op_index),
            "op_name": wrapper.NodeName(op_index),
            "inputs": inputs,
            "outputs": outputs,
            "operand_types": [wrapper.TensorType(i, 0) for i in inputs if i != -1],
            "result_types": [wrapper.TensorType(i, 0) for i in outputs if i != -1],
        }

    def _get_ops_details(self) -> list[dict[str, Any]]:
        return [self._get_op_details(i) for i in range(self._interpreter.NumNodes())]

    def _get_tensor_details(self, tensor_index: int, subgraph_index: int) -> dict[str, Any]:
        wrapper, index = self._interpreter, int(tensor_index)
        scales, zero_points, axis, block_size = wrapper.TensorQuantizationParameters(index, subgraph_index)
        return {
            "name": wrapper.TensorName(index, subgraph_index),
            "index": index,
            "shape": wrapper.TensorSize(index, subgraph_index),
            "shape_signature": wrapper.TensorSizeSignature(index, subgraph_index),
            "dtype": wrapper.TensorType(index, subgraph_index),
            "quantization": wrapper.TensorQuantization(index, subgraph_index),
            "quantization_parameters": {
                "scales": scales,
                "zero_points": zero_points,
                "quantized_dimension": axis,
                "block_size": block_size,
            },
            "sparsity_parameters": wrapper.TensorSparsityParameters(index, subgraph_index),
        }

    def num_subgraphs(self) -> int:
        return self._interpreter.NumSubgraphs()

    def get_tensor_details(self, subgraph_index: int = 0) -> list[dict[str, Any]]:
        """Of every tensor of a subgraph: name, index, shape, shape_signature (-1 where a dimension
        may change), dtype, quantization (scale, zero point), quantization_parameters (scales,
        zero_points, quantized_dimension, block_size), sparsity_parameters ({}: dense).
        """
        count = self._interpreter.NumSubgraphs()
        if not 0 <= subgraph_index < count:
            raise ValueError(
                f"subgraph_index is out of range: {subgraph_index} for the model, which has"
                f" {count} subgraphs."
            )
        tensors = self._interpreter.NumTensors(subgraph_index)
        return [self._get_tensor_details(i, subgraph_index) for i in range(tensors)]

    def get_input_details(self) -> list[dict[str, Any]]:
        """As get_tensor_details(), of the inputs."""
        return [self._get_tensor_details(i, 0) for i in self._interpreter.InputIndices()]

    def get_output_details(self) -> list[dict[str, Any]]:
        """As get_tensor_details(), of the outputs."""
        return [self._get_tensor_details(i, 0) for i in self._interpreter.OutputIndices()]

    def set_tensor(self, tensor_index: int, value: Any) -> None:
        """Copies an array of the tensor's own dtype and shape into an input.

        Errors   ValueError "Cannot set tensor: ...", "Invalid tensor index ..."
        """
        self._interpreter.SetTensor(tensor_index, value)

    def resize_tensor_input(
        self, input_index: int, tensor_size: Iterable[int], strict: bool = False
    ) -> None:
        """Gives an input another shape, in effect with allocate_tensors(). With `strict` only
        dimensions that are -1 in shape_signature may change. Errors: RuntimeError.
        """
        self._ensure_safe()
        self._interpreter.ResizeInputTensor(input_index, np.array(tensor_size, dtype=np.int32), strict)

    def get_signature_list(self) -> dict[str, dict[str, list[str]]]:
        """By signature key, the names of its inputs and outputs."""
        return {
            key: {"inputs": list(s["inputs"]), "outputs": list(s["outputs"])}
            for key, s in self._interpreter.GetSignatureDefs().items()
        }

    def _get_full_signature_list(self) -> dict[str, dict[str, dict[str, int]]]:
        return self._interpreter.GetSignatureDefs()

    def get_signature_runner(self, signature_key: Optional[str] = None) -> SignatureRunner:
        """What runs a signature; None is the only one. Errors: ValueError."""
        if signature_key is None:
            if len(self._signature_defs) != 1:
                raise ValueError(
                    "SignatureDef signature_key is None and model has "
                    f"{len(self._signature_defs)} Signatures. None is only allowed when the model "
                    "has 1 SignatureDef"
                )
            signature_key = next(iter(self._signature_defs))
        return SignatureRunner(interpreter=self, signature_key=signature_key)

    def get_tensor(self, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        """A copy of a tensor's values. Of intermediate results those that nothing has overwritten;
        all of them with experimental_preserve_all_tensors.

        Errors   ValueError "Tensor data is null ..." (no value), "Invalid tensor index ..."
        """
        return self._interpreter.GetTensor(tensor_index, subgraph_index)

    def tensor(self, tensor_index: int) -> Callable[[], np.ndarray]:
        """A function that gives a view of the tensor's memory, without a copy. While such a view is
        held, what could move the memory (allocate_tensors, invoke, resize) raises RuntimeError.
        """
        return lambda: self._interpreter.tensor(self._interpreter, tensor_index)

    def reset_all_variables(self) -> None:
        """Sets variable tensors back to their initial value."""
        self._interpreter.ResetVariableTensors()

    @property
    def experimental_compress_quantization_zero_points(self) -> bool:
        return self._experimental_compress_quantization_zero_points

    def _native_handle(self) -> int:
        return self._interpreter.interpreter()

    def __repr__(self) -> str:
        if self._interpreter is None:
            return "<samara.Interpreter of no model>"
        wrapper = self._interpreter

        def line(index: int) -> str:
            dims = "x".join(str(d) for d in wrapper.TensorSize(index)) or "scalar"
            return f"{wrapper.TensorName(index)} {wrapper.TensorType(index).__name__} {dims}"

        inputs = ", ".join(line(i) for i in wrapper.InputIndices())
        outputs = ", ".join(line(i) for i in wrapper.OutputIndices())
        return f"<samara.Interpreter: {inputs} -> {outputs}>"


class InterpreterWithCustomOps(Interpreter):
    """An Interpreter with operators from shared objects that export samara_register_ops."""

    def __init__(self, custom_op_registerers: Optional[Sequence[str]] = None, **kwargs: Any):
        """`custom_op_registerers`: paths of such libraries (examples/own_op).

        Errors   ValueError (a function or symbol: those of TensorFlow Lite's own C++ cannot be used)
        """
        self._custom_op_registerers = list(custom_op_registerers or [])
        for name in self._custom_op_registerers:
            if not isinstance(name, str) or not name.endswith(".so"):
                raise ValueError(
                    f"custom_op_registerers takes paths of libraries with samara_register_ops, not {name!r}"
                )
        super().__init__(**kwargs)


def raise_unless_known(resolver: Any) -> None:
    """For programs that bring the enumeration of another package."""
    if getattr(type(resolver), "__name__", "") != "OpResolverType" or resolver.value not in range(4):
        raise ValueError(f"Unrecognized passed in op resolver type: {resolver}")


def _content(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, (bytearray, memoryview)):
        return bytes(content)
    raise TypeError(f"model_content takes bytes, not {type(content).__name__}")
