package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.support.image.ImageOperator;
import org.tensorflow.lite.support.image.TensorImage;

/** Quarter turns to the left; to the right, where their number is negative. */
public class Rot90Op implements ImageOperator {
  private final int turns; // 0 to 3

  public Rot90Op() {
    this(1);
  }

  public Rot90Op(int k) {
    turns = Math.floorMod(k, 4);
  }

  @Override
  public TensorImage apply(TensorImage image) {
    Pixels pixels = Pixels.of(image, "Rot90Op");
    if (turns == 0) return image;
    for (int i = 0; i < turns; ++i) pixels = turned(pixels);
    return pixels.into(image);
  }

  private static Pixels turned(Pixels in) {
    Pixels out = new Pixels(in.width, in.height);
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) out.copy(y, x, in, x, in.width - 1 - y);
    return out;
  }

  @Override
  public int getOutputImageHeight(int inputImageHeight, int inputImageWidth) {
    return turns % 2 == 0 ? inputImageHeight : inputImageWidth;
  }

  @Override
  public int getOutputImageWidth(int inputImageHeight, int inputImageWidth) {
    return turns % 2 == 0 ? inputImageWidth : inputImageHeight;
  }
}
