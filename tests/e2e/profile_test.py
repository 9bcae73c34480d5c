"""`samara profile`: tables, JSON, the trace and the page of a model that names itself badly."""

import json

from program import INT8, MODEL, InFolder, parsed, run_tests, samara

HOSTILE = b"</script><img src=x onerror=alert(1)>"


def badly_named():
    """The digits' model, one of whose tensors has another name of the same length."""
    old = b"functional_1_1/digit_1/MatMul;functional_1_1/digit_1/BiasAdd"
    assert MODEL.count(old) == 1
    return MODEL.replace(old, HOSTILE + b"\x07" * (len(old) - len(HOSTILE)))


class Profile(InFolder):
    few = ("--runs=3", "--warmup=0")

    def test_tables_are_those_of_the_benchmark(self):
        result = samara("profile", INT8, *self.few)
        self.assertEqual(result.returncode, 0, result.stderr)
        for text in ("Run Order", "Top by Computation Time", "Summary by node type", "12 nodes observed",
                     "median of 3 runs"):
            self.assertIn(text, result.stdout)
        self.assertNotIn("memory: arena", result.stdout)

    def test_memory_is_the_plan_of_inspect(self):
        plan = parsed(samara("inspect", INT8, "--plan", "--json"))["plan"]
        memory = parsed(samara("profile", INT8, *self.few, "--json"))["memory"]
        for key in ("arena_bytes", "constant_bytes", "packed_bytes", "tensors"):
            self.assertEqual(memory[key], plan[key], key)
        (arena,) = memory["arenas"]
        self.assertLessEqual(arena["most_live_bytes"], arena["planned_bytes"])
        self.assertEqual(arena["planned_bytes"], max(t["offset"] + t["bytes"] for t in plan["tensors"]))
        text = samara("profile", INT8, *self.few, "--memory").stdout
        self.assertIn(f"memory: arena {plan['arena_bytes']} bytes", text)
        self.assertEqual(text.count(".."), len(plan["tensors"]))

    def test_every_node_has_its_kernel_and_its_part(self):
        result = parsed(samara("profile", INT8, *self.few, "--json", "--threads=2"))
        self.assertEqual(len(result["nodes"]), 12)
        self.assertAlmostEqual(sum(node["part"] for node in result["nodes"]), 1)
        self.assertTrue(all(node["calls"] == 1 and node["least_us"] <= node["median_us"]
                            for node in result["nodes"]))
        planned = parsed(samara("inspect", INT8, "--plan", "--json"))["plan"]["nodes"]
        self.assertEqual([node["kernel"] for node in result["nodes"]], [node["kernel"] for node in planned])
        self.assertEqual(len(result["pool"]), 2)
        self.assertEqual(result["left_out"], 0)

    def test_trace_and_page_of_a_model_that_is_badly_named(self):
        model = self.file(badly_named())
        trace, page = self.path("t.json"), self.path("p.html")
        result = samara("profile", model, *self.few, "--trace", trace, "--html", page)
        self.assertEqual(result.returncode, 0, result.stderr)
        events = json.loads(trace.read_text())["traceEvents"]
        operators = [e for e in events if e.get("cat") == "operator"]
        self.assertEqual(len(operators), 3 * 12)
        self.assertTrue(any(e["args"]["name"].startswith(HOSTILE.decode()) for e in operators))
        text = page.read_text()
        self.assertNotIn("<img", text)
        self.assertNotIn("src=x onerror=alert(1)></", text)
        self.assertEqual(text.count("</script"), 2)

    def test_what_cannot_be_is_refused(self):
        for words in ((INT8, "--runs=0"), (INT8, "--runs=x"), ()):
            self.assertEqual(samara("profile", *words).returncode, 2, words)
        nowhere = self.path("missing") / "t.json"
        for words in (("no such model",), (INT8, *self.few, "--trace", nowhere),
                      (INT8, *self.few, "--html", nowhere), (INT8, "--input=nobody=zeros"),
                      (self.file(MODEL[:1000]),)):
            result = samara("profile", *words)
            self.assertEqual(result.returncode, 1, words)
            self.assertIn("error", result.stderr)
            self.assertLess(result.stderr.count("\n"), 8)


if __name__ == "__main__":
    run_tests()
