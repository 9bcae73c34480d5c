"""Whether two results of a case are the same, by the rules of README.md."""

import numpy as np

from operators.case import BF16, F16, F32, NUMPY, Tensor, bfloat16

RANGE = 1e-5  # of the largest value, for float32
ULPS = 2  # of a double computation, for transcendental functions
# One unit in the last place: values of these types are rounded once more than float32 ones.
COARSE = {F16: 2.0 ** -10, BF16: 2.0 ** -7}


def _flat(values):
    values = np.asarray(values)
    if values.dtype.kind == "c":
        return values.astype(np.complex128).ravel().view(np.float64)
    return values.astype(np.float64).ravel()


def _unlike_at_infinity(want, got):
    both = np.isfinite(want) & np.isfinite(got)
    odd = ~both & ~((want == got) | (np.isnan(want) & np.isnan(got)))
    if not odd.any():
        return both, ""
    k = int(np.argmax(odd))
    return both, f"{int(odd.sum())} not finite alike, e.g. [{k}] {want[k]} became {got[k]}"


def difference(want, got, spec, tolerance=RANGE):
    """Empty if `got` is as good as equal to LiteRT's `want`, else what differs."""
    if want.shape != got.shape or want.dtype != got.dtype:
        return f"{want.dtype}{list(want.shape)} became {got.dtype}{list(got.shape)}"
    if want.dtype.kind in "fc":
        w, g = _flat(want), _flat(got)
        both, odd = _unlike_at_infinity(w, g)
        if odd or not both.any():
            return odd
        span = max(np.abs(w[both]).max(), 1e-30)
        error = np.abs(w[both] - g[both]).max() / span
        limit = max(COARSE.get(spec.type, 0.0), tolerance)
        return f"error {error:.2e} of the range" if error > limit else ""
    wrong = want != got
    if not wrong.any():
        return ""
    k = int(np.argmax(wrong.ravel()))
    return (f"{int(wrong.sum())} of {want.size} differ, e.g. [{k}] {want.ravel()[k]} became "
            f"{got.ravel()[k]}")


def narrowed(want, specs):
    """Results in wider types, as the outputs hold them."""
    return [bfloat16(w) if spec.type == BF16 else w.astype(NUMPY[spec.type])
            for w, spec in zip(want, specs)]


def together(want, got, tolerance):
    """difference() of all outputs as one: one of them may hold next to nothing, and then rounding is
    all there is."""
    if [w.shape for w in want] != [g.shape for g in got]:
        return f"shapes {[g.shape for g in got]} instead of {[w.shape for w in want]}"
    flat = [np.concatenate([x.ravel() for x in xs]) for xs in (want, got)]
    return difference(*flat, Tensor(F32, ()), tolerance)


def _quanta(exact, spec):
    """Real values as the output tensor stores them, before they are clamped."""
    if spec.quant is None:
        return exact
    scale, zero = np.float64(spec.quant.scale), np.float64(spec.quant.zero)
    return exact / scale + zero


def from_exact(exact, got, spec, ulps=None):
    """Empty if `got` is near the double computation `exact` of real values: within one quantum, or
    `ulps` units in the last place of each float32, or RANGE."""
    exact = np.asarray(exact)
    if exact.shape != got.shape:
        return f"shape {list(got.shape)} instead of {list(exact.shape)}"
    if got.dtype.kind not in "fc" and exact.dtype == got.dtype:
        wrong = exact != got
        return f"{int(wrong.sum())} of {got.size} differ" if wrong.any() else ""
    if got.dtype.kind not in "fc":
        info = np.iinfo(got.dtype) if got.dtype != np.bool_ else None
        with np.errstate(invalid="ignore", over="ignore"):
            ideal = _quanta(np.float64(exact), spec)
        if info:
            ideal = np.clip(ideal, info.min, info.max)
        known = ~np.isnan(ideal)
        error = np.abs(ideal - got.astype(np.float64))[known]
        limit = 1.001 if spec.quant is not None else 0.501
        return f"{error.max():.3g} quanta off" if error.size and error.max() > limit else ""
    e, g = _flat(exact), _flat(got)
    with np.errstate(over="ignore"):
        narrow = e.astype(np.float32)
    both, odd = _unlike_at_infinity(narrow.astype(np.float64), g)
    if odd or not both.any():
        return odd
    e, g, narrow = e[both], g[both], narrow[both]
    if ulps is None:
        error = np.abs(e - g).max() / max(np.abs(e).max(), 1e-30)
        limit = max(COARSE.get(spec.type, 0.0), RANGE)
        return f"error {error:.2e} of the range of the exact result" if error > limit else ""
    unit = np.spacing(np.maximum(np.abs(narrow), np.finfo(np.float32).tiny)).astype(np.float64)
    if spec.type in COARSE:
        unit = np.maximum(np.abs(e), 2.0 ** -14) * COARSE[spec.type]
    error = np.abs(e - g) / unit
    k = int(np.argmax(error))
    return f"{error[k]:.3g} ulp, {g[k]!r} instead of {e[k]!r}" if error[k] > ulps else ""
