"""One case at every instruction set and with one and two threads: the same bits. Of the `xnnpack` profile
floats are counted alone, since products and sums are fused where the CPU can (docs/numerics.md)."""

from samara import Failed, Samara

CASES = 2  # an operator and type


def ways(levels):
    return [(level, threads) for level in levels.split(",") for threads in (1, 2)]


def outcome(options, way, data, inputs):
    """The outputs, or what the program refuses the case with."""
    level, threads = way
    program = Samara(options.samara, level, options.emulator.split(), threads, options.numerics)
    try:
        return program.run(data, [str(i) for i in range(len(inputs))], inputs, False)
    except Failed as failure:
        return str(failure).splitlines()[0]


def bits(value):
    return (value.dtype.str, value.shape, value.tolist() if value.dtype.kind == "O" else value.tobytes())


def compare(row, number, ran, with_floats):
    """Counts a case of which each way gave something: [(way, outcome)]."""
    (first, want), *others = ran
    if isinstance(want, str):
        row.refused += 1
    for way, got in others:
        if isinstance(want, str) or isinstance(got, str):
            if got != want:
                row.failures.append((number, f"{first}: {want}; {way}: {got}"[:300]))
                return
            continue
        for i, (a, b) in enumerate(zip(want, got)):
            if bits(a) != bits(b) and (with_floats or a.dtype.kind not in "fc"):
                row.failures.append((number, f"output {i} at {way} is not that at {first}"))
                return
    if isinstance(want, str):
        return
    row.equal += 1
    floats = [i for i, a in enumerate(want) if a.dtype.kind in "fc"]
    if floats:
        row.floats += 1
        row.same_floats += all(bits(want[i]) == bits(got[i]) for _, got in others for i in floats)
