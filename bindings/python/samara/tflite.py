"""Samara in the place of TensorFlow Lite's Python packages.

    import samara.tflite
    samara.tflite.install()

or, for a program that is not to be touched:

    python -m samara.tflite program.py [ARGUMENT...]

From then on `tflite_runtime.interpreter`, `ai_edge_litert.interpreter` and `tensorflow.lite` give
Samara's Interpreter; whatever else is in those packages stays theirs.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import runpy
import sys
import types
from typing import Any, Callable, Optional

from samara import calibration, interpreter

_VERSION = "2.19.0"  # of the interface that is answered to


def _fill_interpreter(module: types.ModuleType) -> None:
    for name in interpreter.__all__:
        setattr(module, name, getattr(interpreter, name))


def _fill_calibration(module: types.ModuleType) -> None:
    for name in ("InvokeWithCalibration", "MemoryUsage", "Range", "get_memory_usage"):
        setattr(module, name, getattr(calibration, name))


def _fill_package(module: types.ModuleType) -> None:
    if not hasattr(module, "__version__"):
        setattr(module, "__version__", _VERSION)


def _fill_lite(module: types.ModuleType) -> None:
    """`tensorflow.lite`, and what programs reach by tf.lite."""
    setattr(module, "Interpreter", interpreter.Interpreter)
    experimental = getattr(module, "experimental", None)
    if experimental is None:
        experimental = types.ModuleType(f"{module.__name__}.experimental")
        setattr(module, "experimental", experimental)
    setattr(experimental, "load_delegate", interpreter.load_delegate)
    setattr(experimental, "OpResolverType", interpreter.OpResolverType)


def _fill_tensorflow(module: types.ModuleType) -> None:
    """`tensorflow` loads its `lite` when it is first asked for; ours is put in once it is there."""
    try:
        lite = module.lite
    except AttributeError:
        lite = importlib.import_module("tensorflow.lite")
        setattr(module, "lite", lite)
    _fill_lite(lite)


# What is put into each module, after the package's own code ran or, where there is none, instead of it.
_FILLS: dict[str, Callable[[types.ModuleType], None]] = {
    "tflite_runtime": _fill_package,
    "tflite_runtime.interpreter": _fill_interpreter,
    "ai_edge_litert": _fill_package,
    "ai_edge_litert.interpreter": _fill_interpreter,
    "ai_edge_litert._pywrap_tfl_calibration": _fill_calibration,
    "tensorflow": _fill_tensorflow,
    "tensorflow.lite": _fill_lite,
    "tensorflow.lite.python.interpreter": _fill_interpreter,
    "tensorflow.lite.python.lite": _fill_lite,
}
# These are whole without the package's own code, so that its runtime is not loaded at all.
_WHOLE = {
    "tflite_runtime.interpreter",
    "ai_edge_litert.interpreter",
    "ai_edge_litert._pywrap_tfl_calibration",
}


class _Loader(importlib.abc.Loader):
    """Runs the package's own module, if there is one, and then puts ours in."""

    def __init__(self, name: str, real: Optional[importlib.machinery.ModuleSpec]):
        self.name, self.real = name, real

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Optional[types.ModuleType]:
        if self.real and self.real.loader:
            return self.real.loader.create_module(self.real)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        if self.real and self.real.loader:
            self.real.loader.exec_module(module)
        _FILLS[self.name](module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if name not in _FILLS:
            return None
        real = None if name in _WHOLE else self._real(name, path, target)
        package = name in ("tflite_runtime", "ai_edge_litert", "tensorflow", "tensorflow.lite")
        if real is None and not package and name not in _WHOLE:
            return None
        spec = importlib.machinery.ModuleSpec(
            name,
            _Loader(name, real),
            origin=real.origin if real else "samara.tflite",
            is_package=package,
        )
        if real and real.submodule_search_locations is not None:
            spec.submodule_search_locations = list(real.submodule_search_locations)
        if real and real.has_location:
            spec.has_location = True
        return spec

    def _real(self, name: str, path: Any, target: Any) -> Optional[importlib.machinery.ModuleSpec]:
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                found = finder.find_spec(name, path, target)
                if found is not None:
                    return found
        return None


_finder = _Finder()


def install() -> None:
    """Puts Samara in the place of the packages named above, for this process. Modules that are loaded
    already are changed where they are; classes that a program has taken out of them before stay.
    """
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    for name, fill in _FILLS.items():
        loaded = sys.modules.get(name)
        if loaded is not None:
            fill(loaded)


def uninstall() -> None:
    """Takes Samara out again for what is imported from now on."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in _WHOLE | {"tflite_runtime"}:
        module = sys.modules.get(name)
        if module is not None and getattr(module.__spec__, "origin", None) == "samara.tflite":
            del sys.modules[name]


def _main(arguments: list[str]) -> None:
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: python -m samara.tflite (PROGRAM.py | -m MODULE) [ARGUMENT...]", file=sys.stderr)
        raise SystemExit(0 if arguments else 2)
    importlib.import_module("samara.tflite").install()
    if arguments[0] == "-m" and len(arguments) > 1:
        sys.argv = arguments[1:]
        sys.path.insert(0, "")
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(importlib.import_module("pathlib").Path(arguments[0]).resolve().parent))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    _main(sys.argv[1:])
