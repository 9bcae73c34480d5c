package dev.samara.device;

import java.util.Arrays;

/** What an input or output looks like. */
public final class TensorInfo {
  private final String name;
  private final String type;
  private final int[] shape;

  /** Called by native code. */
  TensorInfo(byte[] name, byte[] type, int[] shape) {
    this.name = Native.string(name);
    this.type = Native.string(type);
    this.shape = shape;
  }

  public String getName() {
    return name;
  }

  /** "float32", "int8" ... */
  public String getType() {
    return type;
  }

  public int[] getShape() {
    return shape.clone();
  }

  @Override
  public String toString() {
    return name + " " + type + " " + Arrays.toString(shape);
  }
}
