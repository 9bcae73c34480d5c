#!/usr/bin/env python3
"""instructions.py SAMARA [--emulator WORDS]: how many instructions an inference takes under qemu, which the plugin
count.c counts, against instructions.tsv. None may take 2 % more than stands there; --write writes what was
found. Counts do not depend on the machine. Exits with 77 where qemu or a compiler is missing."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "instructions.tsv"
MODELS = ("digits_f32", "digits_int8")
LEVELS = {"qemu-x86_64": ("sse41", "avx2"), "qemu-aarch64": ("neon", "dotprod", "i8mm"), "qemu-arm": ("neon",)}
FEW, MANY = 2, 22  # runs whose difference leaves out start and end
SLACK = 1.02


def total(command, plugin, level):
    done = subprocess.run([*command[:1], "-cpu", "max", "-plugin", str(plugin), *command[1:]], check=False,
                          capture_output=True, text=True, env={**os.environ, "SAMARA_ISA": level})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return int(re.search(r"^instructions: (\d+)$", done.stderr, re.M)[1])


def inference(emulator, samara, plugin, level, model):
    path = HERE.parent.parent / "examples/digits/models" / f"{model}.tflite"
    few, many = (total([*emulator, samara, "run", str(path), "--repeat", str(runs)], plugin, level)
                 for runs in (FEW, MANY))
    return round((many - few) / (MANY - FEW))


def read_table():
    rows = (line.split("\t") for line in TABLE.read_text().splitlines()[1:])
    return {tuple(row[:3]): int(row[3]) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samara")
    parser.add_argument("--emulator", default="qemu-x86_64", help="the emulator and its words")
    parser.add_argument("--write", action="store_true", help="write the table anew")
    arguments = parser.parse_args()
    emulator = arguments.emulator.split()
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not shutil.which(emulator[0]) or not compiler:
        print(f"{emulator[0]} or a compiler is not installed here")
        return 77
    known, found = read_table() if TABLE.exists() else {}, {}
    with tempfile.TemporaryDirectory() as folder:
        plugin = pathlib.Path(folder) / "count.so"
        subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", plugin,
                        HERE / "count.c"], check=True)
        for level in LEVELS[emulator[0]]:
            for model in MODELS:
                found[emulator[0], level, model] = inference(emulator, arguments.samara, plugin, level, model)
    if arguments.write:
        rows = sorted({**known, **found}.items())
        TABLE.write_text("emulator\tlevel\tmodel\tinstructions\n" + "".join(
            "\t".join((*key, str(count))) + "\n" for key, count in rows))
        return 0
    worse = {key: count for key, count in found.items() if count > known.get(key, count) * SLACK}
    new = found.keys() - known.keys()
    for key, count in found.items():
        print(*key, count, f"({known[key]} before)" if key in worse else "(--write adds it)" if key in new else "")
    print(f"{len(found) - len(worse) - len(new)} passed, {len(worse)} failed, {len(new)} skipped")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
