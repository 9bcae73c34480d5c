package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.image.ColorSpaceType;
import org.tensorflow.lite.support.image.TensorImage;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** Red, green and blue from 0 to 255, row by row: what Android's Bitmap is to the steps there. */
final class Pixels {
  final int height;
  final int width;
  final int[] values;

  Pixels(int height, int width) {
    SupportPreconditions.checkArgument(
        height > 0 && width > 0, "width and height must be > 0, not " + width + " and " + height);
    SupportPreconditions.checkArgument(
        (long) height * width <= Integer.MAX_VALUE / 12, "The image is too large");
    this.height = height;
    this.width = width;
    values = new int[3 * height * width];
  }

  /** Of an RGB image; `op` is who asks. */
  static Pixels of(TensorImage image, String op) {
    ColorSpaceType colors = image.getColorSpaceType();
    SupportPreconditions.checkArgument(
        colors == ColorSpaceType.RGB,
        "Only RGB images are supported in " + op + ", but not " + colors.name());
    Pixels out = new Pixels(image.getHeight(), image.getWidth());
    TensorBuffer numbers = image.getTensorBuffer();
    TensorBuffer bytes =
        numbers.getDataType() == DataType.UINT8
            ? numbers
            : TensorBuffer.createFrom(numbers, DataType.UINT8);
    System.arraycopy(bytes.getIntArray(), 0, out.values, 0, out.values.length);
    return out;
  }

  /** The image then has these pixels, in its own type. */
  TensorImage into(TensorImage image) {
    image.load(values, new int[] {height, width, 3});
    return image;
  }

  int get(int y, int x, int channel) {
    return values[3 * (y * width + x) + channel];
  }

  void set(int y, int x, int channel, int value) {
    values[3 * (y * width + x) + channel] = value;
  }

  void copy(int y, int x, Pixels from, int fromY, int fromX) {
    System.arraycopy(from.values, 3 * (fromY * from.width + fromX), values, 3 * (y * width + x), 3);
  }
}
