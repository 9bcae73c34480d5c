package org.tensorflow.lite.support.tensorbuffer;

import java.nio.FloatBuffer;
import org.tensorflow.lite.DataType;

/** Numbers of float32. */
public final class TensorBufferFloat extends TensorBuffer {
  TensorBufferFloat(int[] shape) {
    super(shape);
  }

  @Override
  public DataType getDataType() {
    return DataType.FLOAT32;
  }

  @Override
  public float[] getFloatArray() {
    float[] out = new float[checkedSize()];
    buffer.rewind();
    buffer.asFloatBuffer().get(out);
    return out;
  }

  @Override
  public float getFloatValue(int absIndex) {
    return buffer.getFloat(absIndex * 4);
  }

  @Override
  public int[] getIntArray() {
    float[] values = getFloatArray();
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; ++i) out[i] = (int) values[i];
    return out;
  }

  @Override
  public int getIntValue(int absIndex) {
    return (int) getFloatValue(absIndex);
  }

  @Override
  public void loadArray(float[] src, int[] shape) {
    writable(src.length, shape).asFloatBuffer().put(src);
  }

  @Override
  public void loadArray(int[] src, int[] shape) {
    FloatBuffer out = writable(src.length, shape).asFloatBuffer();
    for (int value : src) out.put(value);
  }
}
