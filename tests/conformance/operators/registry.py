"""The operators that have cases: every file of cases/ adds its list ENTRIES."""

import collections
import importlib
import pathlib

from operators.case import TYPE_NAMES

# One operator's cases.
#   op      its name
#   kinds   types, or words where a type does not say it all ("hybrid")
#   make    make(maker, kind) -> Case
#   exact   exact(case) -> the outputs' real values in double: the judge where LiteRT refuses, dies
#           or is known to be wrong
#   ulps    float32 results are judged by `exact`, within so many units in the last place
#   wrong   wrong(case) -> number in docs/bugs.md if LiteRT is known to be wrong about the case
#   refused refused(case) -> number in docs/bugs.md if Samara refuses what LiteRT runs, with a reason
#   judge   judge(case, want, got) -> empty, or what is wrong: in place of all other rules; `want` is
#           LiteRT's outputs, or the exception that says why there are none
#   tolerance  of the range of all outputs together, in place of judge.py's: where a state that lies
#           between two quanta may fall to either side, or float sums have another order
Entry = collections.namedtuple("Entry", "op kinds make exact ulps wrong refused judge tolerance",
                               defaults=(None, None, None, None, None, None))


def label(kind):
    return TYPE_NAMES.get(kind, kind) if isinstance(kind, int) else str(kind)


def entries():
    folder = pathlib.Path(__file__).resolve().parent / "cases"
    found = []
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            found += importlib.import_module(f"operators.cases.{path.stem}").ENTRIES
    return found
