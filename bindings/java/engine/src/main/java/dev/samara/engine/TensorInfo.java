package dev.samara.engine;

import java.util.Arrays;

/** What an input or output of a model looks like. */
public final class TensorInfo {
  private final String name;
  private final Type type;
  private final int[] shape;
  private final float scale;
  private final int zeroPoint;

  TensorInfo(String name, int[] typeAndShape, float[] quantization) {
    this.name = name;
    type = Type.of(typeAndShape[0]);
    shape = Arrays.copyOfRange(typeAndShape, 1, typeAndShape.length);
    scale = quantization[0];
    zeroPoint = (int) quantization[1];
  }

  public String name() {
    return name;
  }

  public Type type() {
    return type;
  }

  /** -1 for what is open. */
  public int[] shape() {
    return shape.clone();
  }

  /** real = scale * (integer - zeroPoint()); 0: not quantized. */
  public float scale() {
    return scale;
  }

  public int zeroPoint() {
    return zeroPoint;
  }

  @Override
  public String toString() {
    return name + " " + type + " " + Arrays.toString(shape);
  }
}
