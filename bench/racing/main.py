"""bench/race: Samara and its peers on the same models, in the same minutes, on the same bytes.

Every competitor is a process of its own; they take turns, round by round, so that a slow moment of
the machine meets all. Only ratios of one run mean something. Both of Samara's numerics take part."""

import argparse
import datetime
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import figures
import measure
import page
import peers

ROOT = peers.ROOT
FOLDERS = ("vision", "audio", "micro")


def find_models(patterns):
    """{name: path}: the zoo, unpacked, and the test data's own models; the examples' without any."""
    data = pathlib.Path(os.environ.get("SAMARA_TEST_DATA") or ROOT.parent / "shared/data")
    found = [] if data.is_dir() else sorted((ROOT / "examples/digits/models").glob("*.tflite"))
    if data.is_dir():
        zoo = ROOT / "build/data/zoo"
        subprocess.run(["bash", str(data.parent / "tools/unpack-zoo"), str(zoo)], check=True)
        for folder in [zoo] + [data / f for f in FOLDERS]:
            found += sorted(folder.glob("*.tflite"))
    found += [pathlib.Path(p).resolve() for p in patterns if p.endswith(".tflite")]
    chosen = [p for p in patterns if not p.endswith(".tflite")]
    return {p.stem: p for p in found
            if not patterns or any(fnmatch.fnmatch(p.stem, c) for c in chosen) or str(p) in patterns}


def inspect(options, path):
    done = subprocess.run([options.samara, "inspect", str(path), "--json", "--ops", "--tensors"],
                          capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    tensors, operators = found["tensors_list"], found["operators_list"]
    return figures.kind_of(tensors, operators), figures.macs_of(tensors, operators)


def inputs_of(options, path, folder):
    racer = measure.Competitor(peers.command_of("samara", options.racer, path, 1), options.patience)
    try:
        measure.write_inputs(racer.ask("inputs")["inputs"], folder)
    finally:
        racer.close()


def said(error):
    """Without this machine's folders."""
    return str(error).replace(f"{ROOT}/", "")


def race(options, path, threads, absent):
    """The cells of one model at one number of threads."""
    cells, commands, memory, opened, outputs = {}, {}, {}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        inputs_of(options, path, folder / "inputs")
        for competitor in options.competitors:
            try:
                if fault := absent.get(competitor):
                    raise measure.Lost(fault)
                form = peers.form_for(competitor, path, options.convert_seconds)
                commands[competitor] = peers.command_of(competitor, options.racer, form, threads)
                memory[competitor] = measure.memory_added(commands[competitor], folder, options.patience)
            except (measure.Lost, ValueError) as error:
                cells[competitor] = {"error": said(error)}
        for competitor, added in memory.items():
            try:
                opened[competitor], cells[competitor], outputs[competitor] = measure.open_one(
                    commands[competitor], folder, options.patience)
                cells[competitor]["memory"] = added
            except measure.Lost as error:
                cells[competitor] = {"error": said(error)}
        try:
            times = measure.take_turns(opened, options.rounds, options.slice * 1e6, cells)
            if options.cold:
                measure.cold_starts(opened, options.cold, cells)
        finally:
            for competitor, _ in opened.values():
                competitor.close()
    judge = "litert" if "litert" in outputs else "samara"
    for competitor, found in times.items():
        cells[competitor] |= {clock: figures.summary(found[clock]) for clock in found}
        cells[competitor]["alike"] = judge not in outputs or figures.alike(
            outputs[competitor][0], *outputs[judge])
    return cells


def machine(options):
    found = json.loads(subprocess.run([options.racer, "clock"], capture_output=True, text=True,
                                      check=True).stdout)
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")
    return {"cpu": f"{cpu}, {os.cpu_count()} cores, {found['isa']}", "hz": found["hz"], "isa": found["isa"]}


def tables(options, results, kinds, facts, faults):
    """The report, as Markdown."""
    names = options.competitors
    rivals = [n for n in names if n not in figures.SAMARA]
    clock = options.clock
    parts = [f"- CPU: {facts['cpu']}, {facts['hz'] / 1e9:.2f} GHz measured\n- {facts['load']}\n"
             f"- Milliseconds, medians of {options.rounds} rounds of {options.slice:g} s, by the "
             f"{'wall clock' if clock == 'wall' else 'time that the process had a core'}; in brackets, how "
             "many times Samara's\n",
             "## Geometric means of a peer's time by Samara's (over how many models)\n",
             figures.means_table(results, kinds, rivals, clock)]
    for threads in options.threads:
        parts += [f"\n## {threads} thread{'s' if threads > 1 else ''}\n",
                  figures.times_table(results, kinds, names, threads, clock)]
    for key, title, unit, form in (
            ("memory", "Memory added by opening and a first inference (PSS)", "MB", "{:.1f}"),
            ("cold", "Cold start: open to first output, less a warm inference", "ms", "{:.2f}"),
            ("cold_cached", "The same with a warm weight cache", "ms", "{:.2f}"),
            ("instructions", "Instructions of an inference", "million", "{:.2f}")):
        table = figures.extras_table(results, names, key, unit, form)
        parts.append(f"\n## {title}\n\n" + (table or "Not measured: " + NOT_MEASURED.get(key, "-")))
    if faults:
        parts.append("\n## Who could not\n\n" + faults)
    return "\n".join(parts) + "\n"


NOT_MEASURED = {"cold": "ask with --cold.", "cold_cached": "ask with --cold.", "instructions": "this machine has no counters."}


def record(text):
    target = ROOT / "docs/results/race.md"
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    target.write_text("# The race\n\nWritten by `bench/race --record`; how it is run: bench/racing/README.md.\n\n"
                      f"- Date: {today}\n- Commit: {commit.stdout.strip()}\n{text}", encoding="utf-8")
    print(f"Figures are in {target.relative_to(ROOT)}")


def parse():
    parser = argparse.ArgumentParser(prog="bench/race", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="names, patterns of names, or .tflite files; all by default")
    parser.add_argument("--threads", default=[1], type=lambda s: [int(x) for x in s.split(",")])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slice", type=float, default=0.15, help="seconds of each competitor in each round")
    parser.add_argument("--cold", nargs="?", const=5, default=0, type=int, help="also time this many cold starts")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall",
                        help="cpu: for a machine that others use; 1 thread only")
    parser.add_argument("--peers", default=",".join(peers.PACKAGES))
    parser.add_argument("--patience", type=int, default=120, help="seconds that an answer may take")
    parser.add_argument("--convert-seconds", type=int, default=900)
    parser.add_argument("--html", metavar="FILE", help="also write a page with charts")
    parser.add_argument("--record", action="store_true", help="write docs/results/race.md")
    parser.add_argument("--build", default="build/release", help="where Samara was built")
    options = parser.parse_args()
    rivals = [p for p in options.peers.split(",") if p]
    for peer in rivals:
        if peer not in peers.PACKAGES:
            parser.error(f"no such peer: {peer}; there are {', '.join(peers.PACKAGES)}")
    options.competitors = [*figures.SAMARA, *rivals]
    options.samara = str(ROOT / options.build / "bin/samara")
    options.racer = str(ROOT / options.build / "bin/samara_racer")
    return options, rivals


