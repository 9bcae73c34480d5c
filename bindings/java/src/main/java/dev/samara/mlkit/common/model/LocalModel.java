package dev.samara.mlkit.common.model;

import dev.samara.device.Nullable;
import dev.samara.device.SamaraOptions;
import java.io.File;
import java.util.Objects;

/**
 * A model that comes with the app: a file, or an asset. Manifest files and Android's content URIs
 * have no counterpart.
 */
public class LocalModel {
  @Nullable private final String absoluteFilePath;
  @Nullable private final String assetFilePath;

  private LocalModel(Builder from) {
    absoluteFilePath = from.absolute;
    assetFilePath = from.asset;
  }

  @Nullable
  public String getAbsoluteFilePath() {
    return absoluteFilePath;
  }

  @Nullable
  public String getAssetFilePath() {
    return assetFilePath;
  }

  /** Names it as what the app has of {@code model} until another version has come. */
  public SamaraOptions.Builder addTo(
      SamaraOptions.Builder options, String model, String version) {
    return absoluteFilePath != null
        ? options.addBundled(model, version, new File(absoluteFilePath))
        : options.addBundledAsset(model, version, assetFilePath);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LocalModel
        && Objects.equals(absoluteFilePath, ((LocalModel) other).absoluteFilePath)
        && Objects.equals(assetFilePath, ((LocalModel) other).assetFilePath);
  }

  @Override
  public int hashCode() {
    return Objects.hash(absoluteFilePath, assetFilePath);
  }

  /** Sets the one place or the other. */
  public static class Builder {
    @Nullable private String absolute;
    @Nullable private String asset;

    public Builder setAbsoluteFilePath(String path) {
      absolute = path;
      return this;
    }

    public Builder setAssetFilePath(String path) {
      asset = path;
      return this;
    }

    /** Throws IllegalArgumentException unless one place is set, and only one. */
    public LocalModel build() {
      boolean one = (absolute == null || absolute.isEmpty()) != (asset == null || asset.isEmpty());
      if (!one) {
        throw new IllegalArgumentException("set an absolute file path or an asset file path");
      }
      return new LocalModel(this);
    }
  }
}
