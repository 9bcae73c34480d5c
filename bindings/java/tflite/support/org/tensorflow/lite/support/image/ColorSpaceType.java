package org.tensorflow.lite.support.image;

import java.util.Arrays;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;

/** How an image's numbers are to be read. */
public enum ColorSpaceType {
  RGB(3),
  GRAYSCALE(1),
  NV12(0),
  NV21(0),
  YV12(0),
  YV21(0),
  YUV_420_888(0);

  private final int channels; // 0: planes of YUV

  ColorSpaceType(int channels) {
    this.channels = channels;
  }

  public int getValue() {
    return ordinal();
  }

  /** Height and width of a tensor of this shape: (h, w, 3) or (1, h, w, 3); (h, w) or (1, h, w, 1). */
  int[] sizeOf(int[] shape) {
    if (channels == 0)
      throw new UnsupportedOperationException(
          "A shape tells the size of RGB and GRAYSCALE images, not of " + name());
    boolean batched = shape.length == 4 && shape[0] == 1;
    boolean fits =
        this == RGB
            ? (batched || shape.length == 3) && shape[shape.length - 1] == 3
            : batched && shape[3] == 1 || shape.length == 2;
    int at = batched ? 1 : 0;
    SupportPreconditions.checkArgument(
        fits && shape[at] > 0 && shape[at + 1] > 0,
        "The shape of a "
            + (this == RGB
                ? "RGB image should be (h, w, c) or (1, h, w, c), and channels representing R, G, B"
                    + " in order."
                : "grayscale image should be (h, w) or (1, h, w, 1).")
            + " The provided image shape is "
            + Arrays.toString(shape));
    return new int[] {shape[at], shape[at + 1]};
  }

  void checkElements(int elements, int height, int width) {
    long area = (long) height * width;
    long half = (long) ((height + 1) / 2) * ((width + 1) / 2);
    long least = channels > 0 ? area * channels : area + 2 * half;
    SupportPreconditions.checkArgument(
        elements >= least,
        String.format(
            "The given number of elements (%d) does not match the image (%s) in %d x %d. The"
                + " expected number of elements should be at least %d.",
            elements, name(), height, width, least));
  }
}
