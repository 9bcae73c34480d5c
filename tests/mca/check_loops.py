#!/usr/bin/env python3
"""check_loops.py BUILD...: the hot loops of the kernels as those build folders compile them, by llvm-mca's models
of cores, against loops.tsv. None may take more cycles, or copy more registers, than stands there; --write
writes what was found. Exits with 77 where llvm-mca-19 is missing. docs/performance.md says what this proves."""

import argparse
import pathlib
import shutil
import sys

import loops

TABLE = pathlib.Path(__file__).parent / "loops.tsv"
COLUMNS = ("source", "function", "core", "cycles", "work", "ports", "copies")
KERNELS = "src/engine/kernels/"
# The loops of the default numerics that large layers spend their time in.
ARM = ("neoverse-n1", "neoverse-v1", "neoverse-n2")
X86 = ("icelake-server", "sapphirerapids", "znver4")
DEPTHWISE = ("pixels<true, 3, 1, 6>", "pixels<true, 3, 2, 6>", "pixels<true, 5, 1, 6>")
HOT = (
    ("gemm_f32/gemm_f32.neon.cc", ("tile<true, 8, 2>", "tile<true, 7, 2>", "tile<true, 6, 2>"), ARM),
    ("gemm_i8/gemm_i8.neon.cc", ("X::tile<8>", "run"), ARM),
    ("gemm_i8/gemm_i8.dotprod.cc", ("X::tile<8>", "run"), ARM),
    ("gemm_i8/gemm_i8.i8mm.cc", ("X::tile<8>", "run"), ARM[1:]),
    ("dwconv_f32/dwconv_f32.neon.cc", ("run<true>#18", "run<true>#30"), ARM),
    ("dwconv_i8/dwconv_i8.neon.cc", ("run16", "run8"), ARM),
    ("gemm_f32/gemm_f32_8x32.avx512.cc", ("tile<true, 8, 2>", "tile<true, 7, 2>", "tile<true, 6, 2>"), X86),
    ("gemm_f32/gemm_f32_6x16.avx2.cc", ("tile<true, 6, 2>", "tile<true, 5, 2>"), X86),
    ("gemm_i8/gemm_i8.avx512vnni.cc", ("some_panels<12>", "some_panels<4>"), X86),
    ("gemm_i8/gemm_i8.avx2.cc", ("some_panels<6>", "some_panels<4>"), X86),
    ("dwconv_f32/dwconv_f32.avx512.cc", DEPTHWISE, X86),
    ("dwconv_f32/dwconv_f32.avx2.cc", DEPTHWISE, X86),
    ("dwconv_i8/dwconv_i8.avx512vnni.cc", ("row3<Bytes<Once>, 1>", "row3<Bytes<Once>, 2>"), X86),
)
COMPILER = '.ident\t"GCC: (Debian 12.'  # the table is of what this one makes
SLACK = 1.02  # models are exact; another patch of the compiler is not


def found(builds):
    """Rows of what the builds' compilers make of the hot loops; sources that none of them has, or
    that another compiler translates, are left out."""
    for source, names, cores in HOT:
        text = next(filter(None, (loops.assembly(b, KERNELS + source) for b in builds)), None)
        if text is None or COMPILER not in text:
            continue
        arch = "arm" if cores[-1] in ARM else "x86"
        hot = loops.hottest(text, arch)
        for name in names:
            for core in cores:
                if name not in hot:
                    yield source, name, core, None
                    continue
                it = loops.judged(hot[name], arch, core)
                yield source, name, core, (f"{it['cycles']:.2f}", f"{100 * it['work'] / it['cycles']:.0f}",
                                           f"{100 * it['ports'] / it['cycles']:.0f}", str(it["copies"]))


def compared(table, rows):
    """What is worse than the table says, as sentences."""
    for source, name, core, figures in rows:
        known = table.get((source, name, core))
        where = f"{source}: {name} on {core}"
        if figures is None:
            yield f"{where}: no such loop any more"
        elif known is None:
            yield f"{where}: not in {TABLE.name}; --write adds it"
        elif float(figures[0]) > float(known[0]) * SLACK:
            yield f"{where}: {figures[0]} cycles, {known[0]} before"
        elif int(figures[3]) > int(known[3]):
            yield f"{where}: {figures[3]} registers copied or spilled, {known[3]} before"


def read_table(path=TABLE):
    lines = path.read_text().splitlines()
    assert tuple(lines[0].split("\t")) == COLUMNS, path
    return {tuple(row[:3]): row[3:] for row in (line.split("\t") for line in lines[1:])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("builds", nargs="+")
    parser.add_argument("--write", action="store_true", help="write the table anew")
    arguments = parser.parse_args()
    if not shutil.which("llvm-mca-19"):
        print("llvm-mca-19 is not installed here")
        return 77
    rows = list(found(arguments.builds))
    if arguments.write:
        known = read_table() if TABLE.exists() else {}
        known.update({row[:3]: row[3] for row in rows if row[3]})
        order = [(source, name, core) for source, names, cores in HOT for name in names for core in cores]
        TABLE.write_text("\n".join("\t".join(row) for row in [
            COLUMNS, *((*key, *known[key]) for key in order if key in known)]) + "\n")
        return 0
    worse = list(compared(read_table(), rows))
    if not rows:
        print("no kernel was compiled by g++ 12 of Debian, which the table is of")
        return 77
    print(*worse, f"{len(rows) - len(worse)} passed, {len(worse)} failed, 0 skipped", sep="\n")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
