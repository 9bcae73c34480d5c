"""bindings/java by Maven, against hubs that are really started: the tests of JUnit in Java and Kotlin
under the VM's own checks of native code, the jars, and docs/leaving-firebase.md's pieces for Android."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

from leaving_firebase_test import Afternoon, blocks
from program import DIGITS, INT8, PROGRAM, ROOT, run_tests
import trust_test

JAVA = ROOT / "bindings/java"
LIBRARY = os.environ.get("SAMARA_JNI", str(pathlib.Path(PROGRAM).parent.parent / "lib/libsamara_jni.so"))
BUILD = ROOT / "build/java"

# What an app has around the guide's pieces. `use` is what it does with a model.
ANDROID = """
class Assets(private val folder: File) { fun open(name: String) = folder.resolve(name).inputStream() }
class Context(val noBackupFilesDir: File, val assets: Assets)
"""
KOTLIN = """package dev.samara
{imports}
import java.io.File
{android}
class GuideTest {{
  @org.junit.jupiter.api.Test
  fun `the guide's pieces`() {{
    val context = Context(File("{folder}/kotlin"), Assets(File("{folder}")))
    val used = java.util.concurrent.LinkedBlockingQueue<File>()
    fun use(file: File) {{ used.add(file) }}
    {pieces}
    val got = used.take().readBytes()
    SamaraApp.getInstance().close()
    org.junit.jupiter.api.Assertions.assertArrayEquals(File("{folder}/face.tflite").readBytes(), got)
  }}
}}
"""
GUIDE = """{imports}
import java.io.File;
import java.nio.file.Files;
public class Guide {{
  static final java.util.concurrent.BlockingQueue<File> USED =
      new java.util.concurrent.LinkedBlockingQueue<>();
  static void use(File file) {{ USED.add(file); }}
  static class Context {{ File getNoBackupFilesDir() {{ return new File("{folder}/java"); }} }}
  public static void main(String[] words) throws Exception {{
    Context context = new Context();
    byte[] root = Files.readAllBytes(new File("{folder}/1.root.json").toPath());
    {pieces}
    System.out.println(USED.take());
    System.out.println(USED.take());
  }}
}}
"""


def maven(*words, environment=None):
    command = ["mvn", "-q", "-B", "-Pkotlin", f"-Dsamara.build={BUILD}", *words]
    return subprocess.run(command, cwd=JAVA, capture_output=True, text=True, check=False,
                          env={**os.environ, **(environment or {})})


def fill(frame, language, said, **more):
    """The guide's pieces in a language as one program."""
    lines = [line for piece in blocks(language) for line in said(piece).splitlines()]
    imports = sorted({line for line in lines if line.startswith("import ")})
    pieces = [line for line in lines if not line.startswith("import ")]
    return frame.format(imports="\n".join(imports), pieces="\n    ".join(pieces), **more)


class Java(trust_test.Case):
    public = False

    def setUp(self):
        super().setUp()
        self.begin("--online")
        root = json.loads(self.path("1.root.json").read_text())
        root["signed"]["version"] = 2
        self.path("thief.json").write_text(json.dumps(root))  # its keys have not signed that
        self.path("models").mkdir()
        shutil.copy(INT8, self.path("models") / "types.tflite")
        keys = [f"--key={role}={self.path('other')}" for role in ("root", "targets", "snapshot", "timestamp")]
        self.good("tuf", "publish", "--repository-dir", self.path("others"), "--files", self.path("models"),
                  *keys)
        shutil.copy(self.path("others/metadata/1.root.json"), self.path("other.root.json"))

    def follow_guide(self):
        """The hub of the guide, as far as it has come when apps are to change."""
        self.path("guide").mkdir()
        hub = Afternoon(self.path("guide"))
        self.addCleanup(hub.stop)
        hub.begin()
        hub.push()
        hub.trust()
        hub.secrets = {"smr_device...": hub.run(hub.lines(3)[0]).strip()}
        return hub

    def test_java_and_kotlin(self):
        guide = self.follow_guide()
        kotlin = guide.folder / "guide"
        kotlin.mkdir()
        (kotlin / "GuideTest.kt").write_text(
            fill(KOTLIN, "kotlin", guide.said, folder=guide.folder, android=ANDROID))
        shutil.rmtree(BUILD / "surefire-reports", ignore_errors=True)
        native = pathlib.Path(LIBRARY).parent.parent / "java/native"
        done = maven("package", f"-Dsamara.vm=-Dsamara.library={LIBRARY}", f"-Dsamara.guide={kotlin}",
                     f"-Dsamara.native={native.resolve()}",
                     environment={**self.environment(), "SAMARA": PROGRAM,
                                  "SAMARA_TEST_FOLDER": str(self.folder),
                                  "SAMARA_TEST_TOKEN": self.hub.token("device"),
                                  "SAMARA_TEST_MODELS": str(DIGITS / "models")})
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said[-20_000:])
        self.judge_reports(said)
        self.run_guide(guide)

    def judge_reports(self, said):
        reports = BUILD / "surefire-reports"
        for stream in reports.glob("*.dumpstream"):  # what the VM itself prints
            said += stream.read_text(errors="replace")
        self.assertNotRegex(said, "WARNING in native method|FATAL ERROR in native method")
        ran = [ET.parse(file).getroot() for file in reports.glob("TEST-*.xml")]
        tests = {file.stem for file in (JAVA / "src/test").rglob("*Test.*")} | {"GuideTest"}
        self.assertEqual({suite.get("name") for suite in ran}, {f"dev.samara.{name}" for name in tests})
        count = sum(int(suite.get("tests")) - int(suite.get("skipped")) for suite in ran)
        print(f"{count} cases of JUnit", file=sys.stderr)
        version = re.search(r'kVersion.*"([0-9.]+)"', (ROOT / "include/samara/version.h").read_text())[1]
        jars = {f"samara-device-{version}.jar", f"samara-device-{version}-sources.jar"}
        self.assertLessEqual(jars, {file.name for file in BUILD.glob("*.jar")})
        self.jar = BUILD / f"samara-device-{version}.jar"

    def run_guide(self, hub):
        """With the jar alone, whose native libraries leave nothing behind."""
        source = hub.folder / "Guide.java"
        source.write_text(fill(GUIDE, "java", hub.said, folder=hub.folder))
        classes = f"{self.jar}:{hub.folder}"
        temporary = hub.folder / "temporary"
        temporary.mkdir()
        for command in (["javac", "-cp", classes, "-d", hub.folder, source],
                        ["java", f"-Djava.io.tmpdir={temporary}", "-cp", classes, "Guide"]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for path in done.stdout.split():
            self.assertEqual(pathlib.Path(path).read_bytes(), pathlib.Path(INT8).read_bytes())
        self.assertEqual(len(done.stdout.split()), 2)
        self.assertEqual(list(temporary.iterdir()), [])


if __name__ == "__main__":
    if not shutil.which("mvn") or not shutil.which("javac") or not pathlib.Path(LIBRARY).exists():
        print("no Maven, no JDK, or no libsamara_jni.so")
        sys.exit(77)
    run_tests()
