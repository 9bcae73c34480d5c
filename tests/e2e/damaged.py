#!/usr/bin/env python3
"""Damaged models through a program built with sanitizers: damaged.py PROGRAM

Every file of the test data's `broken` folder, and three small models cut off at every byte. Allowed
are a run that is right (exit 0) and an error that says where (exit 1). Without test data the broken
files are skipped; the three models of examples/digits are always there."""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "abort_on_error=1:exitcode=99",
               "UBSAN_OPTIONS": "abort_on_error=1"}


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
    if done.returncode == 1 and len(done.stderr.strip()) < 20:
        return f"an error that says nothing: {done.stderr!r}"
    return ""


def cuts(program, path, size):
    """Judges the model's first `size` bytes."""
    with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
        file.write(path.read_bytes()[:size])
        file.flush()
        return judge(program, file.name)


def small_models(data):
    models = [data / "features" / name for name in ("add_quantized.bin", "multi_signatures.bin", "lstm.bin")]
    if all(m.exists() for m in models):
        return models, 1
    # Larger models: every byte of their structure would take an hour, so a cut every 97 bytes.
    return sorted((ROOT / "examples/digits/models").glob("*.tflite"))[:3], 97


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    data = pathlib.Path(os.environ.get("SAMARA_TEST_DATA", ROOT.parent / "shared/data"))
    broken = sorted((data / "broken").glob("*"))
    models, step = small_models(data)
    tasks = [(f"{p.name}", lambda p=p: judge(program, p)) for p in broken]
    for path in models:
        tasks += [(f"{path.name} cut to {n} bytes", lambda p=path, n=n: cuts(program, p, n))
                  for n in range(0, path.stat().st_size, step)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(zip(tasks, pool.map(lambda task: task[1](), tasks)))
    failed = [(name, fault) for (name, _), fault in verdicts if fault]
    for name, fault in failed[:10]:
        print(f"{name}: {fault}")
    if not broken:
        print("skipped: the broken files, as there is no test data")
    print(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed, {0 if broken else 1} skipped")
    return 1 if failed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
