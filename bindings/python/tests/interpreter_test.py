"""Interpreter against the published one, in one process: details, results, errors."""

import threading
import time
import warnings

import numpy as np
import pytest
from case import DR, F32, INT8, data, fails, picture

from samara import interpreter as ours

oracle = pytest.importorskip("ai_edge_litert.interpreter", reason="LiteRT's wheel is not here")
pytestmark = pytest.mark.filterwarnings("ignore")

SMALL = [F32, INT8, DR] + [str(p) for p in data("quantizer/ai_edge_quantizer/tests/models/*.tflite")]


def same(left, right):
    """Equal values of equal types, arrays and dictionaries too."""
    assert type(left) is type(right) or isinstance(left, (int, np.integer)), (left, right)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            same(left[key], right[key])
    elif isinstance(left, (list, tuple)):
        assert len(left) == len(right)
        for a, b in zip(left, right):
            same(a, b)
    elif isinstance(left, np.ndarray):
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)
    else:
        assert left == right


def both(path, **options):
    return ours.Interpreter(path, **options), oracle.Interpreter(path, **options)


@pytest.mark.parametrize("path", SMALL, ids=lambda p: p.rsplit("/", 1)[1])
def test_details_are_those_of_the_published_one(path):
    mine, theirs = both(path)
    same(mine.num_subgraphs(), theirs.num_subgraphs())
    for call in ("get_input_details", "get_output_details", "get_signature_list", "_get_ops_details",
                 "_get_full_signature_list"):
        same(getattr(mine, call)(), getattr(theirs, call)())
    for subgraph in range(mine.num_subgraphs()):
        same(mine.get_tensor_details(subgraph), theirs.get_tensor_details(subgraph))
    for key in mine.get_signature_list():
        same(mine.get_signature_runner(key).get_input_details(),
             theirs.get_signature_runner(key).get_input_details())
        same(mine.get_signature_runner(key).get_output_details(),
             theirs.get_signature_runner(key).get_output_details())


