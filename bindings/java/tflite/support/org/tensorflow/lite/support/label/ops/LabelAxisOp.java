package org.tensorflow.lite.support.label.ops;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.label.TensorLabel;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** Puts labels to axes of tensors. */
public class LabelAxisOp {
  private final Map<Integer, List<String>> labels;

  protected LabelAxisOp(Builder builder) {
    labels = new HashMap<>(builder.labels);
  }

  public TensorLabel apply(TensorBuffer buffer) {
    SupportPreconditions.checkNotNull(buffer, "Tensor buffer cannot be null.");
    return new TensorLabel(labels, buffer);
  }

  /** Collects the labels of each axis. */
  public static class Builder {
    private final Map<Integer, List<String>> labels = new HashMap<>();

    public Builder() {}

    public Builder addAxisLabel(int axis, List<String> labels) {
      this.labels.put(axis, labels);
      return this;
    }

    public LabelAxisOp build() {
      return new LabelAxisOp(this);
    }
  }
}
