package org.tensorflow.lite.support.tensorbuffer;

import java.nio.ByteBuffer;
import org.tensorflow.lite.DataType;

/** Numbers from 0 to 255. What is loaded loses its fraction, and what is beyond ends at the end. */
public final class TensorBufferUint8 extends TensorBuffer {
  TensorBufferUint8(int[] shape) {
    super(shape);
  }

  @Override
  public DataType getDataType() {
    return DataType.UINT8;
  }

  @Override
  public float[] getFloatArray() {
    int[] values = getIntArray();
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; ++i) out[i] = values[i];
    return out;
  }

  @Override
  public float getFloatValue(int absIndex) {
    return getIntValue(absIndex);
  }

  @Override
  public int[] getIntArray() {
    int[] out = new int[checkedSize()];
    for (int i = 0; i < out.length; ++i) out[i] = buffer.get(i) & 0xFF;
    return out;
  }

  @Override
  public int getIntValue(int absIndex) {
    return buffer.get(absIndex) & 0xFF;
  }

  @Override
  public void loadArray(float[] src, int[] shape) {
    ByteBuffer out = writable(src.length, shape);
    for (float value : src) out.put((byte) Math.max(Math.min(value, 255), 0));
    out.rewind();
  }

  @Override
  public void loadArray(int[] src, int[] shape) {
    ByteBuffer out = writable(src.length, shape);
    for (int value : src) out.put((byte) Math.max(Math.min(value, 255), 0));
    out.rewind();
  }
}
