"""Values that change place and not value: slicing, joining, gathering, padding."""

import numpy as np

from operators.case import (BF16, BOOL, C64, F16, F32, F64, I8, I16, I32, I64, STRING, U8, U16, U32,
                            U64, Case, Quant, options_of)
from operators.registry import Entry

COMMON = [F32, F16, I8, U8, I16, I32, I64, BOOL]
# What moves bytes alone takes everything.
ALL = COMMON + [BF16, C64, F64, U16, U32, U64]


def moved(m, type_, shape, constant=0.0):
    """An input whose output has the same quantization."""
    q = Quant(np.float32(0.5), 3 if type_ in (I8, U8) else 0) if type_ in (I8, U8, I16) else None
    return m.input(type_, shape, q, m.chance(constant))


def like(m, x, shape=(1,)):
    return m.output(x.type, shape, x.quant)


def concatenation(m, type_):
    shape = m.shape(1, 5, 6)
    axis = m.number(-len(shape), len(shape) - 1)
    parts = []
    for _ in range(m.number(1, 5)):
        part = list(shape)
        part[axis] = m.number(0 if m.chance(0.1) else 1, 5)
        parts.append(moved(m, type_, part, 0.2))
    return Case("CONCATENATION", options_of("ConcatenationOptions", axis=axis), parts,
                [like(m, parts[0])])


def pack(m, type_):
    shape = m.shape(0, 5, 6)
    count = m.number(1, 4)
    parts = [moved(m, type_, shape) for _ in range(count)]
    options = options_of("PackOptions", axis=m.number(-len(shape) - 1, len(shape)), valuesCount=count)
    return Case("PACK", options, parts, [like(m, parts[0])])


def unpack(m, type_):
    shape = m.shape(1, 5, 5)
    axis = m.number(-len(shape), len(shape) - 1)
    x = moved(m, type_, shape)
    return Case("UNPACK", options_of("UnpackOptions", axis=axis, num=shape[axis]), [x],
                [like(m, x) for _ in range(shape[axis])])


def split(m, type_):
    shape = list(m.shape(1, 5, 5))
    axis, parts = m.number(-len(shape), len(shape) - 1), m.number(1, 4)
    shape[axis] = parts * m.number(1, 3)
    x = moved(m, type_, shape)
    return Case("SPLIT", options_of("SplitOptions", numSplits=parts), [m.given(I32, np.int32(axis)), x],
                [like(m, x) for _ in range(parts)])


def split_v(m, type_):
    shape = list(m.shape(1, 5, 5))
    axis, sizes = m.number(-len(shape), len(shape) - 1), m.rng.integers(0, 4, m.number(1, 4))
    sizes[0] += 1
    shape[axis] = int(sizes.sum())
    x = moved(m, type_, shape)
    given = sizes.copy()
    if m.chance(0.3):
        given[m.number(0, len(given) - 1)] = -1
    sizes_type = m.pick([I32, I64])
    return Case("SPLIT_V", options_of("SplitVOptions", numSplits=len(sizes)),
                [x, m.given(sizes_type, given), m.constant(I32, np.int32(axis))],
                [like(m, x) for _ in sizes])


def slice_(m, type_):
    shape = m.shape(1, 5, 7)
    begin = [m.number(0, d - 1) for d in shape]
    size = [-1 if m.chance(0.2) else m.number(0 if m.chance(0.05) else 1, d - b)
            for d, b in zip(shape, begin)]
    index = m.pick([I32, I64])
    x = moved(m, type_, shape)
    return Case("SLICE", options_of("SliceOptions"), [x, m.given(index, begin), m.given(index, size)],
                [like(m, x, [d - b if s < 0 else s for d, b, s in zip(shape, begin, size)])])


def strided_slice(m, type_):
    shape = m.shape(1, 5, 8)
    masks = {"beginMask": 0, "endMask": 0, "ellipsisMask": 0, "newAxisMask": 0, "shrinkAxisMask": 0}
    begin, end, stride = [], [], []
    for i, d in enumerate(shape):
        if m.chance(0.2):
            b = m.number(-d, d - 1)
            begin, end, stride = begin + [b], end + [b + 1], stride + [1]
            masks["shrinkAxisMask"] |= 1 << i
            continue
        step = m.pick([1, 1, 2, 3, -1, -2])
        stride.append(step)
        begin.append(m.number(-d - 1, d))
        end.append(m.number(-d - 1, d + 1))
        masks["beginMask"] |= int(m.chance(0.3)) << i
        masks["endMask"] |= int(m.chance(0.4)) << i
    masks["offset"] = False
    x = moved(m, type_, shape)
    constant = 0.0 if m.chance(0.3) else 1.0
    return Case("STRIDED_SLICE", options_of("StridedSliceOptions", **masks),
                [x] + [m.given(I32, v, constant) for v in (begin, end, stride)], [like(m, x)])


