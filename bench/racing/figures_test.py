#!/usr/bin/env python3
"""The arithmetic and the tables of bench/race. No time is measured here."""

import unittest

import figures


def cell(*times, **more):
    return {"wall": figures.summary([t * 1e3 for t in times]), **more}


class Figures(unittest.TestCase):
    def test_percentiles_lie_between_the_nearest(self):
        self.assertEqual(figures.percentile([3, 1, 2], 0.5), 2)
        self.assertAlmostEqual(figures.percentile([0, 10], 0.9), 9)
        self.assertEqual(figures.percentile([7], 0.99), 7)
        self.assertEqual(figures.summary([1000, 2000, 9000])["p50"], 2)

    def test_kinds(self):
        def kind(activation, weight, op="CONV_2D"):
            return figures.kind_of([{"kind": "constant", "type": weight, "shape": [4, 4]}],
                                   [{"op": op, "type": activation}, {"op": "GATHER", "type": "int8"}])
        self.assertEqual(kind("float32", "float32"), "f32")
        self.assertEqual(kind("float32", "float16"), "f16 weights")
        self.assertEqual(kind("float32", "int8"), "dynamic range")
        self.assertEqual(kind("uint8", "uint8"), "int8")
        self.assertEqual(kind("int16", "int8"), "int16x8")
        self.assertEqual(kind("int8", "int8", "UNIDIRECTIONAL_SEQUENCE_LSTM"), "LSTM int8")
        self.assertEqual(kind("float32", "int8", "WHILE"), "LSTM")
        self.assertEqual(kind("string", "string", "CUSTOM"), "other")

    def test_multiplications(self):
        tensors = [{"subgraph": 0, "index": i, "shape": s} for i, s in
                   enumerate([[1, 8, 8, 3], [16, 3, 3, 3], [1, 3, 3, 16], [10, 64]])]
        conv = {"op": "CONV_2D", "subgraph": 0, "inputs": [0, 1], "shape": [1, 4, 4, 16]}
        depthwise = {"op": "DEPTHWISE_CONV_2D", "subgraph": 0, "inputs": [0, 2], "shape": [1, 4, 4, 16]}
        full = {"op": "FULLY_CONNECTED", "subgraph": 0, "inputs": [0, 3, -1], "shape": [1, 10]}
        self.assertEqual(figures.macs_of(tensors, [conv]), 256 * 27)
        self.assertEqual(figures.macs_of(tensors, [depthwise, full]), 256 * 9 + 640)
        self.assertEqual(figures.macs_of(tensors, [conv, {"op": "WHILE"}]), 0)
        self.assertEqual(figures.peak_share(32e6, 1, 1, 1e9, "avx2 avx512", "f32"), 100)
        self.assertIsNone(figures.peak_share(0, 1, 1, 1e9, "avx2", "f32"))

    def test_rubbish_is_told_from_rounding(self):
        good = [0.1, 0.7, 0.2]
        self.assertTrue(figures.alike([0.11, 0.69, 0.2], good, [3]))
        self.assertTrue(figures.alike([x * 255 - 128 for x in good], good, [3]))
        self.assertFalse(figures.alike([0.7, 0.1, 0.2], good, [3]))
        self.assertFalse(figures.alike([0.1, float("nan"), 0.2], good, [3]))
        self.assertFalse(figures.alike([0.1, 0.7], good, [3]))
        self.assertFalse(figures.alike([0, 0, 0], good, [3]))

    def test_ratios_and_means(self):
        results = {("a", 1): {"samara": cell(1), "litert": cell(2), "mnn": cell(3)},
                   ("b", 1): {"samara": cell(1), "litert": cell(8),
                              "mnn": {"error": "no such operator"}, "onnxruntime": cell(1, alike=False)}}
        kinds = {"a": "f32", "b": "f32"}
        means = figures.means(results, kinds, "samara", "wall")["f32", 1]
        self.assertAlmostEqual(means["litert"][0], 4)
        self.assertEqual(means["litert"][1:], (2, "a", 2))
        self.assertEqual(means["best"][3], 1)
        self.assertNotIn("onnxruntime", means)
        names = ["samara", "litert", "mnn", "onnxruntime"]
        table = figures.times_table(results, kinds, names, 1, "wall")
        self.assertIn("| a | f32 | 1.000 | 2.000 (2.00) | 3.000 (3.00) | - |", table)
        self.assertIn("| cannot | (1.000: other results) |", table)
        self.assertIn("| f32 | 1 | xnnpack | 4.00 (2) |",
                      figures.means_table(results, kinds, names[1:], "wall"))
        self.assertIn("- mnn, b, 1 thread(s): no such operator", figures.faults(results))
        self.assertIn("- onnxruntime, b: its results", figures.faults(results))

    def test_other_figures_have_a_table_only_if_there_are_any(self):
        results = {("a", 1): {"samara": cell(1, memory=2.0), "litert": cell(2)}}
        self.assertEqual(figures.extras_table(results, ["samara", "litert"], "memory", "MB"),
                         "| model, MB | samara | litert |\n|---|---|---|\n| a | 2.0 | - |")
        self.assertEqual(figures.extras_table(results, ["samara"], "cold", "ms"), "")


if __name__ == "__main__":
    unittest.main()
