package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.support.image.ImageOperator;
import org.tensorflow.lite.support.image.TensorImage;

/** To another size by what is cut off, or added in black, at both sides alike. */
public class ResizeWithCropOrPadOp implements ImageOperator {
  private final int height;
  private final int width;

  public ResizeWithCropOrPadOp(int targetHeight, int targetWidth) {
    height = targetHeight;
    width = targetWidth;
  }

  @Override
  public TensorImage apply(TensorImage image) {
    Pixels in = Pixels.of(image, "ResizeWithCropOrPadOp");
    Pixels out = new Pixels(height, width);
    int down = offset(in.height, height);
    int over = offset(in.width, width);
    for (int y = 0; y < height; ++y) {
      int fromY = y + down;
      if (fromY < 0 || fromY >= in.height) continue;
      for (int x = 0; x < width; ++x) {
        int fromX = x + over;
        if (fromX >= 0 && fromX < in.width) out.copy(y, x, in, fromY, fromX);
      }
    }
    return out.into(image);
  }

  /** Of the input to the output; negative where it is padded. An odd rest lies behind. */
  private static int offset(int from, int to) {
    return to > from ? -((to - from) / 2) : (from - to) / 2;
  }

  @Override
  public int getOutputImageHeight(int inputImageHeight, int inputImageWidth) {
    return height;
  }

  @Override
  public int getOutputImageWidth(int inputImageHeight, int inputImageWidth) {
    return width;
  }
}