# One value for where to begin in three dimensions: refused here, read beyond its end there.
RUNNABLE = [path for path in SMALL if "single_slice.tflite" not in path]


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda p: p.rsplit("/", 1)[1])
def test_results_are_those_of_the_published_one(path):
    mine, theirs = both(path)
    given = [picture(d, i) for i, d in enumerate(mine.get_input_details())]
    for one in (mine, theirs):
        one.allocate_tensors()
        for details, value in zip(one.get_input_details(), given):
            one.set_tensor(details["index"], value)
        one.invoke()
    for a, b in zip(mine.get_output_details(), theirs.get_output_details()):
        left, right = mine.get_tensor(a["index"]), theirs.get_tensor(b["index"])
        if left.dtype.kind == "f":
            np.testing.assert_allclose(left, right, rtol=2e-4, atol=2e-5)
        else:
            np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("resolver", ["BUILTIN_REF", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"])
def test_other_resolvers_give_the_reference(resolver):
    mine = ours.Interpreter(INT8, experimental_op_resolver_type=ours.OpResolverType[resolver])
    theirs = oracle.Interpreter(INT8, experimental_op_resolver_type=oracle.OpResolverType.BUILTIN_REF)
    for seed in range(3):
        results = []
        for one in (mine, theirs):
            one.allocate_tensors()
            one.set_tensor(0, picture(one.get_input_details()[0], seed))
            one.invoke()
            results.append(one.get_tensor(one.get_output_details()[0]["index"]))
        np.testing.assert_array_equal(*results)


def zeros(*shape, dtype=np.int8):
    return np.zeros(shape, dtype)


# What fails: the kind and the words that programs look for, in both.
MISUSE = {
    "early invoke": (RuntimeError, "Invoke called on model that is not ready", lambda i: i.invoke()),
    "early get": (ValueError, "Tensor data is null", lambda i: i.get_tensor(0)),
    "early view": (ValueError, "Tensor data is null", lambda i: i.tensor(0)()),
    "early set": (ValueError, "Tensor is unallocated", lambda i: i.set_tensor(0, zeros(1, 32, 32, 3))),
    "dtype": (ValueError, "Cannot set tensor: Got value of type FLOAT64 but expected type INT8 for input 0, name:",
              lambda i: i.set_tensor(0, np.zeros((1, 32, 32, 3)))),
    "rank": (ValueError, "Cannot set tensor: Dimension mismatch. Got 3 but expected 4 for input 0.",
             lambda i: (i.allocate_tensors(), i.set_tensor(0, zeros(32, 32, 3)))),
    "dimension": (ValueError, "Dimension mismatch. Got 33 but expected 32 for dimension 2 of input 0.",
                  lambda i: (i.allocate_tensors(), i.set_tensor(0, zeros(1, 32, 33, 3)))),
    "nothing": (ValueError, "Got value of type STRING", lambda i: (i.allocate_tensors(), i.set_tensor(0, None))),
    "index": (ValueError, "Invalid tensor index 9999 exceeds max tensor index 34", lambda i: i.get_tensor(9999)),
    "negative index": (ValueError, "Invalid tensor index -1", lambda i: i.set_tensor(-1, zeros(1))),
    "no number": (TypeError, "", lambda i: i.get_tensor("a")),
    "subgraph": (ValueError, "Invalid subgraph index 7", lambda i: i.get_tensor(0, 7)),
    "subgraph's details": (ValueError, "subgraph_index is out of range: 7", lambda i: i.get_tensor_details(7)),
    "node": (ValueError, "Invalid node index", lambda i: i._get_op_details(9999)),
    "resize's index": (RuntimeError, "tensor_index < context_.tensors_size",
                       lambda i: i.resize_tensor_input(99, [1])),
    "negative size": (RuntimeError, "", lambda i: i.resize_tensor_input(0, [-1, 32, 32, 3])),
    "size of sizes": (ValueError, "Shape should be 1D instead of 2.", lambda i: i.resize_tensor_input(0, [[1]])),
    "strict": (RuntimeError, "ResizeInputTensorStrict only allows mutating unknown dimensions",
               lambda i: i.resize_tensor_input(0, [3, 32, 32, 3], strict=True)),
    "rank that no operator takes": (RuntimeError, "",
                                    lambda i: (i.resize_tensor_input(0, [3]), i.allocate_tensors())),
    "signature": (ValueError, 'Invalid signature_key provided: "nope".', lambda i: i.get_signature_runner("nope")),
    "few inputs": (ValueError, "Invalid number of inputs provided for running a SignatureDef, expected 1 vs provided 0",
                   lambda i: i.get_signature_runner()()),
    "input's name": (ValueError, "Invalid Input name (foo) for SignatureDef",
                     lambda i: i.get_signature_runner()(foo=zeros(1, 32, 32, 3))),
    "input's dtype": (ValueError, "Cannot set tensor: Got value of type FLOAT32",
                      lambda i: i.get_signature_runner()(image=np.zeros((1, 32, 32, 3), np.float32))),
}


@pytest.mark.parametrize("name", MISUSE)
def test_misuse_raises_what_programs_expect(name):
    kind, text, call = MISUSE[name]
    for one in both(INT8):
        fails(kind, text, call, one)


CONSTRUCTION = {
    "bytes": (ValueError, "The model is not a valid Flatbuffer buffer", {"model_content": b"abc" * 100}),
    "text": (TypeError, "", {"model_content": "abc"}),
    "file": (ValueError, "Could not open '/nope.tflite'", {"model_path": "/nope.tflite"}),
    "nothing": (ValueError, "`model_path` or `model_content` must be specified", {}),
    "both": (ValueError, "Can't both provide", {"model_path": "a", "model_content": b"a"}),
    "no threads": (ValueError, "num_threads should >= 1", {"model_path": INT8, "num_threads": 0}),
    "threads in words": (ValueError, "type of num_threads should be int", {"model_path": INT8, "num_threads": "2"}),
    "resolver": (ValueError, "Unrecognized passed in op resolver type: 7",
                 {"model_path": INT8, "experimental_op_resolver_type": 7}),
}


@pytest.mark.parametrize("name", CONSTRUCTION)
def test_what_cannot_be_opened_raises_what_programs_expect(name):
    kind, text, options = CONSTRUCTION[name]
    fails(kind, text, ours.Interpreter, **options)
    fails(kind, text, oracle.Interpreter, **options)


def test_errors_are_not_prepended_to_the_next():
    mine = ours.Interpreter(INT8)
    first = fails(RuntimeError, "not ready", mine.invoke)
    assert str(fails(RuntimeError, "not ready", mine.invoke)) == str(first)


def test_views_are_counted():
    mine = ours.Interpreter(INT8)
    mine.allocate_tensors()
    look = mine.tensor(0)
    view = look()
    view[...] = 5
    assert view.flags.writeable and mine.get_tensor(0).min() == 5
    part = view[0, :2]
    del view
    for call in (mine.invoke, mine.allocate_tensors, lambda: mine.resize_tensor_input(0, [1, 32, 32, 3])):
        fails(RuntimeError, "There is at least 1 reference to internal data", call)
    del part
    mine.invoke()
    assert look().shape == (1, 32, 32, 3)
    constant = mine.tensor(1)()
    assert not constant.flags.writeable
    with pytest.raises(ValueError):
        constant[...] = 0
    fails(ValueError, "constant", mine.set_tensor, 1, mine.get_tensor(1))


def test_a_view_outlives_its_interpreter():
    mine = ours.Interpreter(INT8)
    mine.allocate_tensors()
    view = mine.tensor(0)()
    view[...] = 7
    del mine
    assert view.sum() == 7 * view.size


def test_a_signature_may_not_move_what_is_looked_at():
    mine = ours.Interpreter(INT8)
    mine.allocate_tensors()
    view = mine.tensor(0)()
    runner = mine.get_signature_runner()
    runner(image=zeros(1, 32, 32, 3))
    assert view.sum() == 0
    fails(RuntimeError, "reference to internal data", runner, image=zeros(2, 32, 32, 3))


def test_resizing_shows_before_and_after_allocation():
    for one in both(INT8):
        one.resize_tensor_input(0, [2, 32, 32, 3])
        assert one.get_input_details()[0]["shape"].tolist() == [2, 32, 32, 3]
        fails(ValueError, "Tensor data is null", one.get_tensor, 0)
        fails(RuntimeError, "not ready", one.invoke)
        one.allocate_tensors()
        assert one.get_output_details()[0]["shape"].tolist() == [2, 10]
        one.invoke()


def test_intermediate_values_are_right_or_refused():
    resolver = {"experimental_op_resolver_type": ours.OpResolverType.BUILTIN_REF}
    kept = ours.Interpreter(INT8, experimental_preserve_all_tensors=True, **resolver)
    plain = ours.Interpreter(INT8, **resolver)
    reference = oracle.Interpreter(INT8, experimental_preserve_all_tensors=True,
                                   experimental_op_resolver_type=oracle.OpResolverType.BUILTIN_REF)
    value = picture(kept.get_input_details()[0])
    for one in (kept, plain, reference):
        one.allocate_tensors()
        one.set_tensor(0, value)
        one.invoke()
    seen = 0
    for index in range(22, 33):
        expected = kept.get_tensor(index)
        np.testing.assert_array_equal(expected, reference.get_tensor(index))
        try:
            np.testing.assert_array_equal(plain.get_tensor(index), expected)
            seen += 1
        except ValueError as error:
            assert "Tensor data is null" in str(error)
    assert 0 < seen < 11


def test_calibration_sees_what_the_published_one_sees():
    from ai_edge_litert import _pywrap_tfl_calibration as theirs

    from samara import calibration

    ranges = []
    for make, module in ((ours, calibration), (oracle, theirs)):
        one = make.Interpreter(F32, experimental_disable_delegate_node_fusion=True,
                               experimental_force_delegate_node_profiling=True)
        one.allocate_tensors()
        one.set_tensor(0, picture(one.get_input_details()[0]))
        ranges.append(module.InvokeWithCalibration(one._native_handle(), 0))
    assert ranges[0].keys() == ranges[1].keys() and len(ranges[0]) == 13
    for name, r in ranges[0].items():
        np.testing.assert_allclose([r.min, r.max], [ranges[1][name].min, ranges[1][name].max], rtol=1e-4, atol=1e-6)
    fails(ValueError, "no interpreter", calibration.InvokeWithCalibration, 1, 0)


def test_custom_operators_are_refused_when_memory_is_asked_for():
    paths = [p for p in data("features/*.bin", "training/*.tflite")]
    refused = 0
    for path in paths:
        try:
            one = ours.Interpreter(str(path))
        except ValueError:
            continue  # broken on purpose
        if one._model.refusal is None:
            continue
        refused += 1
        assert one.get_tensor_details() is not None
        fails(RuntimeError, "Encountered unresolved custom op", one.allocate_tensors)
    if paths:
        assert refused


def test_other_threads_run_during_invoke():
    mine = ours.Interpreter(F32)
    mine.resize_tensor_input(0, [256, 32, 32, 3])
    mine.allocate_tensors()
    ticks, done = [0], threading.Event()

    def tick():
        while not done.is_set():
            ticks[0] += 1
            time.sleep(0)

    other = threading.Thread(target=tick)
    other.start()
    before = ticks[0]
    mine.invoke()
    after = ticks[0]
    done.set()
    other.join()
    assert after > before


def test_an_interpreter_in_use_says_so():
    mine = ours.Interpreter(F32)
    mine.resize_tensor_input(0, [512, 32, 32, 3])
    mine.allocate_tensors()
    results, start = [], threading.Barrier(4)

    def run():
        start.wait()
        try:
            mine.invoke()
            results.append("ran")
        except RuntimeError as error:
            results.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert "ran" in results
    assert all(r == "ran" or "another thread is using this interpreter" in r for r in results)


def test_delegates_that_are_none():
    fails(OSError, "nope.so", ours.load_delegate, "nope.so")
    fails(AttributeError, "tflite_plugin_create_delegate", ours.load_delegate, "libm.so.6")


def test_preserving_everything_warns_nobody():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.Interpreter(F32, experimental_preserve_all_tensors=True)


def test_reprs_say_what_goes_in_and_out():
    mine = ours.Interpreter(INT8)
    assert "int8 1x32x32x3" in repr(mine) and "int8 1x10" in repr(mine)
    assert "image -> output_0" in repr(mine.get_signature_runner())
