package org.tensorflow.lite.support.common;

import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** Steps on a tensor. */
public class TensorProcessor extends SequentialProcessor<TensorBuffer> {
  private TensorProcessor(Builder builder) {
    super(builder);
  }

  /** Collects the steps. */
  public static class Builder extends SequentialProcessor.Builder<TensorBuffer> {
    public Builder() {}

    public Builder add(TensorOperator op) {
      super.add(op);
      return this;
    }

    @Override
    public TensorProcessor build() {
      return new TensorProcessor(this);
    }
  }
}
