package dropin;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/** The models of the tests, and buffers with them. */
final class Models {
  private Models() {}

  /** In the folder that holds data/features and data/broken; without it, the test is skipped. */
  static File file(String name) {
    File file = new File(System.getProperty("samara.data"), name);
    Assumptions.assumeTrue(file.exists(), "no " + name);
    return file;
  }

  static File digits(String name) {
    return new File(System.getProperty("samara.digits"), name);
  }

  static ByteBuffer direct(File file) throws IOException {
    byte[] bytes = Files.readAllBytes(file.toPath());
    ByteBuffer out = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
    out.put(bytes);
    out.rewind();
    return out;
  }

  static ByteBuffer mapped(File file) throws IOException {
    Path path = file.toPath();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  static ByteBuffer floats(float... values) {
    ByteBuffer out = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder());
    for (float value : values) out.putFloat(value);
    out.rewind();
    return out;
  }
}
