"""Tables, hashes, text and chance; boxes that suppress each other."""

import numpy as np

from operators.case import (BOOL, F32, I8, I16, I32, I64, RESOURCE, STRING, U8, Case, Node, Tensor,
                            options_of)
from operators.registry import Entry


def embedding_lookup_sparse(m, type_):
    rows, rest = m.number(1, 9), m.shape(1, 2, 5)
    dense = m.shape(2, 3, 4)
    places = np.unique(np.stack([m.rng.integers(0, d, 6) for d in dense], axis=-1), axis=0)
    ids = m.rng.integers(0, rows, len(places))
    return Case("EMBEDDING_LOOKUP_SPARSE", options_of("EmbeddingLookupSparseOptions", combiner=m.number(0, 2)),
                [m.given(I32, ids), m.given(I32, places), m.given(I32, list(dense), 1.0),
                 m.input(F32, (len(ids),), low=0.1, high=2), m.input(type_, (rows,) + rest)],
                [m.output(F32)])


def hashtable_lookup(m, type_):
    count, rest = m.number(1, 8), m.shape(0, 2, 4) if type_ != STRING else ()
    keys = np.sort(m.rng.choice(20, count, replace=False))
    asked = m.rng.integers(0, 20, m.number(1, 8))
    return Case("HASHTABLE_LOOKUP", None,
                [m.given(I32, asked), m.given(I32, keys), m.input(type_, (count,) + rest)],
                [m.output(type_, (len(asked),) + rest), m.output(U8, (len(asked),))])


def lsh_projection(m, type_):
    hashes, bits = m.number(1, 5), m.number(1, 8)
    items, rest = m.number(1, 6), m.shape(0, 2, 4)
    inputs = [m.input(F32, (hashes, bits)), m.input(type_, (items,) + rest)]
    if m.chance(0.5):
        inputs.append(m.input(F32, (items,), low=0, high=2))
    return Case("LSH_PROJECTION", options_of("LSHProjectionOptions", type=m.pick([1, 2])), inputs,
                [m.output(I32)])


def skip_gram(m, _type):
    words = [bytes(m.rng.integers(97, 123, m.number(1, 5)).tolist()) for _ in range(m.number(0, 7))]
    text = Tensor(STRING, (), None, np.array(b" ".join(words), object), True)
    options = options_of("SkipGramOptions", ngramSize=m.number(1, 3), maxSkipSize=m.number(0, 3),
                         includeAllNgrams=m.chance(0.5))
    return Case("SKIP_GRAM", options, [text], [m.output(STRING)])


def random_numbers(op):
    def make(m, type_):
        options = options_of("RandomOptions", seed=m.number(1, 2 ** 31), seed2=m.number(1, 2 ** 31))
        return Case(op, options, [m.given(I32, m.shape(1, 4, 6))], [m.output(type_)])
    return Entry(op, [F32], make)


def multinomial(m, type_):
    options = options_of("RandomOptions", seed=m.number(1, 2 ** 31), seed2=m.number(1, 2 ** 31))
    shape = (m.number(1, 4), m.number(1, 6))
    return Case("MULTINOMIAL", options, [m.input(F32, shape), m.given(I32, np.int32(m.number(1, 20)))],
                [m.output(type_)])


