"""Small models of single features (SAMARA_TEST_DATA/features) through LiteRT and `samara run`.

    tests/conformance/features [--samara PROGRAM] [--models PATTERN]

What LiteRT runs has the same results, by every signature; what it refuses is refused, with an
error that names what is missing (REFUSED), or run where LiteRT's refusal is a limit of its own
(TAKEN); where LiteRT dies or hangs, an error or any result will do.
"""

import argparse
import fnmatch
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = pathlib.Path(os.environ.get("SAMARA_TEST_DATA") or ROOT.parent / "shared/data") / "features"

try:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    from flatmodel import FlatModel, schema
    from operators import judge, litert
    from operators.case import Tensor
    from samara import Failed, Samara
except ImportError as error:
    print(f"{'failed' if DATA.is_dir() else 'skipped'}: {error}")
    print(f"0 passed, {int(DATA.is_dir())} failed, {int(not DATA.is_dir())} skipped")
    sys.exit(1 if DATA.is_dir() else 77)

# What the error says where LiteRT refuses too.
REFUSED = {
    "add_shared_tensors.bin": "an input of the subgraph",
    "custom_sinh.bin": "'Sinh'",
    "double_flex.bin": "FlexDouble",
    "multi_add_flex.bin": "FlexAddV2",
    "softplus_flex.bin": "FlexSoftplus",
    "sparse_tensor.bin": "'FakeOp'",
    "tensor_string_data_type.bin": "ADD has no kernel for inputs string",
    "test_custom_node_with_init_data.bin": "'the_custom_code'",
    "test_model.bin": "'testing_op'",
    "test_model_versioned_ops.bin": "'testing_op'",
    "with_custom_op.lite": "'Assign'",
    "with_metadata.bin": "'NPU_OP'",
    "quantize/custom_op.bin": "'CustomTestOp'",
    "quantize/lstm_calibrated2.bin": "tensor 23 'output_gate_ln_weights-1'",
    "quantize/lstm_quantized2.bin": "tensor 23 'output_gate_ln_weights-1'",
    "quantize/mixed.bin": "'CustomTestOp'",
    "quantize/svdf_calibrated.bin": "state 'activation_state4' has shape",
    "quantize/svdf_quantized.bin": "state 'activation_state4' has shape",
    "quantize/transpose.bin": "schema version 2",
}
# What Samara runs although LiteRT refuses it, and why it may.
TAKEN = {"quantize/single_conv_no_bias.bin": "a convolution without bias"}


def random_input(rng, detail):
    shape, dtype = tuple(detail["shape"]), np.dtype(detail["dtype"])
    if dtype.kind in "SO":
        return np.full(shape, b"")
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(np.bool_)
    if dtype.kind == "f":
        return rng.uniform(-1, 1, shape).astype(dtype)
    low, high = (-128, 127) if dtype == np.int8 else (0, 255) if dtype == np.uint8 else (0, 9)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


def open_model(data):
    """By the reference kernels; by the other ones where those refuse."""
    kinds = (OpResolverType.BUILTIN_REF, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    for kind in kinds:
        try:
            machine = Interpreter(model_content=data, experimental_op_resolver_type=kind)
            machine.allocate_tensors()
            return machine
        except (RuntimeError, ValueError):
            if kind == kinds[-1]:
                raise
    return None


def interpret(data, signature):
    """(inputs, outputs) by name, of a signature or of subgraph 0 (None)."""
    machine = open_model(data)
    rng = np.random.default_rng(1)
    if signature is None:
        inputs = [(str(i), random_input(rng, d)) for i, d in enumerate(machine.get_input_details())]
        for detail, (_, value) in zip(machine.get_input_details(), inputs):
            machine.set_tensor(detail["index"], value)
        machine.invoke()
        return inputs, [litert.output_of(machine, d) for d in machine.get_output_details()]
    runner = machine.get_signature_runner(signature)
    inputs = [(n, random_input(rng, d)) for n, d in runner.get_input_details().items()]
    outputs = runner(**dict(inputs))
    return inputs, [outputs[n] for n in runner.get_output_details()]


def signatures(data):
    """Their names as the file has them; [None] where there are none."""
    found = schema.ModelT.InitFromPackedBuf(bytearray(data), 0).signatureDefs or []
    return [s.signatureKey.decode() for s in found] or [None]


def check(name, data, signature, samara):
    """(whether it is right, what happened)"""
    want = litert.run([(data, signature)], interpret)[0]
    more = ["--signature", signature] if signature else []
    inputs = [] if isinstance(want, Exception) else [
        (n, v) for n, v in want[0] if v.dtype.kind != "S"]
    try:
        got = samara.run(data, [n for n, _ in inputs], [v for _, v in inputs], False, more)
    except Failed as failure:
        text = " / ".join(str(failure).splitlines())[:160]
        if not text.startswith("exit 1:"):
            return False, f"the program died: {text}"
        if isinstance(want, litert.Died):
            return True, f"LiteRT died of {want}; {text}"
        if isinstance(want, litert.Refused):
            named = REFUSED.get(name, "")
            return bool(named) and named in str(failure), f"refused: {text}"
        return False, text
    if isinstance(want, litert.Died):
        return True, f"LiteRT died of {want}; runs here"
    if isinstance(want, litert.Refused):
        return name in TAKEN, f"runs: {TAKEN.get(name, f'LiteRT refuses: {want}')}"
    if len(got) != len(want[1]):
        return False, f"{len(got)} outputs instead of {len(want[1])}"
    texts = []
    for w, g in zip(want[1], got):
        w = np.asarray(w)
        w = w.astype(object) if w.dtype.kind == "S" else w
        texts.append(judge.difference(w, g, Tensor(None, w.shape)))
    return not any(texts), "; ".join(filter(None, texts)) or f"{len(got)} outputs equal"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samara", default=ROOT / "build/release/bin/samara")
    parser.add_argument("--models", default="*")
    options = parser.parse_args()
    if not DATA.is_dir():
        print("skipped: there is no SAMARA_TEST_DATA and no ../shared/data\n0 passed, 0 failed, 1 skipped")
        sys.exit(77)
    samara = Samara(options.samara)
    counts = [0, 0]
    for path in sorted(DATA.rglob("*")):
        name = str(path.relative_to(DATA))
        if not path.is_file() or not fnmatch.fnmatch(name, options.models):
            continue
        data = path.read_bytes()
        for signature in signatures(data):
            good, text = check(name, data, signature, samara)
            counts[not good] += 1
            where = f"{name}:{signature}" if signature else name
            print(f"{'pass' if good else 'FAIL'} {where}: {text}", flush=True)
    print(f"{counts[0]} passed, {counts[1]} failed, 0 skipped")
    sys.exit(0 if counts[0] and not counts[1] else 1)


if __name__ == "__main__":
    main()