def gather(m, type_):
    # LiteRT gathers strings out of vectors alone.
    shape = m.shape(1, 1 if type_ == STRING else 5, 6)
    batch = m.number(0, len(shape) - 1) if m.chance(0.25) else 0
    axis = m.number(batch, len(shape) - 1)
    index = m.pick([I32, I64, I16])
    places = m.rng.integers(0, shape[axis], shape[:batch] + m.shape(0 if not batch else 1, 2, 5))
    if type_ == STRING:
        batch, index = 0, I32
        places = m.rng.integers(0, shape[0], m.number(1, 5))
        axis = 0
    x = moved(m, type_, shape)
    return Case("GATHER", options_of("GatherOptions", axis=axis, batchDims=batch),
                [x, m.given(index, places)], [like(m, x)])


def gather_nd(m, type_):
    shape = m.shape(1, 5, 6)
    depth = m.number(1, len(shape))
    outer = m.shape(0, 3, 4)
    places = np.stack([m.rng.integers(0, d, outer) for d in shape[:depth]], axis=-1)
    x = moved(m, type_, shape)
    return Case("GATHER_ND", options_of("GatherNdOptions"), [x, m.given(m.pick([I32, I64, I16]), places)],
                [like(m, x)])


def scatter_nd(m, type_):
    shape = m.shape(1, 4, 6)
    depth = m.number(1, len(shape))
    outer = m.shape(1, 2, 5)
    places = np.stack([m.rng.integers(0, d, outer) for d in shape[:depth]], axis=-1)
    return Case("SCATTER_ND", options_of("ScatterNdOptions"),
                [m.given(I32, places), m.input(type_, outer + shape[depth:]), m.given(I32, list(shape))],
                [m.output(type_)])


def padding_of(m, rank, most=3):
    return m.rng.integers(0, most + 1, (rank, 2))


def pad(m, type_):
    shape = m.shape(1, 5, 6)
    x = moved(m, type_, shape)
    return Case("PAD", options_of("PadOptions"),
                [x, m.given(m.pick([I32, I64]), padding_of(m, len(shape)))], [like(m, x)])


def padv2(m, type_):
    shape = m.shape(1, 5, 6)
    x = moved(m, type_, shape)
    value = m.input(type_, (), x.quant, True)
    return Case("PADV2", options_of("PadV2Options"),
                [x, m.given(m.pick([I32, I64]), padding_of(m, len(shape))), value], [like(m, x)])


def mirror_pad(m, type_):
    shape = m.shape(1, 5, 6)
    mode = m.number(0, 1)  # REFLECT leaves the edge itself out
    pads = [[m.number(0, d - 1 + mode), m.number(0, d - 1 + mode)] for d in shape]
    x = moved(m, type_, shape)
    return Case("MIRROR_PAD", options_of("MirrorPadOptions", mode=mode),
                [x, m.given(m.pick([I32, I64]), pads)], [like(m, x)])


def transpose(m, type_):
    shape = m.shape(1, 6, 6, 0.03)
    x = moved(m, type_, shape)
    return Case("TRANSPOSE", options_of("TransposeOptions"),
                [x, m.given(I32, m.rng.permutation(len(shape)))], [like(m, x)])


def reverse(m, type_):
    shape = m.shape(1, 5, 6, 0.03)
    first = m.number(0, len(shape) - 1)
    axes = np.arange(first, m.number(first, len(shape) - 1) + 1)  # LiteRT: neighbours alone
    x = moved(m, type_, shape)
    return Case("REVERSE_V2", options_of("ReverseV2Options"), [x, m.constant(I32, axes)], [like(m, x)])


def tile(m, type_):
    shape = m.shape(1, 5, 5)
    times = m.rng.integers(0 if m.chance(0.05) else 1, 4, len(shape))
    x = moved(m, type_, shape)
    return Case("TILE", options_of("TileOptions"), [x, m.given(m.pick([I32, I64]), times)], [like(m, x)])


