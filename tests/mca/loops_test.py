"""What cuts loops out of assembly and holds them against the table: for loops written by hand."""

import shutil
import sys
import unittest

import check_loops
import loops

TEXT = """
_Z3hotPKf:
.LFB0:
\tmov\tx1, 0
.L3:
\tfmla\tv0.4s, v1.4s, v2.4s
\tb.eq\t.L9
.L2:
\tldr\tq1, [x0], 16
\tfmla\tv3.4s, v1.4s, v2.4s
\tfmla\tv4.4s, v1.4s, v2.4s
\tmov\tv5.16b, v4.16b
\tstr\tq5, [sp, 32]
\tsubs\tx2, x2, 1
\tbne\t.L2
\tb\t.L3
.L9:
\tret
\t.size\t_Z3hotPKf, .-_Z3hotPKf
_Z4coldv:
\tret
\t.size\t_Z4coldv, .-_Z4coldv
"""


class Loops(unittest.TestCase):
    def test_the_innermost_loop_is_found(self):
        found = loops.hottest(TEXT, "arm")
        self.assertEqual(set(found), {"hot", "hot#2"})
        loop = found["hot"]
        self.assertEqual([line.split()[0] for line in loop], ["ldr", "fmla", "fmla", "mov", "str", "subs", "bne"])

    @unittest.skipUnless(shutil.which("llvm-mca-19"), "llvm-mca-19 is not installed here")
    def test_it_is_judged_by_the_model(self):
        it = loops.judged(loops.hottest(TEXT, "arm")["hot"], "arm", "neoverse-n1")
        self.assertEqual(it["work"], 1)  # two of two pipes
        self.assertEqual(it["copies"], 2)
        self.assertGreater(it["cycles"], 1.9)  # each waits for the turn before, which copies do not shorten

    def test_only_what_is_worse_fails(self):
        table = {("a", "f", "c"): ("10.00", "90", "90", "1")}

        def verdict(*figures):
            return list(check_loops.compared(table, [("a", "f", "c", figures or None)]))
        self.assertEqual(verdict("10.00", "90", "90", "1"), [])
        self.assertEqual(verdict("8.00", "99", "99", "0"), [])
        self.assertIn("10.50 cycles, 10.00 before", verdict("10.50", "85", "85", "1")[0])
        self.assertIn("2 registers", verdict("10.00", "90", "90", "2")[0])
        self.assertIn("no such loop", verdict()[0])
        self.assertIn("not in", list(check_loops.compared({}, [("a", "f", "c", ("1", "1", "1", "0"))]))[0])

    def test_the_table_has_every_hot_loop(self):
        rows = {(source, name, core) for source, names, cores in check_loops.HOT for name in names for core in cores}
        self.assertEqual(set(check_loops.read_table()), rows)


if __name__ == "__main__":
    sys.exit(unittest.main())
