package dev.samara.device;

import java.io.File;
import java.util.Objects;

/** A version of a model. Its file stays while the version is current or previous. */
public final class ModelFile {
  private final String name;
  private final String version;
  private final String path;
  private final String sha256;
  private final String source;
  private final String state;
  private final long size;
  private final boolean proven;

  /** Called by native code. */
  ModelFile(
      byte[] name,
      byte[] version,
      byte[] path,
      byte[] sha256,
      byte[] source,
      byte[] state,
      long size,
      boolean proven) {
    this.name = Native.string(name);
    this.version = Native.string(version);
    this.path = Native.string(path);
    this.sha256 = Native.string(sha256);
    this.source = Native.string(source);
    this.state = Native.string(state);
    this.size = size;
    this.proven = proven;
  }

  public String getName() {
    return name;
  }

  public String getVersion() {
    return version;
  }

  /** Null: not downloaded. */
  @Nullable
  public File getFile() {
    return path.isEmpty() ? null : new File(path);
  }

  /** "" of a bundled model. */
  public String getSha256() {
    return sha256;
  }

  /** The address that it came from. */
  public String getSource() {
    return source;
  }

  /** "current", "previous", "bundled" or "offered" (not here). */
  public String getState() {
    return state;
  }

  /** In bytes. */
  public long getSize() {
    return size;
  }

  /** Whether it has shown that it works on this device. */
  public boolean isProven() {
    return proven;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof ModelFile)) {
      return false;
    }
    ModelFile that = (ModelFile) other;
    return name.equals(that.name)
        && version.equals(that.version)
        && path.equals(that.path)
        && sha256.equals(that.sha256)
        && state.equals(that.state);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, version, path, sha256, state);
  }

  @Override
  public String toString() {
    return name + " " + version + " (" + state + ", " + size + " bytes)";
  }
}
