package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.support.image.ColorSpaceType;
import org.tensorflow.lite.support.image.ImageOperator;
import org.tensorflow.lite.support.image.TensorImage;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** From RGB to one channel, the luminance. */
public class TransformToGrayscaleOp implements ImageOperator {
  public TransformToGrayscaleOp() {}

  @Override
  public TensorImage apply(TensorImage image) {
    if (image.getColorSpaceType() == ColorSpaceType.GRAYSCALE) return image;
    Pixels in = Pixels.of(image, "TransformToGrayscaleOp");
    int[] gray = new int[in.height * in.width];
    for (int i = 0; i < gray.length; ++i) {
      int[] v = in.values;
      gray[i] = (int) (0.299 * v[3 * i] + 0.587 * v[3 * i + 1] + 0.114 * v[3 * i + 2] + 0.5);
    }
    int[] shape = {1, in.height, in.width, 1};
    TensorBuffer numbers = TensorBuffer.createFixedSize(shape, image.getDataType());
    numbers.loadArray(gray, shape);
    image.load(numbers, ColorSpaceType.GRAYSCALE);
    return image;
  }

  @Override
  public int getOutputImageHeight(int inputImageHeight, int inputImageWidth) {
    return inputImageHeight;
  }

  @Override
  public int getOutputImageWidth(int inputImageHeight, int inputImageWidth) {
    return inputImageWidth;
  }
}
