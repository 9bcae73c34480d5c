"""Bindings that cannot be built everywhere, compared with include/samara/c/device.h: what Dart declares
field by field and argument by argument, what Swift names, the numbers that Java has."""

import re
import unittest

from leaving_firebase_test import blocks
from program import ROOT, run_tests

HEADER = re.sub(r"/\*.*?\*/", "", "".join((ROOT / "include/samara/c" / name).read_text()
                                         for name in ("types.h", "device.h")), flags=re.S)
BINDINGS = ROOT / "bindings"
JAVA = BINDINGS / "java/src/main/java/dev/samara/device"

STRUCTS = {"samara_conditions": "NativeConditions", "samara_device_state": "NativeState",
           "samara_file": "NativeFile"}
PLAIN = {"int": "Int", "size_t": "Size", "uint64_t": "Uint64", "int64_t": "Int64", "void": "Void"}


def dart_type(declared):
    """What Dart calls a type of C."""
    words = declared.replace("const", "").split()
    base, stars = "".join(words).rstrip("*"), "".join(words).count("*")
    if base == "char":
        out, stars = "_Text", stars - 1
    elif base in STRUCTS and stars:
        out = STRUCTS[base]
    elif base in PLAIN:
        out = PLAIN[base]
    elif stars:
        out, stars = "_Handle", stars - 1
    else:
        out = "Int"  # an enumeration
    return "Pointer<" * stars + out + ">" * stars


def functions():
    """Of the header: by name the result and the arguments, as Dart calls them."""
    out = {}
    for result, name, arguments in re.findall(r"SAMARA_API ([\w\s*]+?)\s*\b(samara_\w+)\(([^()]*)\);", HEADER):
        types = [re.sub(r"\w+$", "", one.strip()) for one in arguments.split(",") if one.strip() != "void"]
        out[name] = dart_type(result) + f" Function({', '.join(dart_type(one) for one in types)})"
    return out


def fields(struct):
    """Of a struct of the header: pairs of type and name."""
    body = re.search(rf"typedef struct {struct} {{(.*?)}}", HEADER, re.S)[1]
    out = []
    for kind, names in re.findall(r"((?:const )?\w+\*?) ([^;]+);", body):
        out += [(dart_type(kind), name.strip()) for name in names.split(",")]
    return out


def enumerators(name):
    body = re.search(rf"typedef enum {name} [^{{]*{{(.*?)}}", HEADER, re.S)[1]
    return {key: int(value) for key, value in re.findall(r"SAMARA_(\w+) = (\d+)", body)}


class Dart(unittest.TestCase):
    TEXT = (BINDINGS / "dart/lib/src/native.dart").read_text()

    def test_structs(self):
        for struct, name in STRUCTS.items():
            body = re.search(rf"class {name} extends Struct {{(.*?)^}}", self.TEXT, re.S | re.M)[1]
            told = []
            for note, kind, field in re.findall(
                    r"(?:@(\w+)\(\)\s+(?://[^\n]*\s+)?)?external ([\w<>]+) (\w+);", body):
                told.append((note or kind.replace("Pointer<Utf8>", "_Text"), field))
            self.assertEqual(told, fields(struct), struct)

    def test_functions(self):
        known = functions()
        found = re.findall(r"lookupFunction<(.*?\)),\s*(.*?\))>\('(\w+)'\)", self.TEXT, re.S)
        self.assertEqual(len(found), self.TEXT.count("lookupFunction"))
        for native, dart, name in found:
            native, dart = (re.sub(r"\s+", " ", one).replace("( ", "(").strip() for one in (native, dart))
            self.assertEqual(native, known[name], name)
            as_dart = re.sub(r"(?<![<\w])(Int|Size)\b", "int", native).replace("Void", "void")
            self.assertEqual(dart, as_dart, name)

    def test_what_is_sent_has_the_header_s_numbers(self):
        source = "".join(file.read_text() for file in (BINDINGS / "dart/lib/src").glob("*.dart"))
        for name, enum in (("SamaraNetwork", "samara_network"), ("FirebaseModelDownloadType", "samara_policy")):
            listed = re.search(rf"enum {name} {{(.*?)}}", source, re.S)[1].replace(" ", "").split(",")
            snake = [re.sub(r"([A-Z])", r"_\1", one).upper() for one in listed]
            numbers = enumerators(enum)
            self.assertEqual([numbers.get(one, numbers.get("NETWORK_" + one)) for one in snake],
                             list(range(len(listed))), name)


class Swift(unittest.TestCase):
    def test_names(self):
        known = set(re.findall(r"\bsamara_\w+|\bSAMARA_\w+", HEADER))
        for file in (BINDINGS / "swift/Sources/SamaraDevice").glob("*.swift"):
            used = set(re.findall(r"\bsamara_\w+|\bSAMARA_\w+", file.read_text())) - {"samara_device"}
            self.assertTrue(used)
            self.assertLessEqual(used, known, file.name)


class Java(unittest.TestCase):
    def test_numbers(self):
        listed = dict(re.findall(r"^  (\w+)\((\d+)\)", (JAVA / "Status.java").read_text(), re.M))
        known = enumerators("samara_status")
        del known["OK"]
        self.assertEqual({name: int(number) for name, number in listed.items()}, known)
        for name, prefix in (("Policy", ""), ("Way", "WAY_")):
            body = re.search(r"enum \w+ {(.*?)}", (JAVA / f"{name}.java").read_text(), re.S)[1]
            known = enumerators(f"samara_{name.lower()}")
            self.assertEqual([prefix + one.strip() for one in body.split(",")], list(known), name)
            self.assertEqual(list(known.values()), list(range(len(known))))


class Guide(unittest.TestCase):
    """docs/leaving-firebase.md's pieces in languages that are not built here."""

    def test_what_they_name_is_there(self):
        for language, folder, other in (
                ("dart", "dart/lib", {"Directory"}),
                ("swift", "swift/Sources", {"SamaraDevice", "Bundle", "url", "main", "forResource",
                                            "withExtension", "appendingPathComponent"})):
            sources = "".join(file.read_text() for file in (BINDINGS / folder).rglob("*.*"))
            declared = set(re.findall(r"\b(?:class|enum|struct) (\w+)", sources)) | other
            members = set(re.findall(r"\b[a-z]\w+", sources)) | other
            for piece in blocks(language):
                code = re.sub(r"\"[^\"]*\"|'[^']*'", "", piece)
                self.assertLessEqual(set(re.findall(r"\b[A-Z]\w+", code)), declared, language)
                named = {a or b for a, b in re.findall(r"\.([a-z]\w+)|\b([a-z]\w+):", code)}
                self.assertLessEqual(named, members, language)


if __name__ == "__main__":
    run_tests()
