package org.tensorflow.lite.support.image;

import org.tensorflow.lite.support.common.internal.SupportPreconditions;

/** What an image's bytes do not tell by themselves. */
public final class ImageProperties {
  private final int height;
  private final int width;
  private final ColorSpaceType colors;

  private ImageProperties(Builder builder) {
    height = builder.height;
    width = builder.width;
    colors = builder.colors;
  }

  public static Builder builder() {
    return new Builder();
  }

  public int getHeight() {
    return height;
  }

  public int getWidth() {
    return width;
  }

  public ColorSpaceType getColorSpaceType() {
    return colors;
  }

  /** All three must be said. */
  public static final class Builder {
    private int height = -1;
    private int width = -1;
    private ColorSpaceType colors;

    private Builder() {}

    public Builder setHeight(int height) {
      this.height = height;
      return this;
    }

    public Builder setWidth(int width) {
      this.width = width;
      return this;
    }

    public Builder setColorSpaceType(ColorSpaceType colorSpaceType) {
      colors = SupportPreconditions.checkNotNull(colorSpaceType, "Null colorSpaceType");
      return this;
    }

    public ImageProperties build() {
      SupportPreconditions.checkState(colors != null, "Missing required properties: colorSpaceType");
      SupportPreconditions.checkState(height >= 0, "Negative image height is not allowed.");
      SupportPreconditions.checkState(width >= 0, "Negative image width is not allowed.");
      return new ImageProperties(this);
    }
  }
}
