"""What bench/race makes of its measurements: medians, ratios, geometric means, and the tables. Pure
functions; figures_test.py holds them."""

import math
import statistics

SAMARA = {"samara": "xnnpack", "samara_reference": "reference"}  # competitor: its numerics
LOOPS = {"UNIDIRECTIONAL_SEQUENCE_LSTM", "BIDIRECTIONAL_SEQUENCE_LSTM", "LSTM", "WHILE"}
LAYERS = LOOPS | {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "BATCH_MATMUL"}
KINDS = ("f32", "int8", "int16x8", "dynamic range", "f16 weights", "LSTM", "LSTM int8", "other")


def percentile(values, part):
    """Between the two nearest values, in proportion."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def summary(times):
    """The figures of one competitor's inferences, in milliseconds."""
    middle = statistics.median(times)
    return {"p50": middle / 1e3, "p90": percentile(times, 0.9) / 1e3, "least": min(times) / 1e3,
            "p99/p50": percentile(times, 0.99) / middle, "runs": len(times)}


def kind_of(tensors, operators):
    """A model's kind, from `samara inspect --json --ops --tensors`."""
    types = {op["type"] for op in operators if op["op"] in LAYERS and "type" in op}
    weights = {t["type"] for t in tensors if t["kind"] == "constant" and len(t["shape"]) >= 2}
    if {op["op"] for op in operators} & LOOPS:
        return "LSTM int8" if types & {"int8", "int16"} else "LSTM"
    if "int16" in types:
        return "int16x8"
    if types & {"int8", "uint8"}:
        return "int8"
    if "float32" not in types:
        return "other"
    if "float16" in weights:
        return "f16 weights"
    return "dynamic range" if "int8" in weights else "f32"


def macs_of(tensors, operators):
    """Multiplications of the operators that have weights; 0 where a loop hides how many."""
    shape = {(t["subgraph"], t["index"]): t["shape"] for t in tensors}
    if any(op["op"] == "WHILE" for op in operators):
        return 0
    total = 0
    for op in operators:
        def of(place, op=op):
            return shape[op["subgraph"], op["inputs"][place]]
        out = math.prod(op.get("shape", []))
        if op["op"] == "CONV_2D":
            total += out * math.prod(of(1)[1:])
        elif op["op"] == "DEPTHWISE_CONV_2D":
            total += out * math.prod(of(1)[1:3])
        elif op["op"] == "FULLY_CONNECTED":
            total += out * of(1)[-1]
        elif op["op"] == "TRANSPOSE_CONV":
            total += math.prod(of(2)) * math.prod(of(1)[:3])
        elif op["op"] == "BATCH_MATMUL":
            total += out * of(0)[-1]
        elif op["op"] == "UNIDIRECTIONAL_SEQUENCE_LSTM":
            weights = sum(math.prod(shape[op["subgraph"], i]) for i in op["inputs"][1:9] if i >= 0)
            total += weights * math.prod(of(0)[:-1])
    return total


# Multiplications a cycle of one core, by what it has (performance guides of the makers).
PEAK = {"f32": (("avx512", 32), ("avx2", 16), ("neon", 8), ("", 4)),
        "int8": (("amx", 1024), ("avx512vnni", 128), ("avxvnni", 64), ("avx2", 32), ("dotprod", 32),
                 ("", 8))}


def peak_share(macs, milliseconds, threads, hz, isa, kind):
    """Per cent of what the cores could multiply in that time; None where that is not known."""
    if not macs or not hz:
        return None
    table = PEAK["int8" if kind in ("int8", "int16x8", "dynamic range", "LSTM int8") else "f32"]
    isa = isa.lower()
    each = next(rate for name, rate in table if name in isa)
    return 100 * macs / (milliseconds * 1e-3 * hz * each * threads)


def alike(values, reference, counts):
    """Whether two competitors computed the same thing, loosely: each output as good as equal, or the
    same but for a scale (a peer may dequantize). Roundings differ, so labels may; noise does not."""
    if len(values) != len(reference):
        return False
    place = 0
    for count in counts:
        a, b = values[place:place + count], reference[place:place + count]
        place += count
        if any(not math.isfinite(x) for x in a):
            return False
        span = max(max(b) - min(b), max(abs(x) for x in b) * 1e-3, 1e-30) if count else 1
        if max((abs(x - y) for x, y in zip(a, b)), default=0) <= 0.1 * span:
            continue
        if len(set(a)) < 2 or len(set(b)) < 2 or statistics.correlation(a, b) < 0.5:
            return False
    return True


