"""The package's own way: load(), call, profile(), compare(), asyncio."""

import asyncio
import concurrent.futures
import json
import subprocess
import sys

import numpy as np
import pytest
from case import DR, F32, INT8, data, fails

import samara
from samara import errors


def batch(n=1, dtype=np.float32):
    return np.random.default_rng(1).random((n, 32, 32, 3)).astype(dtype)


def test_a_model_is_a_function():
    model = samara.load(F32)
    out = model(image=batch())
    assert list(out) == ["output_0"] and out["output_0"].shape == (1, 10)
    np.testing.assert_array_equal(model(batch())["output_0"], out["output_0"])
    assert model(image=batch(3))["output_0"].shape == (3, 10), "another batch"
    np.testing.assert_array_equal(model["serving_default"](image=batch())["output_0"], out["output_0"])
    np.testing.assert_array_equal(model(image=batch(3)[:1].tolist())["output_0"],
                                  model(image=batch(3)[:1])["output_0"])


def test_it_says_what_it_takes():
    model = samara.load(INT8)
    (given,) = model.inputs
    assert (given.name, given.dtype, given.shape, given.zero_point) == ("image", np.int8, (1, 32, 32, 3), -1)
    assert "image: int8[1, 32, 32, 3]" in repr(model) and "serving_default" in repr(model["serving_default"])
    assert "<td>image</td>" in model._repr_html_()
    assert "Interpreter" in dir(samara) and samara.__version__


@pytest.mark.parametrize("kind, text, call", [
    (errors.InvalidArgument, "lacks image", lambda m: m()),
    (errors.InvalidArgument, "has no input 'foo'; it takes image", lambda m: m(foo=1)),
    (errors.InvalidArgument, "takes 1 inputs, not 2", lambda m: m(batch(), batch())),
    (errors.InvalidArgument, "given twice", lambda m: m(batch(), image=batch())),
    (errors.InvalidArgument, "takes float32, not float64", lambda m: m(image=batch().astype(float))),
    (errors.InvalidModel, "must have rank 4", lambda m: m(image=batch()[0])),
    (errors.NotFound, "there is no signature 'x'", lambda m: m["x"]),
    (errors.InvalidArgument, "not quantized", lambda m: m.quantize([0.5])),
    (errors.NotFound, "there is no 'x'", lambda m: m.quantize([0.5], "x")),
    (errors.InvalidArgument, "runs is a number from 1", lambda m: samara.profile(m, image=batch(), runs=0)),
])
def test_misuse_says_what_and_where(kind, text, call):
    fails(kind, text, call, samara.load(F32))


def test_what_cannot_be_loaded(tmp_path):
    fails(errors.NotFound, "/nope.tflite", samara.load, "/nope.tflite")
    fails(errors.InvalidModel, "TFL3", samara.load, b"no model at all")
    fails(errors.InvalidArgument, "numerics", samara.load, F32, numerics="quick")
    fails(errors.InvalidArgument, "threads", samara.load, F32, threads=0)
    (tmp_path / "cut.tflite").write_bytes(open(F32, "rb").read()[:5000])
    fails(errors.Error, "cut.tflite", samara.load, tmp_path / "cut.tflite")
    with open(F32, "rb") as file:
        assert samara.load(file.read())(image=batch())["output_0"].shape == (1, 10)


def test_real_values_for_integers():
    model = samara.load(INT8)
    fails(errors.InvalidArgument, "model.quantize(x, 'image')", model, image=batch())
    out = model(image=model.quantize(batch()))["output_0"]
    real = model.dequantize(out)
    assert real.dtype == np.float32 and abs(real.sum() - 1) < 0.1


def test_any_number_of_threads_may_call():
    model = samara.load(F32)
    expected = [model(image=batch(n))["output_0"] for n in range(1, 5)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for n, out in enumerate(pool.map(lambda k: model(image=batch(k % 4 + 1))["output_0"], range(40))):
            np.testing.assert_array_equal(out, expected[n % 4])


def test_asyncio():
    model = samara.load(F32)

    async def two():
        return await asyncio.gather(model.run_async(image=batch()), model["serving_default"].run_async(batch(2)))

    one, other = asyncio.run(two())
    assert one["output_0"].shape == (1, 10) and other["output_0"].shape == (2, 10)
    fails(errors.InvalidArgument, "lacks image", asyncio.run, model.run_async())


def test_profile():
    told = samara.profile(samara.load(F32), image=batch(), runs=3)
    assert len(told.nodes) == 12 and told.nodes[0].op == "CONV_2D" and told.milliseconds > 0
    assert abs(sum(told.by_op().values()) - told.milliseconds) < 1e-6
    assert len(json.loads(told.trace())["traceEvents"]) == 12
    assert "CONV_2D" in repr(told) and "CONV_2D" in told._repr_html_()


def test_compare():
    same = samara.compare(F32, samara.load(F32), image=batch())
    assert same.equal and all(d.equal for d in same.inner) and len(same.inner) > 5
    rounded = samara.compare(F32, INT8, image=batch() * 2 - 1)
    assert not rounded.equal and rounded.worst().signal_to_noise > 10
    assert "dB" in repr(rounded) and "dB" in rounded._repr_html_()
    assert samara.compare(F32, DR, batch()).outputs[0].largest < 0.2
    assert samara.compare(samara.load(INT8), samara.load(INT8, numerics="reference"), image=batch()).outputs
    fails(errors.InvalidArgument, "takes image", samara.compare, F32, F32)


def test_models_without_signatures_have_their_tensors_names():
    for path in data("features/add_quantized.bin"):
        model = samara.load(path)
        assert list(model.signatures) == [""] and model.inputs[0].name == "input"
        given = np.ones(model.inputs[0].shape, np.uint8)
        assert model(given)[model.outputs[0].name].shape == model.outputs[0].shape


def test_the_device_library_needs_no_numpy():
    told = subprocess.run([sys.executable, "-c", "import sys, samara.errors; print('numpy' in sys.modules)"],
                          capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
