package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.support.image.ImageOperator;
import org.tensorflow.lite.support.image.TensorImage;

/** To another size. The centres of pixels lie halfway; bilinear mixes the four around a place. */
public class ResizeOp implements ImageOperator {
  private final int height;
  private final int width;
  private final boolean bilinear;

  /** How pixels are found. */
  public enum ResizeMethod {
    BILINEAR,
    NEAREST_NEIGHBOR
  }

  public ResizeOp(int targetHeight, int targetWidth, ResizeMethod resizeMethod) {
    height = targetHeight;
    width = targetWidth;
    bilinear = resizeMethod == ResizeMethod.BILINEAR;
  }

  @Override
  public TensorImage apply(TensorImage image) {
    Pixels in = Pixels.of(image, "ResizeOp");
    Pixels out = new Pixels(height, width);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (bilinear) mix(in, out, y, x);
        else
          out.copy(
              y, x, in, nearest(y, in.height, height), nearest(x, in.width, width));
      }
    }
    return out.into(image);
  }

  private void mix(Pixels in, Pixels out, int y, int x) {
    double atY = place(y, in.height, height);
    double atX = place(x, in.width, width);
    int top = (int) atY;
    int left = (int) atX;
    int bottom = Math.min(top + 1, in.height - 1);
    int right = Math.min(left + 1, in.width - 1);
    double down = atY - top;
    double over = atX - left;
    for (int c = 0; c < 3; ++c) {
      double above = in.get(top, left, c) * (1 - over) + in.get(top, right, c) * over;
      double below = in.get(bottom, left, c) * (1 - over) + in.get(bottom, right, c) * over;
      out.set(y, x, c, (int) (above * (1 - down) + below * down + 0.5));
    }
  }

  /** Where a pixel of the output lies in the input, within its outermost centres. */
  private static double place(int at, int from, int to) {
    double exact = (at + 0.5) * from / to - 0.5;
    return Math.max(0, Math.min(exact, from - 1));
  }

  private static int nearest(int at, int from, int to) {
    return Math.min((int) ((at + 0.5) * from / to), from - 1);
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
