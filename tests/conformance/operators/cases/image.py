"""Pictures, spectra and boxes."""

import flatbuffers.flexbuffers as flexbuffers
import numpy as np

from operators import judge
from operators.case import C64, F32, I8, I16, I32, U8, Case, Quant, options_of
from operators.registry import Entry
from operators.cases.movement import like, moved


def resize(op, table, types):
    def make(m, type_):
        shape = (m.number(1, 2), m.number(1, 9), m.number(1, 9), m.number(1, 20))
        size = [m.number(1, 17), m.number(1, 17)]
        corners, centers = m.pick([(False, False), (True, False), (False, True)])
        x = moved(m, type_, shape)
        options = options_of(table, alignCorners=corners, halfPixelCenters=centers)
        return Case(op, options, [x, m.given(I32, size)],
                    [like(m, x, (shape[0], *size, shape[3]))], version=3)
    return Entry(op, types, make)


def rfft2d(m, type_):
    shape = m.shape(0, 3, 4) + (m.number(1, 12), m.number(1, 20))
    lengths = [2 ** m.number(0, 4), 2 ** m.number(1, 5)]
    return Case("RFFT2D", options_of("Rfft2dOptions"), [m.input(type_, shape), m.constant(I32, lengths)],
                [m.output(C64)])


def exact_rfft2d(case):
    lengths = [int(n) for n in case.inputs[1].values]
    return [np.fft.rfft2(case.inputs[0].values.astype(np.float64), s=lengths, axes=(-2, -1))]


def detection(m, kind):
    boxes, classes = m.number(1, 30), m.number(1, 5)
    background = m.number(0, 1)
    fast = m.chance(0.5)
    options = {"max_detections": m.number(1, 12), "max_classes_per_detection": m.number(1, classes),
               "detections_per_class": m.number(1, 20), "use_regular_nms": not fast,
               "nms_score_threshold": float(m.rng.uniform(0, 0.6)),
               "nms_iou_threshold": float(m.rng.uniform(0.1, 1.0)), "num_classes": classes,
               "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0}
    builder = flexbuffers.Builder()
    with builder.Map():
        for key, value in options.items():
            builder.Key(key)
            {bool: builder.Bool, int: builder.Int, float: builder.Float}[type(value)](value)
    type_ = U8 if kind == "uint8" else F32
    scales = [Quant(np.float32(0.05), 128), Quant(np.float32(1 / 256), 0), Quant(np.float32(1 / 256), 0)]
    quants = scales if type_ == U8 else [None] * 3
    anchors = np.sort(m.rng.uniform(0, 1, (boxes, 4)), axis=1)
    if type_ == U8:
        anchors = anchors * 256
    inputs = [m.input(type_, (1, boxes, 4), quants[0]),
              m.input(type_, (1, boxes, classes + background), quants[1],
                      low=None if type_ == U8 else 0, high=None if type_ == U8 else 1),
              m.constant(type_, np.clip(anchors, 0, 255), quants[2])]
    if type_ == U8:  # no two scores are equal: whose box comes first then is std::partial_sort's secret
        shape = inputs[1].shape
        scores = m.rng.permutation(256)[:shape[1] * shape[2]].reshape(shape)
        inputs[1] = inputs[1]._replace(values=scores.astype(np.uint8))
    return Case("TFLite_Detection_PostProcess", None, inputs, [m.output(F32) for _ in range(4)],
                custom=bytes(builder.Finish()))


def judge_detection(case, want, got):
    """Up to the number of detections: LiteRT leaves what follows as it was in memory."""
    if isinstance(want, Exception):
        return str(want)
    options = flexbuffers.Loads(case.custom)
    count = int(want[3][0])
    count *= 1 if options["use_regular_nms"] else options["max_classes_per_detection"]
    text = judge.difference(want[3], got[3], case.outputs[3])
    for w, g, spec in zip(want[:3], got, case.outputs):
        text = text or judge.difference(w[:, :count], g[:, :count], spec)
        text = text or ("the rest is not 0" if g[:, count:].any() else "")
    return text


ENTRIES = [
    resize("RESIZE_BILINEAR", "ResizeBilinearOptions", [F32, I8, U8, I16]),
    resize("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions", [F32, I8, U8, I16, I32]),
    Entry("RFFT2D", [F32], rfft2d, exact_rfft2d),
    Entry("TFLite_Detection_PostProcess", ["float32", "uint8"], detection,
          judge=judge_detection),
]
