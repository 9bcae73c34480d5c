"""Samara: runs, optimises, delivers and observes .tflite models on devices you own.

    model = samara.load("model.tflite")
    out = model(image=picture)

Interpreter is the class that programs know from TensorFlow Lite; samara.tflite puts it in its place.
samara.device is the device library: models that are delivered, verified and swapped.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samara._compare import compare
    from samara.interpreter import (
        Delegate,
        Interpreter,
        InterpreterWithCustomOps,
        OpResolverType,
        SignatureRunner,
        load_delegate,
    )
    from samara._model import Model, load
    from samara._profile import profile

# Where each name is found: loaded when it is first asked for, so that samara.device needs neither NumPy
# nor the engine's module.
_HOME = {
    "Delegate": "interpreter",
    "Interpreter": "interpreter",
    "InterpreterWithCustomOps": "interpreter",
    "OpResolverType": "interpreter",
    "SignatureRunner": "interpreter",
    "load_delegate": "interpreter",
    "Model": "_model",
    "load": "_model",
    "profile": "_profile",
    "compare": "_compare",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"samara.{_HOME[name]}"), name)
    if name == "__version__":
        return importlib.import_module("samara._native").version
    if name in ("device", "errors", "interpreter", "tflite", "calibration"):
        return importlib.import_module(f"samara.{name}")
    raise AttributeError(f"module 'samara' has no attribute {name!r}")


def __dir__() -> list:
    return __all__ + ["__version__", "calibration", "device", "errors", "interpreter", "tflite"]
