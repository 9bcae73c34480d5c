package dev.samara.modeldownloader;

import dev.samara.device.ModelFile;
import dev.samara.device.Nullable;
import java.io.File;
import java.util.Objects;

/** A model that is on the device. */
public final class CustomModel {
  private final ModelFile file;
  private final long downloadId;

  CustomModel(ModelFile file, long downloadId) {
    this.file = file;
    this.downloadId = downloadId;
  }

  public String getName() {
    return file.getName();
  }

  /** Its file, which stays while its version is current or previous; null: it is gone since. */
  @Nullable
  public File getFile() {
    File found = file.getFile();
    return found != null && found.exists() ? found : null;
  }

  /** In bytes. */
  public long getSize() {
    return file.getSize();
  }

  /** The SHA-256 of its file, which was compared; "" of a model that came with the app. */
  public String getModelHash() {
    return file.getSha256();
  }

  /**
   * The number of the download that was under way when this was made, for {@link
   * FirebaseModelDownloader#getProgress}; 0: none was.
   */
  public long getDownloadId() {
    return downloadId;
  }

  /** What Firebase's class does not know: version, source, state. */
  public ModelFile getModelFile() {
    return file;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CustomModel
        && file.equals(((CustomModel) other).file)
        && downloadId == ((CustomModel) other).downloadId;
  }

  @Override
  public int hashCode() {
    return Objects.hash(file, downloadId);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
