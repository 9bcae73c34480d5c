package org.tensorflow.lite.support.common;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;

/** Labels and models from files. Where Android has a context with assets, a desktop has a File. */
public class FileUtil {
  private FileUtil() {}

  /** The lines that are not blank. */
  public static List<String> loadLabels(InputStream inputStream, Charset cs) throws IOException {
    List<String> labels = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(inputStream, cs))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine())
        if (!line.trim().isEmpty()) labels.add(line);
    }
    return labels;
  }

  public static List<String> loadLabels(InputStream inputStream) throws IOException {
    return loadLabels(inputStream, Charset.defaultCharset());
  }

  public static List<String> loadLabels(File file, Charset cs) throws IOException {
    return loadLabels(Files.newInputStream(notNull(file).toPath()), cs);
  }

  public static List<String> loadLabels(File file) throws IOException {
    return loadLabels(file, Charset.defaultCharset());
  }

  public static List<String> loadSingleColumnTextFile(InputStream inputStream, Charset cs)
      throws IOException {
    return loadLabels(inputStream, cs);
  }

  /** The file must keep its length while the buffer is in use. */
  public static MappedByteBuffer loadMappedFile(File file) throws IOException {
    try (FileChannel channel = FileChannel.open(notNull(file).toPath(), StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  public static byte[] loadByteFromFile(File file) throws IOException {
    return Files.readAllBytes(notNull(file).toPath());
  }

  private static File notNull(File file) {
    return SupportPreconditions.checkNotNull(file, "File path cannot be null.");
  }
}
