"""Models of the operators that LiteRT has none of, and that the conformance harness so has no cases of."""

import struct

import numpy as np
from flatbuffers import flexbuffers
from operators.case import F32, I8, I32, I64, STRING, U8, Case, Tensor
from operators.cases.tokens import MODELS
from operators.registry import Entry


def flex(**fields):
    """A FlexBuffers map; lists of whole numbers are typed vectors, as converters write them."""
    builder = flexbuffers.Builder()
    with builder.Map():
        for key, value in fields.items():
            builder.Key(key)
            if isinstance(value, list) and all(isinstance(v, int) for v in value):
                builder.TypedVectorFromElements(value)
            else:
                builder.Add(value)
    return bytes(builder.Finish())


def raw(*numbers):
    """The struct that MediaPipe's operators have for options."""
    return struct.pack(f"<{len(numbers)}i", *numbers)


def of(op, custom, inputs, outputs):
    """An entry: inputs are (type, shape), of constants (type, shape, values)."""
    def make(_m, _kind):
        ins = [Tensor(t, shape, None, np.array(*values) if values else None, bool(values))
               for t, shape, *values in inputs]
        return Case(op, None, ins, [Tensor(t, shape) for t, shape in outputs], custom=custom)
    return Entry(op, [F32], make)


def detokenizer(op):
    """Its splits are known: those of the harness come with the run."""
    pieces = np.frombuffer((MODELS / "plain_decoder.bin").read_bytes(), np.uint8)
    return of(op, b"", [(U8, pieces.shape, pieces), (I32, (3,), [1, 2, 3]), (I32, (3,), [0, 2, 3])],
              [(STRING, (2,))])


POOL = {"data_format": "NDHWC", "padding": "VALID", "ksize": [1, 2, 2, 2, 1],
        "strides": [1, 2, 2, 2, 1]}
ENTRIES = [
    *(of(op, flex(**POOL), [(F32, (1, 4, 4, 4, 2))], [(F32, (1, 2, 2, 2, 2))])
      for op in ("AvgPool3D", "MaxPool3D")),
    of("BroadcastGradientArgs", b"", [(I32, (2,), [2, 1]), (I32, (1,), [3])],
       [(I32, (1,)), (I32, (1,))]),
    of("Convolution2DTransposeBias", raw(2, 2, 1, 0, 0),
       [(F32, (1, 2, 2, 1)), (F32, (1, 2, 3, 1), np.ones((1, 2, 3, 1))), (F32, (1,), [0.5])],
       [(F32, (1, 3, 5, 1))]),
    of("CTCBeamSearchDecoder", flex(beam_width=2, top_paths=1, merge_repeated=True),
       [(F32, (3, 1, 4)), (I32, (1,), [3])],
       [(I32, (1, 2)), (I32, (1,)), (I32, (2,)), (F32, (1, 1))]),
    of("DenseImageWarp", b"", [(F32, (1, 3, 3, 1)), (F32, (1, 3, 3, 2))], [(F32, (1, 3, 3, 1))]),
    of("KmeansEmbeddingLookup", b"",
       [(I32, (1, 3), [[1, 2, 0]]), (U8, (3, 2), [[0, 0], [1, 0], [2, 1]]), (F32, (3, 2))],
       [(F32, (1, 4))]),
    of("LiteRtMaxUnpooling2D", raw(2, 2, 2, 2, 2, 0, 0, 0, 0),
       [(F32, (1, 1, 2, 2)), (I32, (1, 1, 2, 2), [[[[0, 1], [2, 3]]]])], [(F32, (1, 2, 4, 2))]),
    of("MaxPoolWithArgmax", flex(include_batch_in_index=False, padding="VALID", ksize=[1, 2, 2, 1],
                                 strides=[1, 2, 2, 1]),
       [(F32, (1, 4, 4, 1))], [(F32, (1, 2, 2, 1)), (I32, (1, 2, 2, 1))]),
    of("MaxPoolingWithArgmax2D", raw(2, 2, 2, 2, 2, 0, 0, 0), [(F32, (1, 2, 4, 2))],
       [(F32, (1, 1, 2, 2)), (F32, (1, 1, 2, 2))]),
    of("MaxUnpooling2D", raw(2, 2, 2, 2, 2, 0, 0, 0, 0),
       [(F32, (1, 1, 2, 2)), (F32, (1, 1, 2, 2))], [(F32, (1, 2, 4, 2))]),
    of("NGramHash", flex(seed=123, ngram_lengths=[1, 2], vocab_sizes=[100, 200]),
       [(STRING, (1,), [b"Hi!"], object)], [(I32, (1, 2, 5))]),
    of("Resampler", b"", [(F32, (1, 2, 2, 1)), (F32, (1, 2, 2, 2))], [(F32, (1, 2, 2, 1))]),
    of("Roll", b"", [(F32, (2, 3)), (I32, (2,), [1, 1]), (I32, (2,), [0, 1])], [(F32, (2, 3))]),
    of("Table", b"", [(I8, (4,)), (I8, (256,), np.arange(256) - 128, np.int8)], [(I8, (4,))]),
    detokenizer("TFSentencepieceDetokenizeOp"), detokenizer("TFText>FastSentencepieceDetokenize"),
    of("odml.update_kv_cache", flex(kv_cache_max=4, num_layers=2, layer_index=0),
       [(I64, (2,), [1, 2]), (F32, (1, 2, 1, 1)), (F32, (1, 2, 1, 1))], [(F32, (1, 4, 1, 1))] * 2),
    of("odml.update_external_kv_cache", b"",
       [(F32, (1, 3, 1, 1)), (F32, (1, 3, 1, 1)), (I32, (2,), [0, 2]), (F32, (1, 2, 1, 1)),
        (F32, (1, 2, 1, 1))], [(F32, (1, 3, 1, 1))] * 2),
]
