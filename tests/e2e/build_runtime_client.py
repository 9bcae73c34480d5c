"""`samara build-runtime` for the digits of 8 bits: the library is small, a program runs the model on it, and another
model is refused in words."""

import pathlib
import subprocess
import sys

from program import F32, INT8, ROOT, InFolder, parsed, run_tests, samara

MOST = 1_000_000  # bytes


class Runtime(InFolder):
    def test_runs_its_model_and_no_other(self):
        library = self.path("libsamara.so.0")  # as programs that are linked with it look for it
        result = samara("build-runtime", INT8, "--source", ROOT, "--build-dir", self.path("build"),
                        "--output", library, "--json", timeout=1800)
        made = parsed(result)
        self.assertEqual(made["bytes"], library.stat().st_size)
        self.assertLess(made["bytes"], MOST)
        print(f"the runtime of {pathlib.Path(INT8).name} has {made['bytes']} bytes", file=sys.stderr)
        program = self.path("load_and_run")
        subprocess.run(["c++", "-std=c++20", f"-I{ROOT}/include", "-o", program,
                        ROOT / "examples/load_and_run/main.cc", library, f"-Wl,-rpath,{self.folder}"], check=True)
        ran = subprocess.run([program, INT8], capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("[1, 10]", ran.stdout)
        refused = subprocess.run([program, F32], capture_output=True, text=True, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("float32", refused.stderr)


if __name__ == "__main__":
    run_tests()