def ratios(results, ours, clock):
    """{(model, threads, peer): how many times as long as `ours` the peer takes}."""
    found = {}
    for (model, threads), row in results.items():
        mine = row.get(ours, {}).get(clock)
        for peer, cell in row.items():
            if peer not in SAMARA and mine and cell.get(clock) and cell.get("alike", True):
                found[model, threads, peer] = cell[clock]["p50"] / mine["p50"]
    return found


def means(results, kinds, ours, clock):
    """{(kind, threads): {peer: (geometric mean, worst, worst model, count)}}, with "best", each model's
    fastest peer but LiteRT."""
    groups, best = {}, {}
    for (model, threads, peer), ratio in ratios(results, ours, clock).items():
        groups.setdefault((kinds[model], threads), {}).setdefault(peer, []).append((ratio, model))
        if peer != "litert":
            least = best.get((model, threads), ratio)
            best[model, threads] = min(ratio, least)
    for (model, threads), ratio in best.items():
        groups[kinds[model], threads].setdefault("best", []).append((ratio, model))
    return {key: {peer: (statistics.geometric_mean(r for r, _ in found), *min(found), len(found))
                  for peer, found in peers.items()} for key, peers in groups.items()}


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |"


def head(*cells):
    return row(*cells) + "\n|" + "---|" * len(cells)


def cell_text(cell, ours, clock):
    """One competitor in the table: milliseconds, and how many times Samara's."""
    if "error" in cell:
        return "cannot"
    if not cell.get("alike", True):
        return f"({cell[clock]['p50']:.3f}: other results)"
    text = f"{cell[clock]['p50']:.3f}"
    return text if ours is None else f"{text} ({cell[clock]['p50'] / ours['p50']:.2f})"


def times_table(results, kinds, names, threads, clock):
    """A line a model: our medians, then each peer's with its ratio to Samara."""
    lines = [head(f"model, {threads} thread{'s' if threads > 1 else ''}", "kind", *names, "% of peak",
                  "p90", "p99/p50")]
    for (model, count), found in results.items():
        if count != threads:
            continue
        ours = found.get("samara", {}).get(clock)
        cells = [cell_text(found[n], None if n == "samara" else ours, clock)
                 if n in found else "-" for n in names]
        share = found.get("samara", {}).get("share")
        lines.append(row(model, kinds[model], *cells, "-" if share is None else f"{share:.0f}",
                         f"{ours['p90']:.3f}" if ours else "-", f"{ours['p99/p50']:.2f}" if ours else "-"))
    return "\n".join(lines)


def means_table(results, kinds, peers, clock):
    """A line for each kind, threads and profile: geometric mean of each peer's time by Samara's."""
    lines = [head("kind", "threads", "numerics", *peers, "best but LiteRT", "worst against LiteRT")]
    groups = {}
    for ours in SAMARA:
        for (kind, threads), found in means(results, kinds, ours, clock).items():
            groups[kind, threads, ours] = found
    for (kind, threads, ours), found in sorted(
            groups.items(), key=lambda g: (KINDS.index(g[0][0]), g[0][1], g[0][2])):
        cells = [f"{found[p][0]:.2f} ({found[p][3]})" if p in found else "-" for p in peers + ["best"]]
        worst = f"{found['litert'][1]:.2f} {found['litert'][2]}" if "litert" in found else "-"
        lines.append(row(kind, threads, SAMARA[ours], *cells, worst))
    return "\n".join(lines)


def extras_table(results, names, key, unit, form="{:.1f}"):
    """A line a model of another figure than time: memory, cold start, instructions; 1 thread."""
    lines = [head(f"model, {unit}", *names)]
    least = min((threads for _, threads in results), default=1)
    for (model, threads), found in results.items():
        if threads == least and any(key in cell for cell in found.values()):
            lines.append(row(model, *(form.format(found[n][key]) if key in found.get(n, {}) else "-"
                                      for n in names)))
    return "\n".join(lines) if len(lines) > 1 else ""


def faults(results):
    """Who could not run what, and why: nobody is left out silently."""
    lines = []
    for (model, threads), found in results.items():
        for name, cell in found.items():
            if "error" in cell:
                lines.append(f"- {name}, {model}, {threads} thread(s): {' '.join(cell['error'].split())[:160]}")
            elif not cell.get("alike", True):
                lines.append(f"- {name}, {model}: its results are not the others'; left out of the means")
    return "\n".join(dict.fromkeys(lines))


def progress(model, threads, cells, clock):
    """What is said while the race goes on."""
    said = [f"{name} {cell[clock]['p50']:.3f}" if clock in cell else f"{name} -" for name, cell in cells.items()]
    return f"{model}, {threads}: " + ", ".join(said)
