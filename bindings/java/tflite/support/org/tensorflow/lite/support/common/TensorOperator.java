package org.tensorflow.lite.support.common;

import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** A step on tensors; a step on images too, by way of their numbers. */
public interface TensorOperator extends Operator<TensorBuffer> {
  @Override
  TensorBuffer apply(TensorBuffer input);
}
