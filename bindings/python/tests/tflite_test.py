"""samara.tflite: programs that import TensorFlow Lite's packages run on Samara."""

import os
import subprocess
import sys

import pytest
from case import INT8

PROGRAM = """
import sys
import numpy as np
{imports}
one = Interpreter(model_path={model!r}, num_threads=2)
one.allocate_tensors()
one.set_tensor(0, np.zeros((1, 32, 32, 3), np.int8))
one.invoke()
print(type(one).__module__, one.get_tensor(one.get_output_details()[0]["index"]).shape, sys.argv[1:])
"""
IMPORTS = {
    "tflite_runtime": "from tflite_runtime.interpreter import Interpreter, load_delegate",
    "its module": "import tflite_runtime.interpreter as tflite\nInterpreter = tflite.Interpreter",
    "ai_edge_litert": "from ai_edge_litert.interpreter import Interpreter, OpResolverType",
    "tensorflow.lite": "import tensorflow.lite as lite\nInterpreter = lite.Interpreter\n"
    "lite.experimental.load_delegate, lite.experimental.OpResolverType.BUILTIN_REF",
    "tensorflow": "import tensorflow as tf\nInterpreter = tf.lite.Interpreter",
}


def run(*arguments):
    return subprocess.run([sys.executable, *arguments], env=dict(os.environ), capture_output=True, text=True,
                          timeout=120, check=False)


@pytest.mark.parametrize("name", IMPORTS)
def test_an_unchanged_program_runs_on_samara(name, tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM.format(imports=IMPORTS[name], model=INT8), encoding="utf-8")
    ran = run("-m", "samara.tflite", str(tmp_path / "program.py"), "a", "-b")
    assert ran.stdout.strip() == "samara.interpreter (1, 10) ['a', '-b']", ran.stderr
    ran = run("-c", "import samara.tflite; samara.tflite.install()\n"
              + PROGRAM.format(imports=IMPORTS[name], model=INT8))
    assert ran.stdout.startswith("samara.interpreter (1, 10)"), ran.stderr


def test_what_is_loaded_already_is_changed():
    pytest.importorskip("ai_edge_litert")
    ran = run("-c", "import ai_edge_litert.interpreter as i, samara.tflite\n"
              "before = i.Interpreter.__module__; samara.tflite.install(); samara.tflite.install()\n"
              "print(before, i.Interpreter.__module__)")
    assert ran.stdout.split() == ["ai_edge_litert.interpreter", "samara.interpreter"], ran.stderr


def test_the_rest_of_a_package_stays_its_own():
    pytest.importorskip("ai_edge_litert")
    ran = run("-c", "import samara.tflite; samara.tflite.install()\n"
              "from ai_edge_litert.tools import flatbuffer_utils\n"
              "from ai_edge_litert import _pywrap_tfl_calibration as c\n"
              "print(flatbuffer_utils.__name__, c.InvokeWithCalibration.__module__)")
    assert ran.stdout.split() == ["ai_edge_litert.tools.flatbuffer_utils", "samara.calibration"], ran.stderr


def test_uninstall_gives_the_names_back():
    ran = run("-c", "import samara.tflite as t; t.install()\nimport tflite_runtime.interpreter\nt.uninstall()\n"
              "import importlib.util, sys\nprint('tflite_runtime.interpreter' in sys.modules)")
    assert ran.stdout.strip() == "False", ran.stderr


def test_usage():
    assert run("-m", "samara.tflite").returncode == 2
    assert "usage" in run("-m", "samara.tflite", "--help").stderr
    missing = run("-m", "samara.tflite", "/nope.py")
    assert missing.returncode == 1 and "nope.py" in missing.stderr
