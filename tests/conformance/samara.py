"""Runs `samara run` and reads what it writes."""

import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np


class Failed(Exception):
    """The program left with an error; the text is what it printed."""


def _values(path):
    """An output as numpy holds it; strings are bytes objects, as LiteRT's Python gives them."""
    if path.suffix != ".json":
        return np.load(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    strings = [s.encode() for s in content["strings"]]
    return np.array(strings, object).reshape(content["shape"])


class Samara:
    def __init__(self, program, isa=None, emulator=None, threads=1, numerics="reference"):
        self.command = [*(emulator or []), str(program)]
        self.environment = dict(os.environ)
        if isa:
            self.environment["SAMARA_ISA"] = isa
        self.threads = threads
        self.numerics = numerics

    def run(self, data, names, inputs, all_tensors, more=()):
        """Tensors {index: array} where all_tensors, else the outputs in the program's order."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            model = folder / "model.tflite"
            model.write_bytes(data)
            words = ["run", str(model), "--threads", str(self.threads),
                     "--numerics", self.numerics, *more]
            for i, (name, value) in enumerate(zip(names, inputs)):
                np.save(folder / f"input{i}.npy", value)
                words += ["--input", f"{name}={folder}/input{i}.npy"]
            words += ["--output-dir", str(folder / "out")]
            if all_tensors:
                words += ["--dump-tensors", str(folder / "dump")]
            done = subprocess.run(
                self.command + words, env=self.environment, capture_output=True, text=True,
                timeout=1800, check=False,
            )
            if done.returncode != 0:
                raise Failed(f"exit {done.returncode}: {done.stderr.strip()}")
            if all_tensors:
                entries = json.loads((folder / "dump/tensors.json").read_text())
                return {
                    e["index"]: np.load(folder / "dump" / e["file"])
                    for e in entries
                    if e["subgraph"] == 0
                }
            entries = json.loads((folder / "out/outputs.json").read_text())
            return [_values(folder / "out" / e["file"]) for e in entries]
