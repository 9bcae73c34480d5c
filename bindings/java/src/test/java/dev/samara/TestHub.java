package dev.samara;

import dev.samara.device.DeviceState;
import dev.samara.device.SamaraException;
import dev.samara.device.SamaraOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The hub that tests/e2e/java_clients.py has started, through the commands that its owner uses. */
final class TestHub {
  static final File INT8 = model("digits_int8.tflite");
  static final File F32 = model("digits_f32.tflite");

  private TestHub() {}

  static String value(String name) {
    String found = System.getenv(name);
    if (found == null) {
      throw new IllegalStateException(name + " is not set: run tests/e2e/java_clients.py");
    }
    return found;
  }

  private static File model(String name) {
    return new File(value("SAMARA_TEST_MODELS"), name);
  }

  static Path folder() {
    try {
      return Files.createTempDirectory(Paths.get(value("SAMARA_TEST_FOLDER")), "device");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an app of this hub sets, with a folder of its own. */
  static SamaraOptions.Builder options() {
    return options(folder());
  }

  static SamaraOptions.Builder options(Path folder) {
    return new SamaraOptions.Builder(folder.toFile())
        .setHub(value("SAMARA_HUB"))
        .setToken(value("SAMARA_TEST_TOKEN"))
        .setRoot(new File(value("SAMARA_TEST_FOLDER"), "1.root.json"))
        .setOption("bus", "-")
        .setAcceptsMajor("any")
        .setState(() -> new DeviceState().network(DeviceState.Network.WIFI).charging(true));
  }

  static SamaraOptions built(Path folder) {
    try {
      return options(folder).build();
    } catch (SamaraException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Publishes a version, signed by the owner, in the channel `stable`. */
  static void push(String model, String version, File file) {
    run("push", file.getPath(), "--model", model, "--version", version, "--channel", "stable",
        "--sign", value("SAMARA_TEST_FOLDER") + "/release");
  }

  /** Publishes one that the hub alone has signed. */
  static void pushUnsigned(String model, String version, File file) {
    run("push", file.getPath(), "--model", model, "--version", version, "--channel", "stable");
  }

  /** Changes the bytes of a version where the hub keeps them. */
  static void damage(String sha256) throws IOException {
    Path store = Paths.get(value("SAMARA_TEST_FOLDER"), "hub", "store");
    try (Stream<Path> files = Files.walk(store)) {
      Path blob = files.filter(file -> file.endsWith(sha256)).findFirst().get();
      byte[] content = Files.readAllBytes(blob);
      content[content.length / 2] ^= 1;
      blob.toFile().setWritable(true);
      Files.write(blob, content);
    }
  }

  private static void run(String... words) {
    List<String> command = new ArrayList<>(Arrays.asList(value("SAMARA"), "hub"));
    command.addAll(Arrays.asList(words));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] said = readAll(process);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(new String(said, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] readAll(Process process) throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    byte[] part = new byte[4096];
    int got;
    while ((got = process.getInputStream().read(part)) > 0) {
      out.write(part, 0, got);
    }
    return out.toByteArray();
  }
}
