package org.tensorflow.lite.support.label;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** Labels for a tensor's values. */
public class LabelUtil {
  private LabelUtil() {}

  /** For each value the label of that number plus `offset`; "" where there is none. */
  public static List<String> mapValueToLabels(
      TensorBuffer tensorBuffer, List<String> labels, int offset) {
    SupportPreconditions.checkNotNull(tensorBuffer, "Given tensor should not be null");
    SupportPreconditions.checkNotNull(labels, "Given labels should not be null");
    List<String> out = new ArrayList<>();
    for (int value : tensorBuffer.getIntArray()) {
      long index = (long) value + offset;
      out.add(index < 0 || index >= labels.size() ? "" : labels.get((int) index));
    }
    return out;
  }
}
