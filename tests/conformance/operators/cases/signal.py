"""Custom operators on spectra, attention and quantized values."""

import numpy as np
from flatbuffers import flexbuffers

from operators.case import C64, F16, F32, I8, I16, I32, U8, Case, Quant
from operators.registry import Entry


def flex(**fields):
    return bytes(flexbuffers.Dumps(fields))


def spectrogram(m, kind):
    custom = flex(window_size=m.number(2, 300), stride=m.number(1, 200), magnitude_squared=m.chance(0.5))
    x = m.input(F32, (m.number(1, 900), m.number(1, 3)), low=-1, high=1)
    return Case("AudioSpectrogram", None, [x], [m.output(F32)], custom=custom)


def mfcc(m, kind):
    rate = m.number(2000, 48000)
    low = m.number(0, rate // 8)
    bands = m.number(1, 50)
    custom = flex(lower_frequency_limit=low, upper_frequency_limit=m.number(low + 1, rate // 2 - 1),
                  filterbank_channel_count=bands, dct_coefficient_count=m.number(1, bands))
    x = m.input(F32, (m.number(1, 2), m.number(1, 5), m.number(8, 260)), low=0, high=9)
    return Case("Mfcc", None, [x, m.given(I32, [rate])], [m.output(F32)], custom=custom)


def numeric_verify(m, kind):
    shape = m.shape(high=3)
    custom = flex(tolerance=5.0, log_if_failed=m.chance(0.2))
    if kind == F16:
        x = m.input(F16, shape)
        near = x.values.astype(np.float32) + np.float32(0.01)
    else:
        quant = Quant(np.float32(m.rng.uniform(0.01, 1)), 0 if kind == I16 else 7)
        x = m.input(kind, shape, quant, low=0, high=100)
        near = (x.values.astype(np.float64) - quant.zero + m.rng.uniform(-1, 1, shape)) * quant.scale
    return Case("NumericVerify", None, [x, m.given(F32, near, 0)], [m.output(F32, shape)], custom=custom)


def hadamard(m, kind):
    size = 2 ** m.number(0, 9)
    shape = (*m.shape(1, 2, 4), size * m.number(1, 3))
    custom = flex(hadamard_size=size, random_binary_vector=[1])
    return Case("aeq.hadamard_rotation", None, [m.input(F32, shape)], [m.output(F32, shape)], custom=custom)


def exact_hadamard(case):
    size = flexbuffers.Loads(case.custom)["hadamard_size"]
    turn = np.ones((1, 1))
    while len(turn) < size:
        turn = np.block([[turn, turn], [turn, -turn]])
    x = case.inputs[0].values.astype(np.float64)
    return [(x.reshape(-1, size) @ turn / np.sqrt(size)).reshape(x.shape)]


def irfft2d(m, kind):
    lengths = [2 ** m.number(0, 5), 2 ** m.number(0, 5)]
    shape = (*m.shape(0, 2, 4), m.number(1, 20), m.number(1, 20))
    return Case("IRFFT2D", None, [m.input(C64, shape), m.given(I32, lengths)], [m.output(F32)], custom=b"")


def exact_irfft2d(case):
    x, (height, width) = case.inputs[0].values, (int(n) for n in case.inputs[1].values)
    grid = np.zeros((*x.shape[:-2], height, width // 2 + 1), np.complex128)
    rows, columns = min(x.shape[-2], height), min(x.shape[-1], width // 2 + 1)
    grid[..., :rows, :columns] = x[..., :rows, :columns]
    if width == 1:
        return [np.fft.ifft(grid, axis=-2).real]
    return [np.fft.irfft2(grid, s=(height, width), axes=(-2, -1))]


def attention(m, kind):
    batch, queries, keys, kv_heads, width, depth = (m.number(1, 6) for _ in range(6))
    heads = kv_heads * m.number(1, 3)
    full = (batch, heads, queries, keys)
    mask = tuple(n if m.chance(0.5) else 1 for n in full)
    shapes = [(batch, queries, heads, width), (batch, keys, kv_heads, width), (batch, keys, kv_heads, depth), mask]
    return Case("odml.scaled_dot_product_attention", None, [m.input(F32, s, low=-2, high=2) for s in shapes],
                [m.output(F32, (batch, queries, heads, depth))], custom=flex(scale=m.pick([0.0, 0.3])))


def exact_attention(case):
    q, k, v, mask = (t.values.astype(np.float64) for t in case.inputs)
    scale = flexbuffers.Loads(case.custom)["scale"] or q.shape[3] ** -0.5
    k, v = (np.repeat(t, q.shape[2] // t.shape[2], axis=2) for t in (k, v))
    share = np.exp(np.einsum("bthw,bshw->bhts", q * scale, k) + mask)
    return [np.einsum("bhts,bshd->bthd", share / share.sum(axis=-1, keepdims=True), v)]


ENTRIES = [
    Entry("AudioSpectrogram", [F32], spectrogram),
    Entry("Mfcc", [F32], mfcc),
    Entry("NumericVerify", [I8, U8, I16, F16], numeric_verify),
    Entry("aeq.hadamard_rotation", [F32], hadamard, exact=exact_hadamard),
    Entry("IRFFT2D", [C64], irfft2d, exact=exact_irfft2d),
    Entry("odml.scaled_dot_product_attention", [F32], attention, exact=exact_attention),
]
