"""TensorFlow Lite's classes from Maven Central, unchanged, over libtensorflowlite_jni.so: the tests of
bindings/java/tflite, then LiteRT's own tests with the classes of the same commit, read from
$SAMARA_CLIENTS/LiteRT (skipped and counted without it). The VM checks native code (-Xcheck:jni). And the
classes in place of the Support Library's, each answer compared with that of the published ones. The last
line counts."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

from program import DIGITS, PROGRAM, ROOT

HERE = ROOT / "bindings/java/tflite"
LIBRARIES = pathlib.Path(PROGRAM).resolve().parent.parent / "lib"
BUILD = ROOT / "build/java/drop-in"
DATA = pathlib.Path(os.environ.get("SAMARA_TEST_DATA", str(ROOT.parent / "shared/data")))
LITERT_TESTS = ["DataTypeTest", "InterpreterApiTest", "InterpreterTest", "NativeInterpreterWrapperTest",
                "TensorFlowLiteTest", "TensorTest", "nnapi/NnApiDelegateTest"]
LITERT_HELPERS = ["TestInit", "TestUtils", "SupportedFeatures", "InterpreterTestHelper"]
LITERT_COUNT = 154
# What of those cannot pass, and why.
LITERT_FAILS = {"testSupportLibraryIsSetFromHandle": "mocks a support library of NNAPI"}


def run(*command, **how):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **how)
    return done.returncode, done.stdout + done.stderr


def need(good, said):
    if good:
        return
    print(said[-20_000:])
    print("0 passed, 1 failed")
    sys.exit(1)


def skip(why):
    print(why)
    sys.exit(77)


def fetch():
    """The jars, those in archives for Android taken out: a list of those published by TensorFlow, and of
    the others."""
    jars = BUILD / "jars"
    code, said = run("mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies",
                     f"-DoutputDirectory={jars}")
    if code != 0:
        skip("Maven could not fetch the classes: " + said[-500:])
    for archive in jars.glob("*.aar"):
        with zipfile.ZipFile(archive) as file:
            archive.with_suffix(".classes.jar").write_bytes(file.read("classes.jar"))
    published = sorted(jars.glob("*.classes.jar"))
    return published, [jar for jar in sorted(jars.glob("*.jar")) if jar not in published]


def compiled(name, classes, sources, *flags):
    target = BUILD / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    code, said = run("javac", *flags, "-cp", ":".join(map(str, classes)), "-d", target, *sources)
    need(code == 0, said)
    return target


def judged(launcher, tests, classes, folder, *properties):
    """Runs compiled tests; how many passed, and which failed."""
    others = [jar for jar in classes if jar != launcher]
    code, said = run("java", "-Xcheck:jni", "-Xmx256m", "-XX:MaxDirectMemorySize=1g",
                     f"-Djava.library.path={LIBRARIES}", *properties, "-jar", launcher, "execute",
                     "--disable-banner", "--disable-ansi-colors", "--details=tree",
                     "-cp", ":".join(map(str, [*others, tests])), "--scan-classpath", tests, cwd=folder)
    need("[         0 containers failed     ]" in said, said)
    need(not re.search(r"WARNING in native method|WARNING: JNI|FATAL ERROR in native method", said), said)
    count = {word: int(n) for n, word in re.findall(r"\[ +(\d+) tests (\w+) *\]", said)}
    failed = re.findall(r"─ (\w+)(?:\(\))? (?:✘|\[X\])", said)
    need(len(failed) == count["failed"] and (code == 0) == (not failed), said)
    return count["successful"], count["failed"], count["found"], failed, said


def own(published, others, launcher):
    tests = compiled("own", [*published, launcher], sorted((HERE / "test/java").rglob("*.java")),
                     "-Xlint:all", "-Werror")
    good, bad, found, _, said = judged(launcher, tests, [*published, *others], ROOT,
                                       f"-Dsamara.data={DATA}", f"-Dsamara.digits={DIGITS / 'models'}")
    if bad:
        print(said[-20_000:])
    print(f"bindings/java/tflite: {good} of {found} passed")
    return good, bad, found - good - bad


def litert(others, launcher):
    folder = pathlib.Path(os.environ.get("SAMARA_CLIENTS", "/nowhere")) / "LiteRT"
    java = folder / "tflite/java/src"
    if not java.is_dir():
        print("SAMARA_CLIENTS names no folder with google-ai-edge/LiteRT")
        return 0, 0, LITERT_COUNT
    sources = [*java.glob("main/java/**/*.java"), *java.glob("testhelper/**/*.java"),
               *folder.glob("tflite/delegates/nnapi/java/**/*.java"),
               *(java / f"test/java/org/tensorflow/lite/{name}.java"
                 for name in LITERT_TESTS + LITERT_HELPERS)]
    tests = compiled("litert", others, sources, "-nowarn")
    link = BUILD / "third_party/tensorflow/lite"  # where the tests look for their models
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(folder / "tflite")
    good, bad, found, failed, said = judged(launcher, tests, others, BUILD)
    need(found >= LITERT_COUNT, f"{found} tests of LiteRT's only")
    surprises = set(failed) ^ set(LITERT_FAILS)
    if surprises:
        print(said[-20_000:], "\nnot as expected:", ", ".join(sorted(surprises)))
    for name, why in LITERT_FAILS.items():
        print(f"not passed: {name}: {why}")
    print(f"LiteRT's own tests: {good} of {found} passed")
    return good, len(surprises), bad if not surprises else 0


def support(published, others, launcher):
    """Samara's classes of the Support Library: image steps by their definition, the rest by what the
    published classes answer."""
    api = next(jar for jar in published if jar.name.startswith("tensorflow-lite-api-"))
    original = next(jar for jar in published if jar.name.startswith("tensorflow-lite-support-api-"))
    classes = compiled("support", [api], sorted((HERE / "support").rglob("*.java")), "-Xlint:all,-options",
                       "-Werror", "--release", "8")
    golden = compiled("golden", [api, classes], [HERE / "test/golden/Golden.java"], "-Xlint:all", "-Werror")
    answers = []
    for library in (original, classes):
        code, said = run("java", "-cp", ":".join(map(str, [api, library, golden])), "Golden")
        need(code == 0, said)
        answers.append(said.splitlines())
    need(len(answers[0]) == len(answers[1]) > 150, f"{list(map(len, answers))} answers")
    differ = [pair for pair in zip(*answers) if pair[0] != pair[1]]
    for one, other in differ:
        print("published:", one, "\n     ours:", other)
    print(f"the Support Library: {len(answers[0]) - len(differ)} of {len(answers[0])} answers are the same")
    tests = compiled("image", [api, classes, launcher], sorted((HERE / "test/support").rglob("*.java")),
                     "-Xlint:all", "-Werror")
    good, bad, found, _, said = judged(launcher, tests, [api, classes, *others], ROOT)
    if bad:
        print(said[-20_000:])
    print(f"image steps: {good} of {found} passed")
    return good + len(answers[0]) - len(differ), bad + len(differ), 0


def main():
    if not shutil.which("mvn") or not shutil.which("javac"):
        skip("no Maven or no JDK")
    if not (LIBRARIES / "libtensorflowlite_jni.so").exists():
        skip("no libtensorflowlite_jni.so")
    published, others = fetch()
    launcher = next(jar for jar in others if "console-standalone" in jar.name)
    counts = [support(published, others, launcher), own(published, others, launcher),
              litert(others, launcher)]
    good, bad, none = map(sum, zip(*counts))
    print(f"{good} passed, {bad} failed, {none} skipped")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
