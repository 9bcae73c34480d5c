package org.tensorflow.lite.support.image;

import org.tensorflow.lite.support.common.Operator;
import org.tensorflow.lite.support.common.SequentialProcessor;
import org.tensorflow.lite.support.common.TensorOperator;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.image.ops.Rot90Op;
import org.tensorflow.lite.support.image.ops.TensorOperatorWrapper;

/** Steps on an image. */
public class ImageProcessor extends SequentialProcessor<TensorImage> {
  private ImageProcessor(Builder builder) {
    super(builder);
  }

  @Override
  public TensorImage process(TensorImage image) {
    return super.process(image);
  }

  /** Lets the first Rot90Op turn k times. */
  public void updateNumberOfRotations(int k) {
    updateNumberOfRotations(k, 0);
  }

  /** Lets one of the Rot90Ops, counted from 0, turn k times. */
  public synchronized void updateNumberOfRotations(int k, int occurrence) {
    int seen = 0;
    for (int i = 0; i < operatorList.size(); ++i) {
      Operator<TensorImage> step = operatorList.get(i);
      if (!(step instanceof Rot90Op) || seen++ != occurrence) continue;
      operatorList.set(i, new Rot90Op(k));
      return;
    }
    SupportPreconditions.checkState(
        seen > 0, "The Rot90Op has not been added to the ImageProcessor.");
    throw new IndexOutOfBoundsException(
        occurrence < 0
            ? "occurrence (" + occurrence + ") must not be negative"
            : "occurrence (" + occurrence + ") must be less than size (" + seen + ")");
  }

  /** Collects the steps. */
  public static class Builder extends SequentialProcessor.Builder<TensorImage> {
    public Builder() {}

    @SuppressWarnings("overloads")
    public Builder add(ImageOperator op) {
      super.add(op);
      return this;
    }

    @SuppressWarnings("overloads") // a lambda would be either
    public Builder add(TensorOperator op) {
      return add(new TensorOperatorWrapper(op));
    }

    @Override
    public ImageProcessor build() {
      return new ImageProcessor(this);
    }
  }
}
