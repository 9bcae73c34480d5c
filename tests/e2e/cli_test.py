"""The commands as a user calls them: results, formats, exit codes, errors."""

import json
import os
import pathlib
import re
import struct
import subprocess
import zipfile

from program import DIGITS, F32, INT8, PROGRAM, InFolder, npy, parsed, run_tests, samara


class Case(InFolder):
    def refused(self, result, *texts, code=1):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)

    def input_of(self, model):
        """(name, type, shape) of the model's first input."""
        signature = parsed(samara("inspect", model, "--signatures", "--json"))["signatures"][0]
        entry = signature["inputs"][0]
        return entry["name"], entry["type"], [abs(d) for d in entry["shape"]]

    def zeros(self, model, path=None):
        _, kind, shape = self.input_of(model)
        size, descr = {"float32": (4, "<f4"), "uint8": (1, "|u1"), "int8": (1, "|i1")}[kind]
        count = 1
        for d in shape:
            count *= d
        path = path or self.folder / "zeros.npy"
        path.write_bytes(npy(descr, tuple(shape), bytes(count * size)))
        return path


class Program(Case):
    def test_version_help_and_unknown_commands(self):
        self.assertRegex(samara("--version").stdout, r"^samara \d+\.\d+\.\d+\n$")
        self.assertIn("classify", samara("--help").stdout)
        self.refused(samara("nonsense"), "no command 'nonsense'", code=2)
        self.refused(samara(), "usage", code=2)
        for command in ("run", "compare", "inspect", "bench", "classify", "doctor",
                        "completion"):
            self.assertEqual(samara(command, "--help").returncode, 0)
            self.refused(samara(command, "--no-such-flag"), f"samara {command} --help", code=2)

    def test_thread_counts(self):
        for bad in ("0", "-1", "100000", "two"):
            for command in ("run", "bench", "classify"):
                extra = ["--model", INT8] if command == "classify" else []
                self.refused(samara(command, INT8, *extra, "--threads", bad), "--threads", code=2)
        self.assertEqual(samara("run", INT8, "--threads", "16").returncode, 0)

    def test_isa_levels(self):
        self.refused(samara("run", INT8, environment={"SAMARA_ISA": "sse9"}), "sse9", code=2)
        self.assertEqual(samara("run", INT8, environment={"SAMARA_ISA": "scalar"}).returncode, 0)

    def test_doctor(self):
        report = parsed(samara("doctor", "--json"))
        self.assertGreater(len(report["operators"]), 50)
        self.assertIn("gemm_f32", report["kernels"])
        self.assertIn("cpu_features", samara("doctor").stdout)
        scalar = parsed(samara("doctor", "--json", environment={"SAMARA_ISA": "scalar"}))
        self.assertTrue(all(v.endswith("scalar") for v in scalar["kernels"].values()))

    def test_completion_scripts_load(self):
        for shell in ("bash", "zsh", "fish"):
            script = samara("completion", shell)
            self.assertEqual(script.returncode, 0)
            self.assertIn("--dump-tensors" if shell != "fish" else "dump-tensors", script.stdout)
        self.refused(samara("completion", "tcsh"), "tcsh")
        done = subprocess.run(
            ["bash", "-c", 'eval "$1"; COMP_WORDS=(samara in); COMP_CWORD=1; _samara; echo "${COMPREPLY[@]}"',
             "bash", samara("completion", "bash").stdout],
            capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), "inspect")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "inspect", INT8, "--tensors"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout", done.stderr)


