package dev.samara.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the native half comes from: the file that the property samara.library names, else the
 * system's places for libraries (an Android app's own among them), else this jar, where a desktop's
 * may lie.
 */
final class Library {
  /** The last one is loaded and finds the others beside it. */
  private static final String[] FILES = {"libsamara_device.so.0", "libsamara_jni.so"};

  private Library() {}

  static void load() {
    String named = System.getProperty("samara.library");
    if (named != null) {
      System.load(named);
      return;
    }
    try {
      System.loadLibrary("samara_jni");
    } catch (UnsatisfiedLinkError missing) {
      String place = "/META-INF/native/" + platform() + "/";
      if (Library.class.getResource(place + FILES[0]) == null) {
        throw missing;
      }
      try {
        unpackAndLoad(place);
      } catch (IOException e) {
        missing.addSuppressed(e);
        throw missing;
      }
    }
  }

  /** "linux-x86_64", as far as it matters here. */
  private static String platform() {
    String arch = System.getProperty("os.arch", "");
    return System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT)
        + "-"
        + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /**
   * A library has to be a file to be loaded: in a new folder that nobody else may enter, and gone as
   * soon as it is loaded.
   */
  private static void unpackAndLoad(String place) throws IOException {
    Path folder = Files.createTempDirectory("samara");
    try {
      for (String file : FILES) {
        try (InputStream in = Library.class.getResourceAsStream(place + file)) {
          if (in == null) {
            throw new IOException("the jar has no " + place + file);
          }
          Files.copy(in, folder.resolve(file));
        }
      }
      System.load(folder.resolve(FILES[FILES.length - 1]).toString());
    } finally {
      for (String file : FILES) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.delete(folder);
    }
  }
}
