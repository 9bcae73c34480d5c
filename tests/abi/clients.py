#!/usr/bin/env python3
"""Programs of others on libtensorflowlite_c.so, unmodified, with their own tests.

  clients.py BUILD go|tflitec|edgefirst

go-tflite comes from the Go proxy, the two crates from crates.io. edgefirst-tflite's tests read two models
that its crate lacks; they are made here, to what the tests say of them, which takes the packages of
tests/requirements.txt. Exit 77 and a line where something cannot be had, 1 where a test fails."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GO_TFLITE = "github.com/mattn/go-tflite"
CRATES = {"tflitec": "0.7.0", "edgefirst-tflite": "0.10.3"}


def skip(why):
    print(why)
    sys.exit(77)


def tool(name):
    found = shutil.which(name) or shutil.which(name, path=str(pathlib.Path.home() / ".cargo/bin"))
    if not found:
        skip(f"{name} is not installed here")
    return found


def run(command, where, env=None, **more):
    print("$", " ".join(map(str, command)), flush=True)
    return subprocess.run(command, cwd=where, env={**os.environ, **(env or {})}, text=True, **more)


def counted(command, where, env, expression, least):
    """The command must succeed, and its lines that match must be `least` or more."""
    result = run(command, where, env, capture_output=True)
    sys.stdout.write(result.stdout[-4000:])
    if result.returncode != 0:
        sys.stdout.write(result.stderr[-6000:])
        sys.exit(1)
    count = len(re.findall(expression, result.stdout, re.M))
    print(f"{count} tests passed")
    sys.exit(0 if count >= least else 1)


def go(build, folder):
    program = tool("go")
    (folder / "go.mod").write_text(f"module client\n\ngo 1.20\n\nrequire {GO_TFLITE} v1.0.5\n")
    (folder / "client.go").write_text(f'package client\n\nimport _ "{GO_TFLITE}"\n')
    env = {
        "CGO_CFLAGS": f"-I{ROOT}/include",
        "CGO_LDFLAGS": f"-L{build}/lib",
        "LD_LIBRARY_PATH": f"{build}/lib",
        "GOFLAGS": "-mod=mod",
    }
    if run([program, "mod", "download", GO_TFLITE], folder, env).returncode != 0:
        skip("go-tflite cannot be downloaded here")
    counted([program, "test", "-v", "-count=1", GO_TFLITE], folder, env, r"^--- PASS", 1)


def crate(name, folder):
    """The crate's source as its registry has it, in a folder of its own."""
    program = tool("cargo")
    run([program, "init", "--quiet", "--name", "client", "."], folder)
    if run([program, "add", "--quiet", f"{name}@={CRATES[name]}"], folder).returncode != 0:
        skip(f"{name} cannot be downloaded here")
    listed = run([program, "metadata", "--format-version", "1"], folder, capture_output=True)
    found = re.search(rf'"([^"]*/{name}-{re.escape(CRATES[name])})/Cargo.toml"', listed.stdout)
    if not found:
        skip(f"{name} cannot be downloaded here")
    copy = folder / "crates" / name
    shutil.copytree(found[1], copy)
    (folder / "Cargo.toml").unlink()
    for path in [copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    with open(copy / "Cargo.toml", "a") as manifest:
        manifest.write("\n[workspace]\n")
    return program, copy


def tflitec(build, folder):
    clang = sorted(pathlib.Path("/usr/lib").glob("llvm-*/lib/libclang.so*"))
    if not clang:
        skip("libclang is not installed here, which tflitec makes its bindings with")
    program, copy = crate("tflitec", folder)
    env = {
        "TFLITEC_PREBUILT_PATH": f"{build}/lib/libtensorflowlite_c.so",
        "TFLITEC_HEADER_DIR": f"{ROOT}/include",
        "LIBCLANG_PATH": str(clang[0].parent),
        "LD_LIBRARY_PATH": f"{build}/lib",
    }
    counted([program, "test", "--lib", "--features", "xnnpack"], copy, env, r"^test (?!bindings).* ok$", 11)


def make_minimal(folder, offset_buffers):
    """float32 [1, 4] plus 1: with the constant in the file's tables, or behind them."""
    sys.path.insert(0, str(ROOT / "tests/conformance"))
    try:
        import flatmodel
        import numpy as np
    except ImportError as error:
        skip(f"the models for edgefirst-tflite cannot be made: {error}")
    schema = flatmodel.schema
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.description, model.subgraphs = 3, "adds 1", [graph]
    code = schema.OperatorCodeT()
    code.version = 1
    model.operatorCodes = [code]  # 0 is ADD
    one = np.ones(4, np.float32).tobytes()
    model.buffers = [schema.BufferT(), schema.BufferT()]
    if not offset_buffers:
        model.buffers[1].data = list(one)
    graph.tensors = []
    for name, buffer in (("input", 0), ("one", 1), ("output", 0)):
        tensor = schema.TensorT()
        tensor.name, tensor.buffer, tensor.shape = name, buffer, [1, 4]
        graph.tensors.append(tensor)
    operator = schema.OperatorT()
    operator.inputs, operator.outputs = [0, 1], [2]
    operator.builtinOptionsType, operator.builtinOptions = schema.BuiltinOptions.AddOptions, schema.AddOptionsT()
    graph.inputs, graph.outputs, graph.operators = [0], [2], [operator]
    if not offset_buffers:
        (folder / "minimal.tflite").write_bytes(flatmodel.pack(model))
        return
    model.buffers[1].offset, model.buffers[1].size = 1 << 20, len(one)  # so that both take their bytes
    packed = flatmodel.pack(model)
    at = (len(packed) + 15) // 16 * 16
    model.buffers[1].offset = at
    packed = flatmodel.pack(model)
    (folder / "minimal_offset_buffers.tflite").write_bytes(packed.ljust(at, b"\0") + one)


def edgefirst(build, folder):
    program, copy = crate("edgefirst-tflite", folder)
    data = folder / "testdata"
    data.mkdir()
    make_minimal(data, False)
    make_minimal(data, True)
    env = {
        "TFLITE_TEST_LIB": f"{build}/lib/libtensorflowlite_c.so",
        "TFLITE_LIBRARY_PATH": f"{build}/lib/libtensorflowlite_c.so",
    }
    counted([program, "test", "--test", "integration"], copy, env, r"^test .* ok$", 30)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if not (build / "lib/libtensorflowlite_c.so").exists():
        sys.exit(f"{build} has no libtensorflowlite_c.so")
    with tempfile.TemporaryDirectory() as folder:
        {"go": go, "tflitec": tflitec, "edgefirst": edgefirst}[sys.argv[2]](build, pathlib.Path(folder))


if __name__ == "__main__":
    main()
