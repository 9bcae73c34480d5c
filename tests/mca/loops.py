"""The hot loops of compiled kernels, cut out of the compiler's assembly by their labels: a loop is what
lies between a label and the branch back to it, without another loop in it."""

import json
import pathlib
import re
import shlex
import subprocess

# What multiplies and adds: the work that a loop is there for.
WORK = {
    "arm": re.compile(r"^(fmla|fmlal2?|sdot|udot|usdot|smmla|ummla|usmmla|mla|[su]mlal2?|[su]mull2?|fmul)$"),
    "x86": re.compile(r"^(vfn?m(add|sub)\d+ps|vpdpbusds?|vpdpwssds?|vpmaddubsw|vpmaddwd|pmaddwd|vpmulld|tdpb[us]{2}d)$"),
}
COPY = {
    # Between registers, and to or from the stack: what a loop of this kind needs none of.
    "arm": re.compile(r"^(mov\s+v\d+\.16b, v\d+\.16b|(ldr|str|ldp|stp)\s+q\d+,.*\[sp)"),
    "x86": re.compile(r"^(v?mov(dqa|dqu|ap[sd]|up[sd])\d*\s+%[xyz]mm\d+, %[xyz]mm\d+$"
                      r"|v?mov(dqa|dqu|ap[sd]|up[sd])\d*\s+.*\((%rsp|%rbp)\).*)"),
}


def assembly(build, source):
    """The file as the compiler of that build folder translates it."""
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    entry = next((e for e in entries if e["file"].endswith("/" + source)), None)
    if entry is None:
        return None
    words = [w for w in shlex.split(entry["command"]) if not w.endswith("ccache")]
    words[words.index("-o") + 1] = "-"
    words[words.index("-c")] = "-S"
    words += ["-fno-asynchronous-unwind-tables"]
    return subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True, check=True).stdout


def plain(name):
    """The name of a function as people write it, without what all of them have in common."""
    text = subprocess.run(["c++filt", name], capture_output=True, text=True, check=True).stdout.strip()
    text = re.sub(r"samara::kernels::|\(anonymous namespace\)::|^(void|int) |(?<=\d)ul\b", "", text)
    return re.sub(r"\(.*", "", text)


def functions(text):
    """Name and lines of each."""
    name, lines = None, []
    for line in text.splitlines():
        if match := re.match(r"^(_Z[\w.]+|[a-z][\w.]*):", line):
            name, lines = match[1], []
        elif name and line.lstrip().startswith(".size"):
            yield name, lines
            name = None
        elif name:
            lines.append(line.split("//")[0].rstrip())


def innermost(lines):
    """Lists of instructions, without labels and directives."""
    labels = {m[1]: i for i, line in enumerate(lines) if (m := re.match(r"^(\.L\w+):", line))}
    spans = []
    for at, line in enumerate(lines):
        for word in re.findall(r"\.L\w+", line):
            if line.startswith("\t") and not line.lstrip().startswith(".") and labels.get(word, at) < at:
                spans.append((labels[word], at))
    for begin, end in spans:
        if not any(other != (begin, end) and begin <= other[0] and other[1] <= end for other in spans):
            loop = [line.strip().replace("\t", " ") for line in lines[begin:end + 1]
                    if line.startswith("\t") and not line.lstrip().startswith(".")]
            if not {"ret", "jmp", "b"} & {line.split()[0] for line in loop[:-1]}:  # else it is left within
                yield loop


def hottest(text, arch):
    """Innermost loops by name: "f" is the one of f with most work, "f#18" the shortest with 18 multiplications."""
    out = {}
    for name, lines in functions(text):
        counted = sorted(((sum(bool(WORK[arch].match(i.split()[0])) for i in loop), -len(loop), loop)
                          for loop in innermost(lines)), key=lambda c: c[:2])
        for work, _, loop in counted:
            if work >= 2:
                out[f"{plain(name)}#{work}"] = out[plain(name)] = loop
    return out


def judged(loop, arch, core):
    """Cycles of one turn; the least that its multiplications take, and all its instructions, where nothing
    waits for another's result; registers copied or spilled."""
    triple = {"arm": "aarch64", "x86": "x86_64"}[arch]
    turns = 100
    out = subprocess.run(
        ["llvm-mca-19", f"-mtriple={triple}", f"-mcpu={core}", f"-iterations={turns}", "-instruction-info",
         "--json"],
        input="\n".join(loop) + "\n", capture_output=True, text=True, check=True).stdout
    region = json.loads(out)["CodeRegions"][0]
    text = region["Instructions"]
    infos = region["InstructionInfoView"]["InstructionList"]
    least = sum(info["RThroughput"] for line, info in zip(text, infos)
                if WORK[arch].match(line.split()[0]))
    summary = region["SummaryView"]
    return {"cycles": summary["TotalCycles"] / turns, "work": least, "ports": summary["BlockRThroughput"],
            "copies": sum(bool(COPY[arch].match(i)) for i in loop), "instructions": len(loop)}