def main():
    options, rivals = parse()
    absent = {peer: fault for peer, fault in peers.prepare(rivals).items() if fault}
    models = find_models(options.models)
    if not models:
        sys.exit("No model of that name")
    facts, results, kinds, left_out = machine(options), {}, {}, []
    load = measure.Load()
    for name, path in models.items():
        try:
            kinds[name], macs = inspect(options, path)
            for threads in options.threads:
                cells = results[name, threads] = race(options, path, threads, absent)
                if options.clock in cells["samara"]:
                    cells["samara"]["share"] = figures.peak_share(
                        macs, cells["samara"][options.clock]["p50"], threads, facts["hz"], facts["isa"], kinds[name])
                print(figures.progress(name, threads, cells, options.clock), file=sys.stderr, flush=True)
        except measure.Lost as lost:
            left_out.append(f"- all, {name}: {lost}")
    others, stolen = load.others()
    facts["load"] = (f"Others used {others:.0%} of the cores, the host took {stolen:.0%}"
                     + ("" if others + stolen < 0.05 else ": **not an idle machine; ratios are rough**"))
    left_out += [f"- {peer}: {why}" for peer, why in peers.ABSENT.items()]
    faults = "\n".join([figures.faults(results), *left_out]).strip()
    text = tables(options, results, kinds, facts, faults)
    print(text)
    if options.html:
        page.write(options.html, results, kinds, options, facts, text)
    if options.record:
        record(text)


if __name__ == "__main__":
    main()
