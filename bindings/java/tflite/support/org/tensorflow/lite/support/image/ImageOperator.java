package org.tensorflow.lite.support.image;

import org.tensorflow.lite.support.common.Operator;

/** A step on images. */
public interface ImageOperator extends Operator<TensorImage> {
  @Override
  TensorImage apply(TensorImage image);

  int getOutputImageHeight(int inputImageHeight, int inputImageWidth);

  int getOutputImageWidth(int inputImageHeight, int inputImageWidth);
}