def space_to_batch(m, type_):
    spatial = m.number(1, 2)
    blocks = m.rng.integers(1, 4, spatial)
    before = m.rng.integers(0, 3, spatial)
    sizes = [int(b) * m.number(1, 4) for b in blocks]
    after = [(-(s + p)) % b for s, p, b in zip(sizes, before, blocks)]
    shape = (m.number(1, 3), *sizes, m.number(1, 4))
    x = moved(m, type_, shape)
    return Case("SPACE_TO_BATCH_ND", options_of("SpaceToBatchNDOptions"),
                [x, m.given(I32, blocks), m.given(I32, np.stack([before, after], axis=1))],
                [like(m, x, (1,) * len(shape))])


def batch_to_space(m, type_):
    spatial = m.number(1, 2)
    blocks = m.rng.integers(1, 4, spatial)
    sizes = m.rng.integers(1, 5, spatial)
    crops = [[m.number(0, (b * s - 1) // 2), m.number(0, (b * s - 1) // 2)] for b, s in zip(blocks, sizes)]
    shape = (int(blocks.prod()) * m.number(1, 3), *sizes, m.number(1, 4))
    x = moved(m, type_, shape)
    return Case("BATCH_TO_SPACE_ND", options_of("BatchToSpaceNDOptions"),
                [x, m.given(I32, blocks), m.given(I32, crops)], [like(m, x, (1,) * len(shape))])


def space_to_depth(m, type_):
    block = m.number(1, 3)
    shape = (m.number(1, 3), block * m.number(1, 4), block * m.number(1, 4), m.number(1, 5))
    x = moved(m, type_, shape)
    return Case("SPACE_TO_DEPTH", options_of("SpaceToDepthOptions", blockSize=block), [x],
                [like(m, x, (1,) * 4)])


def depth_to_space(m, type_):
    block = m.number(1, 3)
    shape = (m.number(1, 3), m.number(1, 4), m.number(1, 4), block * block * m.number(1, 4))
    x = moved(m, type_, shape)
    return Case("DEPTH_TO_SPACE", options_of("DepthToSpaceOptions", blockSize=block), [x],
                [like(m, x, (1,) * 4)])


def embedding_lookup(m, kind):
    rows, rest = m.number(1, 9), m.shape(1, 3, 6)
    ids = m.given(I32, m.rng.integers(0, rows, m.number(1, 7)))
    if kind == "int8 to float32":
        table = m.input(I8, (rows,) + rest, Quant(np.float32(0.03), 0), True)
        if m.chance(0.5):
            scales = m.rng.uniform(0.01, 0.1, rows).astype(np.float32)
            table = table._replace(quant=Quant(scales, np.zeros(rows, np.int64), 0))
        return Case("EMBEDDING_LOOKUP", None, [ids, table], [m.output(F32)], version=3)
    table = moved(m, kind, (rows,) + rest, 0.6)
    return Case("EMBEDDING_LOOKUP", None, [ids, table], [like(m, table)])


ENTRIES = [
    Entry("CONCATENATION", [F32, F16, BF16, I8, U8, I16, I32, U32, I64, BOOL], concatenation),
    Entry("PACK", [F32, I8, U8, I16, I32, U32, I64], pack),
    Entry("UNPACK", [F32, F16, BF16, I8, U8, I16, I32, BOOL], unpack),
    Entry("SPLIT", [F32, I8, U8, I16, I32, I64], split),
    Entry("SPLIT_V", [F32, I8, U8, I16, I32, I64], split_v),
    Entry("SLICE", ALL + [STRING], slice_), Entry("STRIDED_SLICE", ALL + [STRING], strided_slice),
    Entry("GATHER", COMMON + [BF16, STRING], gather),
    Entry("GATHER_ND", COMMON + [BF16, STRING], gather_nd),
    Entry("SCATTER_ND", [F32, I8, U8, I32, I64, BOOL], scatter_nd),
    Entry("PAD", COMMON + [BF16], pad), Entry("PADV2", COMMON + [BF16], padv2),
    Entry("MIRROR_PAD", ALL, mirror_pad), Entry("TRANSPOSE", ALL, transpose),
    Entry("REVERSE_V2", COMMON + [BF16], reverse, lambda c: [
        np.flip(c.inputs[0].values, tuple(c.inputs[1].values))]), Entry("TILE", ALL + [STRING], tile),
    Entry("SPACE_TO_BATCH_ND", ALL, space_to_batch), Entry("BATCH_TO_SPACE_ND", ALL, batch_to_space),
    Entry("SPACE_TO_DEPTH", [F32, I8, U8, I32, I64], space_to_depth),
    Entry("DEPTH_TO_SPACE", [F32, I8, U8, I32, I64], depth_to_space),
    Entry("EMBEDDING_LOOKUP", [F32, F16, I8, I32, "int8 to float32"], embedding_lookup),
]
