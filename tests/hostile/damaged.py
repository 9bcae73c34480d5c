#!/usr/bin/env python3
"""Damaged models through programs built with sanitizers: damaged.py PROGRAM SERVER

Every file of the test data's `broken` folder by PROGRAM, and three small models cut off at every byte
by the model server. Allowed are a run that is right and an error that says where. Without test data
the broken files are skipped; the models of examples/digits are always there."""
import os
import pathlib
import subprocess
import sys

from server import Server, unnoticed

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "abort_on_error=1:exitcode=99",
               "UBSAN_OPTIONS": "abort_on_error=1"}
_SHORT = 20  # an error of fewer letters says nothing


def judge(program, path):
    """Empty, or what was wrong."""
    try:
        done = subprocess.run([program, "run", str(path), "--max-arena-mb", "256"], env=ENVIRONMENT,
                              capture_output=True, text=True, errors="replace", timeout=60,
                              stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        return "took longer than a minute"
    if done.returncode not in (0, 1):
        return f"exit {done.returncode}: {done.stderr[-1500:]}"
    if done.returncode == 1 and len(done.stderr.strip()) < _SHORT:
        return f"an error that says nothing: {done.stderr!r}"
    return ""


def judge_cuts(server, path):
    """What was wrong with each length of the model, empty for those that are right."""
    model = path.read_bytes()
    for size in range(len(model)):
        verdict, text = server.ask(model[:size])
        if verdict == "error" and len(text) >= _SHORT or verdict == "ok":
            yield ""
        else:
            yield f"{path.name} cut to {size} bytes: {verdict} {text}\n{server.report()}"


def small_models(data):
    models = [data / "features" / name for name in ("add_quantized.bin", "multi_signatures.bin", "lstm.bin")]
    if all(m.exists() for m in models):
        return models
    return sorted((ROOT / "examples/digits/models").glob("*.tflite"))[:3]


def main():
    program, server_program = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:3])
    data = pathlib.Path(os.environ.get("SAMARA_TEST_DATA", ROOT.parent / "shared/data"))
    broken = sorted((data / "broken").glob("*"))
    faults = [fault and f"{path.name}: {fault}" for path in broken for fault in [judge(program, path)]]
    server = Server(server_program)
    faults += [fault for path in small_models(data) for fault in judge_cuts(server, path)]
    if server.close():
        faults.append(f"workers leaked: {server.report()}")
    faults += [f"the server does not notice {what}" for what in unnoticed(server_program)]
    failed = [fault for fault in faults if fault]
    for fault in failed[:10]:
        print(fault)
    if not broken:
        print("skipped: the broken files, as there is no test data")
    print(f"{len(faults) - len(failed)} passed, {len(failed)} failed, {0 if broken else 1} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
