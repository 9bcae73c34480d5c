"""Times models with `samara bench` and with LiteRT, in turn, and prints the ratio of the medians.

    build/venv/bin/python bench/against_litert.py [--threads N] [--rounds N] MODEL...

Each round times both for a while; the figure of a side is the median over all its inferences. Other
work on the machine hits both alike, but only ratios of one run mean something.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import time

import numpy as np
from ai_edge_litert import interpreter as litert

ROOT = pathlib.Path(__file__).resolve().parent.parent


def litert_times(machine, seconds):
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        machine.invoke()
        times.append((time.perf_counter() - start) * 1e6)
    return times


def samara_median(program, model, threads, seconds):
    done = subprocess.run(
        [program, "bench", model, "--threads", str(threads), "--json", "--num_runs=3",
         f"--min_secs={seconds}", "--warmup_runs=2", "--warmup_min_secs=0"],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["p50_us"]


def prepare(model, threads):
    machine = litert.Interpreter(model_path=model, num_threads=threads)
    machine.allocate_tensors()
    generator = np.random.default_rng(0)
    for detail in machine.get_input_details():
        kind = np.dtype(detail["dtype"])
        real = kind.kind == "f"
        value = generator.uniform(-1, 1, detail["shape"]) if real else generator.integers(
            0, 100, detail["shape"])
        machine.set_tensor(detail["index"], value.astype(kind))
    machine.invoke()
    return machine


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--samara", default=str(ROOT / "build/release/bin/samara"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each side in each round")
    options = parser.parse_args()
    print(f"| model, {options.threads} threads | LiteRT ms | Samara ms | LiteRT / Samara |")
    print("|---|---|---|---|")
    ratios = []
    for model in options.models:
        try:
            machine = prepare(model, options.threads)
        except (ValueError, RuntimeError) as error:
            print(f"| {pathlib.Path(model).name} | refused: {str(error)[:40]} | | |")
            continue
        theirs, ours = [], []
        for _ in range(options.rounds):
            theirs.append(statistics.median(litert_times(machine, options.seconds)))
            ours.append(samara_median(options.samara, model, options.threads, options.seconds))
        a, b = statistics.median(theirs), statistics.median(ours)
        ratios.append(a / b)
        print(f"| {pathlib.Path(model).name} | {a / 1e3:.3f} | {b / 1e3:.3f} | {a / b:.2f} |", flush=True)
    if ratios:
        print(f"geometric mean of LiteRT / Samara: {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