def hash_table(m, kind):
    """Fills a table from constants, then asks it for constants and for its size."""
    key, value = (I64, STRING) if kind == "int64 to string" else (STRING, I64)
    pool = np.array([b"a", b"bc", b"", b"def", b"g", b"hij"], object) if key == STRING else (
        np.array([-7, 0, 3, 1 << 40, 5, 9]))
    keys = pool[m.rng.permutation(6)[:m.number(1, 5)]]
    place = Tensor(RESOURCE, (1,))
    default = m.constant(STRING, np.array([b"none"], object)) if value == STRING else m.constant(I64, [-1])
    asked = pool[m.rng.integers(0, 6, m.number(1, 6))]
    found, size = m.output(value, asked.shape), m.output(I64, (1,))
    nodes = [Node("HASHTABLE", options_of("HashtableOptions", tableId=m.number(0, 9), keyDtype=key,
                                          valueDtype=value), [], [place]),
             Node("HASHTABLE_IMPORT", options_of("HashtableImportOptions"),
                  [place, m.constant(key, keys), m.input(value, keys.shape, constant=True)], []),
             Node("HASHTABLE_FIND", options_of("HashtableFindOptions"),
                  [place, m.constant(key, asked), default], [found]),
             Node("HASHTABLE_SIZE", options_of("HashtableSizeOptions"), [place], [size])]
    return Case("HASHTABLE", None, [], [found, size], nodes=nodes)


def suppression(op):
    def make(m, type_):
        count = m.number(1, 20)
        corners = np.sort(m.rng.uniform(0, 1, (count, 2, 2)), axis=1).reshape(count, 4)
        inputs = [m.given(F32, corners, 0), m.input(F32, (count,), low=0, high=1),
                  m.given(I32, np.int32(m.number(1, 12))), m.given(F32, np.float32(m.rng.uniform(0.1, 0.9))),
                  m.given(F32, np.float32(m.rng.uniform(0, 0.6)))]
        if op.endswith("V4"):
            return Case(op, options_of("NonMaxSuppressionV4Options"), inputs,
                        [m.output(I32), m.output(I32, ())])
        inputs.append(m.given(F32, np.float32(m.pick([0.0, 0.3, 0.7]))))
        return Case(op, options_of("NonMaxSuppressionV5Options"), inputs,
                    [m.output(I32), m.output(F32), m.output(I32, ())])
    return Entry(op, [F32], make)


def fake_quant(m, type_):
    low = float(m.rng.uniform(-6, 0.5))
    options = options_of("FakeQuantOptions", min=low, max=low + float(m.rng.uniform(0.5, 8)),
                         numBits=m.number(2, 16), narrowRange=m.chance(0.5))
    shape = m.shape(1, 4, 6)
    return Case("FAKE_QUANT", options, [m.input(type_, shape)], [m.output(type_, shape)])


def local_response_normalization(m, type_):
    shape = (m.number(1, 2), m.number(1, 4), m.number(1, 4), m.number(1, 12))
    options = options_of("LocalResponseNormalizationOptions", radius=m.number(0, 5),
                         bias=float(m.rng.uniform(0.5, 3)), alpha=float(m.rng.uniform(0.1, 2)),
                         beta=float(m.pick([0.5, 0.75, 1.0])))
    return Case("LOCAL_RESPONSE_NORMALIZATION", options, [m.input(type_, shape)], [m.output(type_, shape)])


TABLES = ["int64 to string", "string to int64"]
ENTRIES = [
    Entry("EMBEDDING_LOOKUP_SPARSE", [F32], embedding_lookup_sparse),
    Entry("HASHTABLE_LOOKUP", [F32, I32, I8, STRING], hashtable_lookup),
    Entry("LSH_PROJECTION", [F32, I32, I8], lsh_projection),
    Entry("SKIP_GRAM", [STRING], skip_gram),
    random_numbers("RANDOM_UNIFORM"), random_numbers("RANDOM_STANDARD_NORMAL"),
    Entry("MULTINOMIAL", [I32, I64], multinomial),
    *(Entry(op, TABLES, hash_table)
      for op in ("HASHTABLE", "HASHTABLE_IMPORT", "HASHTABLE_FIND", "HASHTABLE_SIZE")),
    suppression("NON_MAX_SUPPRESSION_V4"), suppression("NON_MAX_SUPPRESSION_V5"),
    Entry("FAKE_QUANT", [F32], fake_quant),
    Entry("LOCAL_RESPONSE_NORMALIZATION", [F32], local_response_normalization),
]
