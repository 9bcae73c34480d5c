package org.tensorflow.lite.support.image.ops;

import org.tensorflow.lite.support.common.TensorOperator;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.image.ImageOperator;
import org.tensorflow.lite.support.image.TensorImage;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** A step on tensors as one on images: it may change their type, never their size. */
public class TensorOperatorWrapper implements ImageOperator {
  private final TensorOperator op;

  public TensorOperatorWrapper(TensorOperator op) {
    this.op = op;
  }

  @Override
  public TensorImage apply(TensorImage image) {
    SupportPreconditions.checkNotNull(image, "Op cannot apply on null image.");
    TensorBuffer numbers = op.apply(image.getTensorBuffer());
    TensorImage out = new TensorImage(numbers.getDataType());
    out.load(numbers, image.getColorSpaceType());
    return out;
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
