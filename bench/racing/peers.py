"""The competitors of bench/race: where their packages go, and the form in which each takes a model."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOME = ROOT / "build/race"
PACKAGES = {"litert": "ai-edge-litert", "openvino": "openvino", "onnxruntime": "onnxruntime", "mnn": "mnn"}
# Neither form that ncnn reads can be made here: its converters take PyTorch and ONNX in PyTorch's style.
ABSENT = {"ncnn": "reads neither .tflite nor what tf2onnx writes"}


def environment(name):
    """The Python of build/race/<name>, made at need."""
    folder = HOME / name
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return python


def install(python, lines):
    """What pip says where the lines cannot be had; "" where they are there."""
    stamp = python.parent.parent / ("installed-" + "-".join(lines).replace("=", ""))
    if stamp.exists():
        return ""
    print(f"Installing {' '.join(lines)} into {python.parent.parent}", file=sys.stderr)
    done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-input",
                           "--disable-pip-version-check", *lines], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        return "cannot be installed: " + (done.stderr.strip().splitlines() or ["?"])[-1]
    stamp.touch()
    return ""


def pinned(file):
    lines = (ROOT / "bench" / file).read_text(encoding="ascii").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def prepare(wanted):
    """{peer: ""}, or why it takes no part."""
    python = environment("venv")
    found = {}
    for peer in wanted:
        line = next(line for line in pinned("requirements-race.txt") if line.startswith(PACKAGES[peer] + "="))
        found[peer] = install(python, [line])
    return found


def run_converter(command, source, target, seconds):
    """Runs it once for a model; its last words are kept, so that a refusal is not tried again."""
    words = target.with_suffix(target.suffix + ".refused")
    for made in (target, words):
        if made.exists() and made.stat().st_mtime < source.stat().st_mtime:
            made.unlink()
    if target.exists():
        return target
    if not words.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        print(f"Converting {source.name} to {target.suffix[1:]}", file=sys.stderr)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False,
                                  cwd=target.parent)
            said = (done.stderr + done.stdout).strip().splitlines() or [f"status {done.returncode}"]
            whole = done.returncode == 0
        except subprocess.TimeoutExpired:
            said, whole = [f"took more than {seconds} s"], False
        if not whole:
            target.unlink(missing_ok=True)  # what a converter left that was ended
        if target.exists():
            return target
        words.write_text(said[-1], encoding="utf-8")
    raise ValueError("cannot be converted: " + words.read_text(encoding="utf-8"))


def to_onnx(model, seconds):
    python = environment("onnx")
    if fault := install(python, pinned("requirements-onnx.txt")):
        raise ValueError("tf2onnx " + fault)
    target = HOME / "models" / (model.stem + ".onnx")
    return run_converter([str(python), "-m", "tf2onnx.convert", "--tflite", str(model), "--output", str(target),
                          "--opset", "18"], model, target, seconds)


# By the converter's module: its program of that name also reports to its makers.
MNN_CONVERT = ("import MNN, _tools, sys; _tools.mnnconvert(['', '-f', 'TFLITE', '--modelFile', sys.argv[1],"
               " '--MNNModel', sys.argv[2], '--bizCode', 'race'])")


def to_mnn(model, seconds):
    target = HOME / "models" / (model.stem + ".mnn")
    return run_converter([str(environment("venv")), "-c", MNN_CONVERT, str(model), str(target)], model, target,
                         seconds)


def form_for(peer, model, seconds):
    """The file that this peer opens. Raises ValueError where there is none."""
    if peer == "onnxruntime":
        return to_onnx(model, seconds)
    return to_mnn(model, seconds) if peer == "mnn" else model


def command_of(name, racer, form, threads):
    """The competitor's process."""
    numerics = {"samara": "xnnpack", "samara_reference": "reference"}.get(name)
    if numerics:
        return [racer, str(form), str(threads), numerics]
    return [str(environment("venv")), str(HERE / "child.py"), name, str(form), str(threads)]
