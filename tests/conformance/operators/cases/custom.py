"""Custom operators that no LiteRT resolver has: judged by computations of our own."""

import itertools

import numpy as np
from flatbuffers import flexbuffers

from operators.case import F32, I8, I16, I32, I64, STRING, U8, Case, Quant
from operators.registry import Entry

ALL_TYPES = [F32, I8, U8, I16, I32, I64]


def flex(**fields):
    """A map whose lists are typed vectors of integers, as converters write them."""
    builder = flexbuffers.Builder()
    with builder.Map():
        for key, value in fields.items():
            if isinstance(value, list):
                with builder.TypedVector(key):
                    for number in value:
                        builder.Int(number)
            else:
                builder.Key(key)
                builder.Add(value)
    return bytes(builder.Finish())


def raw(*integers):
    """A C struct of 32-bit integers, as MediaPipe's converters store it."""
    return np.array(integers, np.int32).tobytes()


def window(size, filter_, stride, same):
    """For each place of the output: the input's cells [first, last) and where the filter begins."""
    out = -(-size // stride) if same else (size - filter_) // stride + 1
    before = max(0, (out - 1) * stride + filter_ - size) // 2 if same else 0
    starts = [o * stride - before for o in range(out)]
    return [(max(s, 0), min(s + filter_, size), s) for s in starts]


# 3D pools -----------------------------------------------------------------------------------------

def pool_3d(op):
    def make(m, kind):
        same, filters = m.chance(0.5), [m.number(1, 3) for _ in range(3)]
        strides = [m.number(1, 3) for _ in range(3)]
        shape = (m.number(1, 2), *(f + m.number(0, 4) for f in filters), m.number(1, 4))
        quant = m.quant(kind)
        custom = flex(data_format="NDHWC", padding="SAME" if same else "VALID",
                      ksize=[1, *filters, 1], strides=[1, *strides, 1])
        return Case(op, None, [m.input(kind, shape, quant)], [m.output(kind, (1,), quant)], custom=custom)

    def exact(case):
        x, options = case.inputs[0].values, flexbuffers.Loads(case.custom)
        spans = [window(x.shape[a + 1], options["ksize"][a + 1], options["strides"][a + 1],
                        options["padding"] == "SAME") for a in range(3)]
        out = np.zeros((x.shape[0], *(len(s) for s in spans), x.shape[4]), np.float64)
        for place in np.ndindex(*(len(s) for s in spans)):
            cut = tuple(slice(*spans[a][i][:2]) for a, i in enumerate(place))
            cells = x[(slice(None), *cut)].astype(np.float64)
            out[(slice(None), *place)] = (cells.max if op == "MaxPool3D" else cells.mean)(axis=(1, 2, 3))
        if x.dtype.kind == "f":
            return [out]
        return [(np.sign(out) * np.floor(np.abs(out) + 0.5)).astype(x.dtype)]
    return Entry(op, [F32, I8, I16], make, exact=exact)


# Pools with places --------------------------------------------------------------------------------

def argmax_pool(op):
    by_image = op == "MaxPoolWithArgmax"

    def make(m, kind):
        same, filters = m.chance(0.5), [m.number(1, 3), m.number(1, 3)]
        strides = [m.number(1, 3), m.number(1, 3)]
        shape = (m.number(1, 2), *(f + m.number(0, 4) for f in filters), m.number(1, 4))
        custom = flex(padding="SAME" if same else "VALID", ksize=[1, *filters, 1],
                      strides=[1, *strides, 1], include_batch_in_index=False) if by_image else raw(
                          1 if same else 2, strides[1], strides[0], filters[1], filters[0], 0)
        case = Case(op, None, [m.input(F32, shape)],
                    [m.output(F32), m.output(I32 if by_image else F32)], custom=custom)
        return case

    def settings(case):
        if by_image:
            o = flexbuffers.Loads(case.custom)
            return o["padding"] == "SAME", o["ksize"][1:3], o["strides"][1:3]
        padding, sw, sh, fw, fh, _ = np.frombuffer(case.custom, np.int32)
        return padding == 1, (int(fh), int(fw)), (int(sh), int(sw))

    def exact(case):
        x, (same, filters, strides) = case.inputs[0].values, settings(case)
        rows, columns = (window(x.shape[a + 1], filters[a], strides[a], same) for a in range(2))
        values = np.zeros((x.shape[0], len(rows), len(columns), x.shape[3]), np.float32)
        places = np.zeros(values.shape, np.int32 if by_image else np.float32)
        for b, i, j, c in np.ndindex(values.shape):
            (y0, y1, ys), (x0, x1, xs) = rows[i], columns[j]
            cells = x[b, y0:y1, x0:x1, c]
            dy, dx = np.unravel_index(int(np.argmax(cells)), cells.shape)
            values[b, i, j, c] = cells[dy, dx]
            y, z = y0 + int(dy), x0 + int(dx)
            places[b, i, j, c] = ((y * x.shape[2] + z) * x.shape[3] + c if by_image else
                                  np.float32((y - ys) * filters[1] + z - xs) + np.float32(0.1))
        return [values.astype(np.float64), places if by_image else places.astype(np.float64)]
    return Entry(op, [F32], make, exact=exact)


def unpool(op):
    def make(m, kind):
        filters = [m.number(1, 3), m.number(1, 3)]
        shape = (m.number(1, 2), m.number(1, 4), m.number(1, 4), m.number(1, 3))
        if kind == "places in windows":
            # Every window is whole, so that no two values meet.
            custom = raw(1, filters[1], filters[0], filters[1], filters[0], 0)
            places = m.values(F32, shape, 0, 1) * np.float32(filters[0] * filters[1] - 0.01)
            indices = m.given(F32, np.floor(places) + np.float32(0.1), 0)
        else:
            custom = raw(1, filters[1], filters[0], filters[1], filters[0], 0)
            image = int(np.prod(shape[1:]))
            room = image * filters[0] * filters[1]
            indices = m.given(I32, np.stack([m.rng.permutation(room)[:image] for _ in range(shape[0])])
                              .reshape(shape), 0)
        return Case(op, None, [m.input(F32, shape), indices], [m.output(F32)], custom=custom)

    def exact(case):
        x, places = (t.values for t in case.inputs)
        _, fw, fh, *_ = np.frombuffer(case.custom, np.int32)
        b, h, w, c = x.shape
        out = np.zeros((b, h * fh, w * fw, c))
        for at in np.ndindex(x.shape):
            if places.dtype == np.int32:
                out.reshape(b, -1)[at[0], places[at]] = x[at]
            else:
                place = int(places[at])
                out[at[0], at[1] * fh + place // fw, at[2] * fw + place % fw, at[3]] = x[at]
        return [out]
    return Entry(op, ["places in windows", "places in images"], make, exact=exact)


# Images -------------------------------------------------------------------------------------------

def transpose_bias(m, kind):
    strides, filters = [m.number(1, 3), m.number(1, 3)], [m.number(1, 4), m.number(1, 4)]
    shape = (m.number(1, 2), m.number(1, 5), m.number(1, 5), m.number(1, 4))
    channels = m.number(1, 4)
    weights = m.input(F32, (channels, *filters, shape[3]), constant=m.chance(0.7))
    bias = m.input(F32, (channels,), constant=m.chance(0.7))
    return Case("Convolution2DTransposeBias", None, [m.input(F32, shape), weights, bias], [m.output(F32)],
                custom=raw(m.pick([1, 2]), strides[1], strides[0], 0))


def exact_transpose_bias(case):
    x, weights, bias = (t.values.astype(np.float64) for t in case.inputs)
    padding, *strides = (int(n) for n in np.frombuffer(case.custom, np.int32)[:3])
    strides = strides[::-1]
    full = np.zeros((x.shape[0], *((x.shape[a + 1] - 1) * strides[a] + weights.shape[a + 1]
                                   for a in range(2)), weights.shape[0]))
    for i, j in np.ndindex(*x.shape[1:3]):
        y, z = i * strides[0], j * strides[1]
        full[:, y:y + weights.shape[1], z:z + weights.shape[2]] += np.einsum(
            "bc,ohwc->bhwo", x[:, i, j], weights)
    for axis in range(2) if padding == 1 else ():
        cut = max(0, weights.shape[axis + 1] - (x.shape[axis + 1] - 1) % strides[axis] - 1)
        full = np.take(full, range(cut // 2, full.shape[axis + 1] - cut + cut // 2), axis + 1)
    return [full + bias]


def between(image, y, x):
    """An image's value between four pixels; 0 outside of it."""
    top, left = int(np.floor(y)), int(np.floor(x))
    out = np.zeros(image.shape[2])
    for i, j in itertools.product((0, 1), (0, 1)):
        if 0 <= top + i < image.shape[0] and 0 <= left + j < image.shape[1]:
            out += image[top + i, left + j] * abs(1 - i - (y - top)) * abs(1 - j - (x - left))
    return out


def resampler(m, kind):
    shape = (m.number(1, 2), m.number(1, 6), m.number(1, 6), m.number(1, 3))
    places = m.input(F32, (shape[0], m.number(1, 5), m.number(1, 5), 2), low=-2, high=7)
    return Case("Resampler", None, [m.input(F32, shape), places], [m.output(F32)], custom=b"")


def exact_resampler(case):
    x, places = (t.values.astype(np.float64) for t in case.inputs)
    out = np.zeros((*places.shape[:3], x.shape[3]))
    for at in np.ndindex(places.shape[:3]):
        out[at] = between(x[at[0]], places[at][1], places[at][0])
    return [out]


def warp(m, kind):
    shape = (m.number(1, 2), m.number(2, 6), m.number(2, 6), m.number(1, 3))
    flow = m.input(F32, (*shape[:3], 2), low=-8, high=8)
    return Case("DenseImageWarp", None, [m.input(F32, shape), flow], [m.output(F32)], custom=b"")


def exact_warp(case):
    x, flow = (t.values.astype(np.float64) for t in case.inputs)
    out = np.zeros(x.shape)
    for b, i, j in np.ndindex(x.shape[:3]):
        y = np.clip(np.float32(i) - np.float32(flow[b, i, j, 0]), 0, x.shape[1] - 1)
        z = np.clip(np.float32(j) - np.float32(flow[b, i, j, 1]), 0, x.shape[2] - 1)
        out[b, i, j] = between(x[b], np.float64(y), np.float64(z))
    return [out]


def transform(m, kind):
    """An image that is moved by a matrix; places near its border could fall to either side."""
    shape = (1, m.number(1, 7), m.number(1, 7), m.number(1, 3))
    height, width = m.number(1, 6), m.number(1, 6)
    matrix = np.zeros((1, 4, 4), np.float32)
    matrix[0, :2] = m.rng.integers(-64, 64, (2, 4)) / 32 + np.array([[1, 0, 0, 0], [0, 1, 0, 0]])
    custom = (flex(mode="bilinear", output_size=[height, width]) if kind == "version 1" else
              flex(output_height=height, output_width=width))
    return Case("TransformTensorBilinear", None, [m.input(F32, shape), m.given(F32, matrix)],
                [m.output(F32)], version=1 if kind == "version 1" else 2, custom=custom)


def exact_transform(case):
    x, matrix = (t.values.astype(np.float64) for t in case.inputs)
    options = flexbuffers.Loads(case.custom)
    height, width = (options["output_size"] if case.version == 1 else
                     (options["output_height"], options["output_width"]))
    half = 0 if case.version == 1 else 0.5
    out = np.zeros((1, height, width, x.shape[3]))
    for i, j in np.ndindex(height, width):
        z, y = matrix[0, :2, :2] @ [j + half, i + half] + matrix[0, :2, 3] - half
        if 0 <= z <= x.shape[2] - 1 and 0 <= y <= x.shape[1] - 1:
            out[0, i, j] = between(x[0], y, z)
    return [out]


# Landmarks ----------------------------------------------------------------------------------------

def landmarks(m, kind):
    version, dimensions, count = (1 if kind == "version 1" else 2), m.number(2, 3), m.number(1, 9)
    shape = (1, m.number(1, 2), m.number(1, 2), count * dimensions) if version == 1 else (1, count, dimensions)
    custom = flex(dimensions=dimensions, scale=m.pick([1.0, 0.5, 192.0])) if version == 1 else b""
    return Case("TransformLandmarks", None, [m.input(F32, shape), m.input(F32, (1, 4, 4))],
                [m.output(F32)], version=version, custom=custom)


def exact_landmarks(case):
    x, matrix = (t.values.astype(np.float64) for t in case.inputs)
    options = flexbuffers.Loads(case.custom) if case.version == 1 else {"scale": 1, "dimensions": x.shape[2]}
    points = x.reshape(-1, options["dimensions"]).copy()
    points[:, :2] = points[:, :2] @ matrix[0, :2, :2].T + matrix[0, :2, 3] * options["scale"]
    return [points.reshape(x.shape)]


def box_matrix(m, kind):
    count, version = m.number(2, 9), 1 if kind == "version 1" else 2
    left = m.number(0, count - 1)
    fields = {"left_rotation_idx": left, "right_rotation_idx": (left + m.number(1, count - 1)) % count}
    subset = [m.number(0, count - 1) for _ in range(m.number(1, 8))]
    sizes = [m.number(2, 256) for _ in range(4)]
    if version == 1:
        fields.update(subset=subset, dimensions=3, landmarks_range=sizes[2], input_hw=sizes[:2],
                      output_hw=sizes[2:], bbox_size_multiplier=1.5)
    else:
        fields.update(subset_idxs=subset, output_height=sizes[0], output_width=sizes[1], scale_x=1.25,
                      scale_y=2.0, target_rotation_radians=float(m.rng.uniform(-3, 3)))
    shape = (1, 1, 1, 3 * count) if version == 1 else (1, count, 3)
    return Case("Landmarks2TransformMatrix", None, [m.input(F32, shape, low=0, high=200)], [m.output(F32)],
                version=version, custom=flex(**fields))


def exact_box_matrix(case):
    o, points = flexbuffers.Loads(case.custom), case.inputs[0].values.astype(np.float64).reshape(-1, 3)[:, :2]
    way = points[o["right_rotation_idx"]] - points[o["left_rotation_idx"]]

    def plane(a, b):
        return np.block([[np.reshape(a, (2, 2)), np.reshape(b, (2, 1))], [np.zeros((1, 2)), np.ones((1, 1))]])

    def turn(angle):
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    first = case.version == 1
    angle = -np.arctan(way[1] / way[0]) if first else o["target_rotation_radians"] - np.arctan2(way[1], way[0])
    turned = points[o["subset" if first else "subset_idxs"]] @ turn(angle).T
    low, high = turned.min(axis=0), turned.max(axis=0)
    middle, size = turn(-angle) @ ((low + high) / 2), high - low
    if first:
        (h, w), (oh, ow), span = o["input_hw"], o["output_hw"], o["landmarks_range"]
        half = np.array([w - 1, h - 1]) / 2
        result = (plane(np.diag(half), half) @ plane(turn(-angle), middle / span * 2 - 1)
                  @ plane(np.diag(size * o["bbox_size_multiplier"] / span), [0, 0])
                  @ plane(np.diag([2 / (ow - 1), 2 / (oh - 1)]), [-1, -1]))
    else:
        out = np.array([o["output_width"], o["output_height"]])
        result = (plane(np.eye(2), middle) @ plane(turn(-angle), [0, 0])
                  @ plane(np.diag(np.array([o["scale_x"], o["scale_y"]]) * size / out), [0, 0])
                  @ plane(np.eye(2), -out / 2))
    full = np.eye(4)
    full[:2, :2], full[:2, 3] = result[:2, :2], result[:2, 2]
    return [full[None]]


def batch_norm(m, kind):
    shape = (m.number(1, 3), m.number(1, 5), m.number(1, 5), m.number(1, 4))
    rest = [m.input(F32, (shape[3],), low=low, high=3) for low in (0.1, -3, -3, 0.1)]
    return Case("FusedBatchNormV3", None, [m.input(F32, shape), *rest], [m.output(F32) for _ in range(6)],
                custom=b"")


def exact_batch_norm(case):
    x, scale, offset, mean, variance = (t.values.astype(np.float64) for t in case.inputs)
    rest = int(np.prod(x.shape[:3]))
    now, spread = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return [(x - now) / np.sqrt(spread + 0.001) * scale + offset, 0.999 * mean + 0.001 * now,
            0.999 * variance + 0.001 * rest / max(rest - 1, 1) * spread, now, spread, np.zeros(1)]


# Numbers ------------------------------------------------------------------------------------------

def gradient_args(m, kind):
    a, b, _ = m.broadcast_pair(5)
    return Case("BroadcastGradientArgs", None, [m.given(kind, a), m.given(kind, b)],
                [m.output(kind), m.output(kind)], custom=b"")


def exact_gradient_args(case):
    a, b = ([int(d) for d in t.values] for t in case.inputs)
    dtype = case.inputs[0].values.dtype
    if a == b:
        return [np.zeros(0, dtype), np.zeros(0, dtype)]
    rank = max(len(a), len(b))
    return [np.array([i for i, d in enumerate([1] * (rank - len(s)) + s) if d == 1], dtype) for s in (a, b)]


def roll(m, kind):
    shape = m.shape(1, 5)
    count, index = m.number(1, 4), m.pick([I32, I64])
    shifts = m.given(index, [m.number(-9, 9) for _ in range(count)])
    axes = m.given(index, [m.number(-len(shape), len(shape) - 1) for _ in range(count)])
    return Case("Roll", None, [m.input(kind, shape), shifts, axes], [m.output(kind, shape)], custom=b"")


def exact_roll(case):
    x, shifts, axes = (t.values for t in case.inputs)
    for shift, axis in zip(shifts, axes):
        x = np.roll(x, int(shift), int(axis))
    return [x]


def table(m, kind):
    wide = kind == "int16"
    in_type, out_type = (I16 if wide else I8), (I8 if kind == "int8" else I16)
    quants = [Quant(np.float32(0.1), 0 if wide else 3), Quant(np.float32(0.2), 0)]
    shape = m.shape()
    return Case("Table", None, [m.input(in_type, shape, quants[0]), m.input(out_type, (513 if wide else 256,),
                constant=m.chance(0.7))], [m.output(out_type, shape, quants[1])], custom=b"")


def exact_table(case):
    x, entries = (t.values for t in case.inputs)
    if x.dtype == np.int8:
        return [entries[x.astype(int) + 128]]
    low = (x.astype(int) >> 7) + 256
    slope = (entries[low + 1].astype(int) - entries[low]).astype(np.int16).astype(int)
    return [(entries[low] + ((slope * (x.astype(int) & 127) + 64) >> 7)).astype(np.int16)]


def cache_shapes(m):
    heads, width, most = m.number(1, 3), m.number(1, 4), m.number(1, 8)
    return most, (1, m.number(1, most), heads, width)


def kv_cache(m, kind):
    most, fresh = cache_shapes(m)
    start = m.number(0, most - fresh[1])
    positions = m.given(I64, np.arange(start, start + fresh[1]), 0)
    return Case("odml.update_kv_cache", None, [positions, m.input(F32, fresh), m.input(F32, fresh)],
                [m.output(F32), m.output(F32)], custom=flex(kv_cache_max=most, num_layers=2, layer_index=1))


def exact_kv_cache(case):
    at, most = case.inputs[0].values, flexbuffers.Loads(case.custom)["kv_cache_max"]
    out = [np.zeros((1, most, *t.values.shape[2:])) for t in case.inputs[1:]]
    for to, t in zip(out, case.inputs[1:]):
        to[:, at[0]:at[0] + len(at)] = t.values
    return out


def external_cache(m, kind):
    most, fresh = cache_shapes(m)
    caches = [m.input(F32, (1, most, *fresh[2:])) for _ in range(2)]
    positions = m.given(I32, np.sort(m.rng.permutation(most)[:fresh[1]]), 0)
    return Case("odml.update_external_kv_cache", None,
                [*caches, positions, m.input(F32, fresh), m.input(F32, fresh)],
                [m.output(F32), m.output(F32)], custom=b"")


def exact_external_cache(case):
    out = [t.values.astype(np.float64) for t in case.inputs[:2]]
    for to, t in zip(out, case.inputs[3:]):
        to[:, case.inputs[2].values] = t.values
    return out


# Texts as numbers ---------------------------------------------------------------------------------

def ngram_hash(m, kind):
    lengths = [m.number(1, 6) for _ in range(m.number(1, 3))]
    custom = flex(seed=m.number(0, 2 ** 40), ngram_lengths=lengths,
                  vocab_sizes=[m.number(1, 10 ** 6) for _ in lengths], max_splits=m.number(3, 40),
                  lowercase_input=m.chance(0.5))
    text = bytes(m.rng.choice(list(b"abcXYZ 12.!zQ"), m.number(0, 30)).astype(np.uint8).tolist())
    return Case("NGramHash", None, [m.constant(STRING, np.array([text], object))], [m.output(I32)], custom=custom)


def murmur(data, seed):
    factor, full = 0xc6a4a7935bd1e995, 2 ** 64 - 1

    def mix(v):
        return v ^ (v >> 47)
    value = seed ^ (len(data) * factor & full)
    for at in range(0, len(data) - len(data) % 8, 8):
        word = int.from_bytes(data[at:at + 8], "little") * factor & full
        value = (value ^ (mix(word) * factor & full)) * factor & full
    if len(data) % 8:
        value = (value ^ int.from_bytes(data[-(len(data) % 8):], "little")) * factor & full
    return mix(mix(value) * factor & full)


def exact_ngram_hash(case):
    o, text = flexbuffers.Loads(case.custom), case.inputs[0].values[0]
    text = bytes(c if chr(c).isalpha() else 32 for c in text[:o["max_splits"] - 2])
    text = b"^" + (text.lower() if o["lowercase_input"] else text) + b"$"
    return [np.array([[[murmur(text[i:i + n], o["seed"]) % size + 1 for i in range(len(text))]
                       for n, size in zip(o["ngram_lengths"], o["vocab_sizes"])]], np.int32)]


def kmeans(m, kind):
    rows, blocks, entries, width = m.number(2, 9), m.number(1, 4), m.number(1, 7), m.number(1, 5)
    tokens = m.given(I32, [[m.number(0 if m.chance(0.2) else 1, rows - 1) for _ in range(m.number(1, 8))]])
    return Case("KmeansEmbeddingLookup", None, [tokens, m.input(U8, (rows, blocks), low=0, high=entries - 1),
                m.input(F32, (entries, width))], [m.output(F32)], custom=b"")


def exact_kmeans(case):
    tokens, rows, book = (t.values for t in case.inputs)
    used = list(itertools.takewhile(lambda t: t != 0, tokens[0]))
    if not used:
        return [np.zeros((1, rows.shape[1] * book.shape[1]))]
    return [book[rows[used]].astype(np.float64).reshape(len(used), -1).mean(axis=0)[None]]


def ctc(m, kind):
    """So many beams that every labelling is one."""
    classes, time = m.number(2, 3), m.number(1, 4)
    scores = m.input(F32, (time, 1, classes), low=-3, high=3)
    custom = flex(beam_width=400, top_paths=1, merge_repeated=False)
    outputs = [m.output(t) for t in (I32, I32, I32, F32)]
    return Case("CTCBeamSearchDecoder", None, [scores, m.given(I32, [time])], outputs, custom=custom)


def exact_ctc(case):
    scores = case.inputs[0].values[:, 0].astype(np.float64)
    odds = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    blank, sums = scores.shape[1] - 1, {}
    for way in itertools.product(range(scores.shape[1]), repeat=len(scores)):
        labels = tuple(k for i, k in enumerate(way) if k != blank and (i == 0 or way[i - 1] != k))
        sums[labels] = sums.get(labels, 0) + np.prod([odds[t, k] for t, k in enumerate(way)])
    best = max(sums, key=sums.get)
    indices = np.array([[0, i] for i in range(len(best))], np.int32).reshape(-1, 2)
    return [indices, np.array(best, np.int32), np.array([1, len(best)], np.int32),
            np.log([[sums[best]]])]


def judge_ctc(case, want, got):
    """Labels are equal; the log probability, a sum of float32 ones, may be 1e-5 off, however near to 0
    it is."""
    exact = exact_ctc(case)
    if any(not np.array_equal(e, g) for e, g in zip(exact[:3], got)):
        return f"{[g.tolist() for g in got[:3]]} instead of {[e.tolist() for e in exact[:3]]}"
    error = abs(exact[3] - got[3]).max()
    return f"the log probability is {error:.2e} off" if error > 1e-5 else ""


ENTRIES = [
    pool_3d("AvgPool3D"), pool_3d("MaxPool3D"),
    argmax_pool("MaxPoolWithArgmax"), argmax_pool("MaxPoolingWithArgmax2D"),
    unpool("MaxUnpooling2D"), unpool("LiteRtMaxUnpooling2D"),
    Entry("Convolution2DTransposeBias", [F32], transpose_bias, exact=exact_transpose_bias),
    Entry("Resampler", [F32], resampler, exact=exact_resampler),
    Entry("DenseImageWarp", [F32], warp, exact=exact_warp),
    Entry("TransformTensorBilinear", ["version 1", "version 2"], transform, exact=exact_transform),
    Entry("TransformLandmarks", ["version 1", "version 2"], landmarks, exact=exact_landmarks),
    Entry("Landmarks2TransformMatrix", ["version 1", "version 2"], box_matrix, exact=exact_box_matrix),
    Entry("FusedBatchNormV3", [F32], batch_norm, exact=exact_batch_norm),
    Entry("BroadcastGradientArgs", [I32, I64], gradient_args, exact=exact_gradient_args),
    Entry("Roll", ALL_TYPES, roll, exact=exact_roll),
    Entry("Table", ["int8", "int8 to int16", "int16"], table, exact=exact_table),
    Entry("odml.update_kv_cache", [F32], kv_cache, exact=exact_kv_cache),
    Entry("odml.update_external_kv_cache", [F32], external_cache, exact=exact_external_cache),
    Entry("NGramHash", [STRING], ngram_hash, exact=exact_ngram_hash),
    Entry("KmeansEmbeddingLookup", [F32], kmeans, exact=exact_kmeans),
    Entry("CTCBeamSearchDecoder", [F32], ctc, judge=judge_ctc),
]