class Run(Case):
    def test_writes_outputs_and_their_description(self):
        out = self.folder / "out"
        result = samara("run", F32, "--input", f"0={self.zeros(F32)}", "--output-dir", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"float32 \[1, 10\], min .*, max .*, mean ")
        entries = json.loads((out / "outputs.json").read_text())
        self.assertEqual([e["index"] for e in entries], list(range(len(entries))))
        self.assertEqual(entries[0]["type"], "float32")
        self.assertEqual((out / "0.npy").read_bytes()[:6], b"\x93NUMPY")

    def test_same_inputs_same_bytes_and_other_inputs_others(self):
        def bytes_for(source, threads=1):
            out = self.folder / f"{source.replace(':', '')}{threads}"
            parsed(samara("run", F32, "--input", f"0={source}", "--output-dir", out, "--threads",
                          threads, "--json"))
            return (out / "0.npy").read_bytes()

        self.assertEqual(bytes_for("random:1"), bytes_for("random:1", 2))
        self.assertNotEqual(bytes_for("random:1"), bytes_for("random:2"))

    def test_inputs_by_name_and_by_position_are_the_same(self):
        name = self.input_of(INT8)[0]
        runs = [parsed(samara("run", INT8, "--input", f"{key}=random:3", "--json"))["runs"][0]["outputs"]
                for key in (name, "0")]
        self.assertEqual(runs[0], runs[1])

    def test_several_sets_of_inputs(self):
        zeros = self.zeros(INT8).read_bytes()
        npz = self.folder / "sets.npz"
        name = self.input_of(INT8)[0]
        with zipfile.ZipFile(npz, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"first/{name}.npy", zeros)
            archive.writestr("second/0.npy", zeros)
        result = parsed(samara("run", INT8, "--input-sets", npz, "--json", "--repeat", "2",
                               "--output-dir", self.folder / "out"))
        self.assertEqual([r["set"] for r in result["runs"]], ["first", "second"])
        self.assertEqual(result["runs"][0]["outputs"], result["runs"][1]["outputs"])
        self.assertTrue((self.folder / "out/second/0.npy").exists())
        listing = self.folder / "sets.txt"
        listing.write_text("# two sets\n0=random:1\n0=zeros\n")
        result = parsed(samara("run", INT8, "--input-sets", listing, "--json"))
        self.assertEqual(result["runs"][1]["outputs"][0]["max"],
                         parsed(samara("run", INT8, "--input", "0=zeros", "--json"))
                         ["runs"][0]["outputs"][0]["max"])

    def test_names_of_sets_stay_below_the_output_folder(self):
        zeros = self.zeros(INT8).read_bytes()
        for member in ("../0.npy", "./0.npy", ".hidden/0.npy"):
            npz = self.folder / "sets.npz"
            with zipfile.ZipFile(npz, "w") as archive:
                archive.writestr(member, zeros)
            out = self.folder / "deep/out"
            self.refused(samara("run", INT8, "--input-sets", npz, "--output-dir", out),
                         member, "must not begin with a dot")
            self.assertFalse(out.exists())
        with zipfile.ZipFile(npz, "w") as archive:
            archive.writestr("a/../0.npy", zeros)  # the set a, and an input that does not exist
        self.refused(samara("run", INT8, "--input-sets", npz), "no input '../0'")

    def test_dumps_every_tensor_that_is_computed(self):
        dump = self.folder / "dump"
        parsed(samara("run", INT8, "--dump-tensors", dump, "--json"))
        entries = json.loads((dump / "tensors.json").read_text())
        operators = parsed(samara("inspect", INT8, "--ops", "--json"))["operators_list"]
        self.assertEqual(len({e["node"] for e in entries}), len(operators))
        for entry in entries:
            self.assertTrue((dump / entry["file"]).exists())

    def test_wrong_inputs(self):
        name, _, shape = self.input_of(INT8)
        wrong_type, wrong_shape = self.folder / "t.npy", self.folder / "s.npy"
        wrong_type.write_bytes(npy("<f8", tuple(shape), bytes(8 * shape[1] * shape[2] * shape[3])))
        wrong_shape.write_bytes(npy("|u1", (2, 2), bytes(4)))
        cut = self.folder / "cut.npy"
        cut.write_bytes(self.zeros(INT8).read_bytes()[:-1])
        self.refused(samara("run", INT8, "--input", f"0={wrong_type}"), "float64", name)
        self.refused(samara("run", INT8, "--input", f"0={wrong_shape}"), name)
        self.refused(samara("run", INT8, "--input", f"0={cut}"), "cut.npy")
        self.refused(samara("run", INT8, "--input", "7=zeros"), "7")
        self.refused(samara("run", INT8, "--input", "nobody=zeros"), "nobody", name)
        self.refused(samara("run", INT8, "--input", "0=missing.npy"), "missing.npy")
        self.refused(samara("run", INT8, "--input", "zeros"), "NAME_OR_INDEX")
        self.refused(samara("run", INT8, "--input", "0=random:x"), "random:x")
        self.refused(samara("run", INT8, "--signature", "nobody"), "nobody")

    def test_wrong_models(self):
        whole = pathlib.Path(INT8).read_bytes()
        for name, content in {"empty": b"", "text": b"hello world, no model", "cut": whole[:1000],
                              "wrong": b"\0" * 4096}.items():
            path = self.folder / f"{name}.tflite"
            path.write_bytes(content)
            self.refused(samara("run", path), path.name)
            self.refused(samara("inspect", path), path.name)
        self.refused(samara("run", self.folder / "missing.tflite"), "missing.tflite", "not_found")
        self.refused(samara("run", self.folder), str(self.folder))

    def test_a_disk_that_is_full(self):
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small disk")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", small],
                          capture_output=True, check=False).returncode != 0:
            self.skipTest("no disk can be mounted here")
        self.addCleanup(subprocess.run, ["umount", str(small)], check=False)
        self.refused(samara("run", F32, "--dump-tensors", small / "dump"), str(small), "No space left")
        for path in small.rglob("*.npy"):
            path.unlink()
        (small / "fill").write_bytes(bytes(4096))
        self.refused(samara("run", F32, "--output-dir", small / "out"), str(small), "No space left")
        self.assertEqual(list(small.rglob("*.tmp")), [], "nothing half written stays")

    def test_an_output_folder_that_is_a_file(self):
        path = self.folder / "file"
        path.write_text("")
        self.refused(samara("run", INT8, "--output-dir", path), str(path))

    def test_a_memory_limit(self):
        self.assertEqual(samara("run", INT8, "--max-arena-mb", "64").returncode, 0)

    def test_a_model_in_an_archive(self):
        for method, label in ((zipfile.ZIP_STORED, "stored"), (zipfile.ZIP_DEFLATED, "deflated")):
            path = self.folder / f"{label}.zip"
            with zipfile.ZipFile(path, "w", method) as archive:
                archive.write(INT8, "assets/digits.tflite")
            result = parsed(samara("run", f"{path}!/assets/digits.tflite", "--json"))
            plain = parsed(samara("run", INT8, "--json"))
            self.assertEqual(result["runs"][0]["outputs"], plain["runs"][0]["outputs"])
            self.refused(samara("run", f"{path}!/assets/none.tflite"), "none.tflite")


