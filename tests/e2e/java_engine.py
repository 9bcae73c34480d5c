"""bindings/java/engine by Maven: the tests of JUnit in Java and Kotlin under the VM's own checks of native
code, and the jars. The last line counts."""

import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

from program import DIGITS, PROGRAM, ROOT

HERE = ROOT / "bindings/java/engine"
BUILD = ROOT / "build/java/engine"
LIBRARIES = pathlib.Path(PROGRAM).resolve().parent.parent / "lib"
DATA = pathlib.Path(os.environ.get("SAMARA_TEST_DATA", str(ROOT.parent / "shared/data")))


def main():
    if not shutil.which("mvn") or not shutil.which("javac"):
        print("no Maven or no JDK")
        sys.exit(77)
    if not (LIBRARIES / "libsamara_engine_jni.so").exists():
        print("no libsamara_engine_jni.so")
        sys.exit(77)
    reports = BUILD / "surefire-reports"
    shutil.rmtree(reports, ignore_errors=True)
    done = subprocess.run(
        ["mvn", "-q", "-B", "-Pkotlin", f"-Dsamara.build={BUILD}", f"-Dsamara.libraries={LIBRARIES}",
         f"-Dsamara.data={DATA}", f"-Dsamara.digits={DIGITS / 'models'}", "package"],
        cwd=HERE, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    for stream in reports.glob("*.dumpstream"):  # what the VM itself prints
        said += stream.read_text(errors="replace")
    suites = [ET.parse(file).getroot() for file in reports.glob("TEST-*.xml")]
    count = {word: sum(int(suite.get(word)) for suite in suites)
             for word in ("tests", "failures", "errors", "skipped")}
    bad = count["failures"] + count["errors"]
    named = {file.stem for file in (HERE / "src/test").rglob("*Test.*")}
    missing = {f"dev.samara.engine.{name}" for name in named} - {suite.get("name") for suite in suites}
    faults = "WARNING in native method" in said or "FATAL ERROR in native method" in said
    sources = list(BUILD.glob("samara-engine-*-sources.jar"))
    if done.returncode != 0 or bad or missing or faults or not sources:
        print(said[-20_000:], "\nnot run:", sorted(missing))
        bad = bad or 1
    good = max(count["tests"] - bad - count["skipped"], 0)
    print(f"{good} passed, {bad} failed, {count['skipped']} skipped")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
