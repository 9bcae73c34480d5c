"""`samara build-runtime`: what models need, and that CMake selects exactly that. The library itself is built by
build_runtime_client.py, which takes minutes."""

import shutil
import subprocess
import unittest

from program import F32, INT8, ROOT, InFolder, parsed, run_tests, samara

DIGITS = ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "MEAN", "SOFTMAX"]


class Selection(InFolder):
    def test_says_what_models_need(self):
        one = parsed(samara("build-runtime", INT8, "--list", "--json"))
        self.assertEqual(one, {"operators": DIGITS, "types": ["int32", "int8"], "not_built_in": []})
        both = parsed(samara("build-runtime", INT8, F32, "--list", "--json"))
        self.assertEqual(both["types"], ["float32", "int32", "int8"])
        self.assertIn("operators: CONV_2D, ", samara("build-runtime", INT8, "--list").stdout)

    def test_a_custom_operator_that_is_not_built_in_is_named(self):
        own = ROOT / "examples/own_op/clip.tflite"
        result = samara("build-runtime", own, INT8, "--list", "--json")
        self.assertIn("is not built in", result.stderr)
        self.assertEqual(len(parsed(result)["not_built_in"]), 1)

    def test_what_cannot_be_is_refused(self):
        self.assertEqual(samara("build-runtime").returncode, 2)
        for words in (("no such model",), (str(ROOT / "README.md"),), (INT8, "--source", self.folder)):
            result = samara("build-runtime", *words)
            self.assertEqual(result.returncode, 1, words)
            self.assertIn("error", result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def configured(self, operators, types="9;2"):
        return subprocess.run(
            ["cmake", "-S", ROOT, "-B", self.path("build"), "-DCMAKE_BUILD_TYPE=MinSizeRel", "-DSAMARA_LITE=ON",
             "-DSAMARA_TESTS=OFF", "-DSAMARA_ONLY_OPS=" + ";".join(operators), "-DSAMARA_ONLY_TYPES=" + types],
            capture_output=True, text=True, check=False)

    def listed(self):
        lists = self.path("build").glob("generated/samara_engine_*ops/*op_list.inc")
        return sorted(line for file in lists for line in file.read_text().splitlines())

    @unittest.skipUnless(shutil.which("cmake"), "CMake is not installed here")
    def test_cmake_selects_that_and_nothing_else(self):
        done = self.configured(DIGITS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.listed(), sorted(f"SAMARA_ITEM({name.lower()})" for name in DIGITS))
        every = [op["name"] for op in parsed(samara("doctor", "--json"))["operators"]]
        done = self.configured(every)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.listed()), len(every))
        self.assertIn("there is no operator NOBODY", self.configured(["NOBODY"]).stderr)


if __name__ == "__main__":
    run_tests()