class Compare(Case):
    def dump(self, model, name="dump", *flags):
        folder = self.folder / name
        parsed(samara("run", model, "--dump-tensors", folder, "--json", *flags))
        return folder, json.loads((folder / "tensors.json").read_text())

    def compared(self, *words, code):
        result = samara("compare", *words, "--json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)["sets"][0]

    def test_a_model_equals_what_it_wrote(self):
        for model in (INT8, F32):
            folder, entries = self.dump(model, pathlib.Path(model).stem)
            for sides in ((model, folder), (folder, model), (folder, folder), (model, model)):
                report = self.compared(*sides, code=0)
                self.assertTrue(report["equal"])
                self.assertIsNone(report["first"])
                self.assertEqual([t["a"]["name"] for t in report["tensors"]], [e["name"] for e in entries])
                self.assertEqual({t["verdict"] for t in report["tensors"]}, {"equal"})
        self.assertIn("numbers do not part", samara("compare", INT8, folder.parent / "digits_int8").stdout)

    def test_names_the_first_place_where_numbers_part(self):
        folder, entries = self.dump(F32)
        entry = entries[2]
        path = folder / entry["file"]
        content = path.read_bytes()
        path.write_bytes(content[:-4] + struct.pack("<f", 1e6))
        report = self.compared(F32, folder, code=1)
        self.assertEqual(report["first"], 2)
        tensor = report["tensors"][2]
        self.assertEqual((tensor["a"]["name"], tensor["verdict"], tensor["unequal"]),
                         (entry["name"], "different", 1))
        self.assertEqual(tensor["worst"]["b"], 1e6)
        self.assertEqual(tensor["worst"]["at"], str([d - 1 for d in entry["shape"]]))
        self.assertEqual(sum(b["count"] for b in tensor["histogram"]), tensor["elements"])
        text = samara("compare", F32, folder, "--histogram")
        self.assertEqual(text.returncode, 1)
        self.assertIn(f"part first at 0:{entry['node']} {entry['operator']}", text.stdout)
        self.assertIn("to 1e+06: 1\n", text.stdout)
        self.assertEqual(self.compared(F32, folder, "--tolerance", "1e9", code=0)["first"], None)
        path.write_bytes(content[:-4] + struct.pack("<f", float("nan")))
        self.assertEqual(self.compared(F32, folder, "--tolerance", "1e9", code=1)["first"], 2)

    def test_profiles_and_models(self):
        report = self.compared(INT8, "--numerics-b", "xnnpack", "--tolerance", "0.05", code=0)
        self.assertEqual({t["by"] for t in report["tensors"]}, {"name"})
        report = self.compared(F32, INT8, code=1)  # quantized inputs hold the same real values
        self.assertIn("real", {t.get("values") for t in report["tensors"]})
        self.assertGreater(report["tensors"][0]["snr_db"], 10)
        text = samara("compare", F32, INT8).stdout
        self.assertIn("real values", text)
        self.assertIn("only in", text)

    def test_inputs_and_their_sets(self):
        listing = self.folder / "sets.txt"
        listing.write_text("0=random:1\n0=zeros\n")
        folder = self.folder / "dump"
        parsed(samara("run", INT8, "--dump-tensors", folder, "--input-sets", listing, "--json"))
        result = parsed(samara("compare", INT8, folder, "--input-sets", listing, "--json"))
        self.assertEqual([s["set"] for s in result["sets"]], ["0", "1"])
        self.assertTrue(result["equal"])
        self.assertEqual(samara("compare", INT8, folder / "0", "--input", "0=random:2").returncode, 1)

    def test_names_that_nobody_else_has(self):
        folder, entries = self.dump(F32)
        named = [{"file": e["file"], "name": f"other{i}"} for i, e in enumerate(entries)]
        (folder / "tensors.json").write_text(json.dumps(named))
        report = self.compared(F32, folder, code=0)
        self.assertEqual({t["by"] for t in report["tensors"]}, {"position"})
        (folder / "tensors.json").write_text(json.dumps(named[:-1]))
        report = self.compared(F32, folder, code=0)
        self.assertEqual([t["name"] for t in report["only_a"]], [entries[-1]["name"]])
        self.assertIn("1 only in A, 0 only in B", samara("compare", F32, folder).stdout)
        (folder / "tensors.json").write_text("[]")
        self.refused(samara("compare", F32, folder), "no tensor of", str(folder))

    def test_folders_that_lie(self):
        folder, entries = self.dump(F32)
        path = folder / entries[0]["file"]
        content = path.read_bytes()
        shape = ", ".join(map(str, entries[0]["shape"])).encode()
        self.assertIn(shape, content)

        def damaged(data, *texts):
            path.write_bytes(data)
            self.refused(samara("compare", F32, folder), str(folder), entries[0]["name"], *texts)
            path.write_bytes(content)

        damaged(b"", "not an .npy")
        damaged(b"no array at all", "not an .npy")
        damaged(content[:-1], "bytes of data")
        damaged(content.replace(shape, b"9" * len(shape), 1), "bad number")
        damaged(content.replace(b"<f4", b"<i4", 1), "holds int32", "float32")
        damaged(content.replace(b"<f4", b"<f8", 1), "bytes of data")
        damaged(content.replace(b"False", b"True ", 1), "Fortran")
        path.write_bytes(npy("<f4", (2, 2), bytes(16)))  # sound, but not the tensor's shape
        report = self.compared(F32, folder, code=1)
        self.assertIn("shapes differ", report["tensors"][0]["incomparable"])
        path.unlink()
        self.refused(samara("compare", F32, folder), path.name, "not_found")
        index = folder / "tensors.json"
        for text, said in (("{", "tensors.json"), ("{}", "not an array"), ('[{"name": "x"}]', "not a file"),
                           ('[{"file": "../x.npy"}]', "../x.npy"),
                           (json.dumps([{**entries[1], "type": "float7"}]), "float7"),
                           (json.dumps([{**entries[1], "quantization": {"scales": [1]}}]), "zero points")):
            index.write_text(text)
            self.refused(samara("compare", F32, folder), said)
        index.unlink()
        self.refused(samara("compare", F32, folder), "tensors.json", "not_found")

    def test_wrong_use(self):
        self.refused(samara("compare", INT8), "Give B", code=2)
        self.refused(samara("compare", INT8, INT8, "--tolerance", "-1"), "--tolerance", code=2)
        self.refused(samara("compare", INT8, INT8, "--tolerance", "nan"), "--tolerance", code=2)
        self.refused(samara("compare", INT8, "--numerics-b", "other"), "--numerics-b", code=2)
        self.refused(samara("compare", INT8, self.folder / "none"), "none", "not_found")
        self.refused(samara("compare", self.folder / "none", INT8), "none", "not_found")
        self.refused(samara("compare", INT8, F32, "--input", "nobody=zeros"), "nobody")
        shape = self.input_of(INT8)[2]
        wrong = self.folder / "wrong.npy"
        wrong.write_bytes(npy("<f4", (3, *shape), bytes(12)))
        self.refused(samara("compare", F32, INT8, "--input", f"0={wrong}"), "wrong.npy")


class Inspect(Case):
    def test_shows_all_parts(self):
        report = parsed(samara("inspect", INT8, "--ops", "--tensors", "--signatures", "--metadata",
                               "--plan", "--json"))
        self.assertEqual(report["operators"], len(report["operators_list"]))
        self.assertEqual(report["tensors"], len(report["tensors_list"]))
        self.assertGreater(report["plan"]["arena_bytes"], 0)
        self.assertEqual(len(report["plan"]["nodes"]), report["operators"])
        self.assertTrue(report["associated_files"])
        text = samara("inspect", INT8, "--ops", "--plan").stdout
        self.assertIn("CONV_2D", text)

    def test_names_the_kernel_of_each_operator(self):
        for level, model, kernel in (("scalar", INT8, "int8 gemm_i8_scalar"),
                                     ("scalar", F32, "float32 gemm_f32")):
            report = parsed(samara("inspect", model, "--ops", "--plan", "--json",
                                   environment={"SAMARA_ISA": level}))
            for key, entries in (("ops", report["operators_list"]), ("plan", report["plan"]["nodes"])):
                kernels = [e.get("kernel", "") for e in entries if e["op"] == "CONV_2D"]
                self.assertTrue(kernels, key)
                for text in kernels:
                    self.assertTrue(text.startswith(kernel), text)
                    self.assertTrue(text.endswith("scalar"), text)
        self.assertIn("[int8 gemm_i8_", samara("inspect", INT8, "--ops").stdout)

    def test_constants_and_files_add_up_to_no_more_than_the_file(self):
        report = parsed(samara("inspect", F32, "--json"))
        self.assertLess(report["constant_bytes"] + report["associated_bytes"], report["bytes"] + 1)


class Bench(Case):
    fast = ("--num_runs=5", "--min_secs=0", "--warmup_min_secs=0")

    def test_prints_the_lines_that_scripts_read(self):
        out = samara("bench", "--graph=" + INT8, *self.fast, "--enable_op_profiling=true").stdout
        self.assertRegex(out, r"Inference timings in us: Init: \d+, First inference: \d+, "
                              r"Warmup \(avg\): [\d.e+]+, Inference \(avg\): [\d.e+]+")
        self.assertRegex(out, r"count=5 first=\d+ curr=\d+ min=\d+ max=\d+ avg=[\d.e+]+ std=\d+")
        for text in ("Run Order", "Top by Computation Time", "Summary by node type", "[times called]",
                     "Memory footprint delta"):
            self.assertIn(text, out)

    def test_profile_as_csv_names_every_node(self):
        path = self.folder / "profile.csv"
        result = samara("bench", INT8, *self.fast, "--enable_op_profiling",
                        "--op_profiling_output_mode=csv", f"--op_profiling_output_file={path}")
        self.assertEqual(result.returncode, 0, result.stderr)
        nodes = parsed(samara("inspect", INT8, "--json"))["operators"]
        self.assertEqual(len(path.read_text().strip().split("\n")), nodes + 1)

    def test_weight_cache(self):
        folder = str(self.folder / "packed")
        runs = [parsed(samara("bench", INT8, "--dry_run", "--json", "--weight-cache", folder))
                for _ in range(2)]
        self.assertEqual([r["weight_cache"] for r in runs], ["written", "read"])
        one, = parsed(samara("cache", "ls", folder, "--json"))
        self.assertEqual((one["model"], one["whole"]), (pathlib.Path(INT8).name, True))
        self.assertIn(one["model"], samara("cache", "ls", folder).stdout)
        for _ in range(2):  # also beside whoever only looks at the model
            outputs = [parsed(samara("run", INT8, "--json", *more))["runs"][0]["outputs"]
                       for more in ([], ["--weight-cache", folder])]
            self.assertEqual(outputs[0], outputs[1])
            self.assertEqual(samara("inspect", INT8, "--ops", "--weight-cache", folder).returncode, 0)
        (pathlib.Path(folder) / one["file"]).write_bytes(b"damaged")
        self.assertIn("(damaged or unfinished)", samara("cache", "ls", folder).stdout)
        (pathlib.Path(folder) / "mine").write_text("mine")
        self.assertEqual(samara("cache", "clear", folder).stdout, "removed 7 bytes\n")
        self.assertEqual(os.listdir(folder), ["mine"])
        self.refused(samara("cache", "ls", folder + "/none"), "none")
        self.refused(samara("cache", "clear", folder + "/none"), "none")
        self.refused(samara("bench", INT8, "--weight-cache-mb", "0"), "--weight-cache-mb", code=2)

    def test_counts_and_json(self):
        report = parsed(samara("bench", INT8, *self.fast, "--json"))
        self.assertEqual(report["runs"], 5)
        self.assertLessEqual(report["min_us"], report["p50_us"])
        self.assertLessEqual(report["p50_us"], report["max_us"])

    def test_json_is_json_whatever_is_asked(self):
        listed = parsed(samara("bench", INT8, "--list_signatures", "--json"))["signatures"]
        self.assertEqual(listed, parsed(samara("inspect", INT8, "--signatures", "--json"))["signatures"])
        dry = parsed(samara("bench", INT8, "--dry_run", "--json"))
        self.assertEqual(dry["runs"], 0)
        self.assertGreater(dry["init_us"], 0)
        profiled = parsed(samara("bench", INT8, *self.fast, "--enable_op_profiling", "--json"))
        self.assertGreater(len(profiled["nodes"]), 3)

    def test_a_profile_as_protocol_buffer_is_not_written_as_something_else(self):
        path = self.folder / "profile"
        result = samara("bench", INT8, *self.fast, "--enable_op_profiling",
                        "--op_profiling_output_mode=proto", f"--op_profiling_output_file={path}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ignored: --op_profiling_output_mode=proto: protocol buffers", result.stderr)
        self.assertIn("ignored: --op_profiling_output_file", result.stderr)
        self.assertFalse(path.exists())
        self.assertIn("Summary by node type", result.stdout)

    def test_delegates_are_answered(self):
        result = samara("bench", INT8, *self.fast, "--use_gpu=true")
        self.assertEqual(result.returncode, 0)
        self.assertIn("ignored: --use_gpu", result.stderr)
        self.refused(samara("bench", INT8, *self.fast, "--use_gpu=true", "--require_full_delegation",
                            "--json"), "delegate")

    def test_inputs(self):
        name, _, shape = self.input_of(INT8)
        dims = ",".join(map(str, shape))
        raw = self.folder / "raw"
        count = 1
        for d in shape:
            count *= d
        raw.write_bytes(bytes(count))
        ok = samara("bench", INT8, *self.fast, f"--input_layer={name}", f"--input_layer_shape={dims}",
                    f"--input_layer_value_files={name}:{raw}", "--json")
        self.assertEqual(ok.returncode, 0, ok.stderr)
        self.refused(samara("bench", INT8, f"--input_layer={name}", "--input_layer_shape=a,b", "--json"),
                     "input_layer_shape")
        self.refused(samara("bench", INT8, "--input_layer_value_range=x", "--json"),
                     "input_layer_value_range")
        self.refused(samara("bench", "--json"), "no model")

    def test_answers_to_the_names_of_googles_tools(self):
        link = self.folder / "benchmark_model"
        link.symlink_to(PROGRAM)
        result = samara("--graph=" + INT8, *self.fast, "--num_threads=2", program=str(link))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Inference timings in us", result.stdout)
        self.assertIn("Num threads: [2]", result.stdout)


class Classify(Case):
    def test_names_the_digits_in_the_pictures(self):
        pictures = sorted((DIGITS / "images").iterdir())
        for model in (F32, INT8):
            report = parsed(samara("classify", *pictures, "--model", model, "--json"))
            for picture, entry in zip(pictures, report["results"]):
                word = re.match(r"[a-z]+", picture.name).group()
                best = entry["heads"][0]["categories"][0]
                self.assertEqual(best["label"], word, picture.name)

    def test_images_that_lie(self):
        picture = (DIGITS / "images/three.png").read_bytes()
        for name, content in {"empty.png": b"", "text.png": b"no picture at all", "cut.png": picture[:200],
                              "huge.bmp": b"BM" + b"\xff" * 60}.items():
            path = self.folder / name
            path.write_bytes(content)
            result = samara("classify", path, "--model", INT8)
            self.assertEqual(result.returncode, 1)
            self.assertIn(name, result.stderr)
        result = samara("classify", self.folder / "none.png", "--model", INT8)
        self.assertEqual(result.returncode, 1)
        self.assertIn("none.png", result.stderr)


if __name__ == "__main__":
    run_tests()
