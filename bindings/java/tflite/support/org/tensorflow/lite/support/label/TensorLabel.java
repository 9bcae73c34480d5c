package org.tensorflow.lite.support.label;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** A tensor whose axes have labels. */
public class TensorLabel {
  private final Map<Integer, List<String>> labels; // by axis
  private final TensorBuffer tensor;
  private final int[] shape;

  public TensorLabel(Map<Integer, List<String>> axisLabels, TensorBuffer tensorBuffer) {
    labels = SupportPreconditions.checkNotNull(axisLabels, "Axis labels cannot be null.");
    tensor = SupportPreconditions.checkNotNull(tensorBuffer, "Tensor Buffer cannot be null.");
    shape = tensorBuffer.getShape();
    for (Map.Entry<Integer, List<String>> entry : labels.entrySet()) {
      int axis = entry.getKey();
      SupportPreconditions.checkArgument(
          axis >= 0 && axis < shape.length, "Invalid axis id: " + axis);
      List<String> given = entry.getValue();
      SupportPreconditions.checkNotNull(given, "Label list is null on axis " + axis);
      SupportPreconditions.checkArgument(
          shape[axis] == given.size(),
          "Label number " + given.size() + " mismatch the shape on axis " + axis);
    }
  }

  /** Labels of the first axis that has more than one element. */
  public TensorLabel(List<String> axisLabels, TensorBuffer tensorBuffer) {
    this(Collections.singletonMap(firstAxis(tensorBuffer), axisLabels), tensorBuffer);
  }

  /** For each label of the first axis longer than one its part of the tensor, without a copy. */
  public Map<String, TensorBuffer> getMapWithTensorBuffer() {
    int axis = firstAxis(tensor);
    SupportPreconditions.checkArgument(
        labels.containsKey(axis),
        "get a <String, TensorBuffer> map requires the labels are set on the first non-1 axis.");
    int[] rest = Arrays.copyOfRange(shape, axis + 1, shape.length);
    int bytes = tensor.getFlatSize() / shape[axis] * tensor.getTypeSize();
    Map<String, TensorBuffer> out = new LinkedHashMap<>();
    int begin = 0;
    for (String label : labels.get(axis)) {
      ByteBuffer all = tensor.getBuffer().duplicate();
      all.limit(begin + bytes).position(begin);
      TensorBuffer part = TensorBuffer.createDynamic(tensor.getDataType());
      part.loadBuffer(all.slice().order(tensor.getBuffer().order()), rest);
      out.put(label, part);
      begin += bytes;
    }
    return out;
  }

  /** Of a tensor with one axis longer than one, which is its last. */
  public Map<String, Float> getMapWithFloatValue() {
    Map<String, Float> out = new LinkedHashMap<>();
    for (Category category : categories("<String, Scalar> map")) {
      out.put(category.getLabel(), category.getScore());
    }
    return out;
  }

  /** As above, also where labels are the same. */
  public List<Category> getCategoryList() {
    return categories("Category list");
  }

  private List<Category> categories(String what) {
    int axis = firstAxis(tensor);
    SupportPreconditions.checkState(
        axis == shape.length - 1,
        "get a " + what + " is only valid when the only labeled axis is the last one.");
    List<String> names = labels.get(axis);
    SupportPreconditions.checkNotNull(names, "The last axis has no labels.");
    float[] scores = tensor.getFloatArray();
    List<Category> out = new ArrayList<>();
    for (int i = 0; i < scores.length; ++i) out.add(new Category(names.get(i), scores[i]));
    return out;
  }

  private static int firstAxis(TensorBuffer tensor) {
    int[] shape = tensor.getShape();
    for (int i = 0; i < shape.length; ++i) if (shape[i] > 1) return i;
    throw new IllegalArgumentException(
        "Cannot find an axis to label. A valid axis to label should have size larger than 1.");
  }
}
