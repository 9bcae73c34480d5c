package org.tensorflow.lite.support.tensorbuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;

/** A tensor's numbers, uint8 or float32, of a fixed shape or one that goes with what is loaded. */
public abstract class TensorBuffer {
  /** The numbers' bytes in native order, or a buffer of the caller's. */
  protected ByteBuffer buffer;

  private int[] shape = {};
  private final boolean dynamic;

  TensorBuffer(int[] shape) {
    dynamic = shape == null;
    allocate(dynamic ? new int[] {0} : shape);
  }

  public static TensorBuffer createFixedSize(int[] shape, DataType dataType) {
    if (dataType == DataType.FLOAT32 || dataType == DataType.UINT8)
      SupportPreconditions.checkNotNull(shape, "TensorBuffer shape cannot be null.");
    return create(shape, dataType);
  }

  public static TensorBuffer createDynamic(DataType dataType) {
    return create(null, dataType);
  }

  private static TensorBuffer create(int[] shape, DataType dataType) {
    if (dataType == DataType.FLOAT32) return new TensorBufferFloat(shape);
    if (dataType == DataType.UINT8) return new TensorBufferUint8(shape);
    throw new AssertionError("TensorBuffer does not support data type: " + dataType);
  }

  /** A copy of another type; float to uint8 drops fractions and keeps within 0 to 255. */
  public static TensorBuffer createFrom(TensorBuffer buffer, DataType dataType) {
    SupportPreconditions.checkNotNull(buffer, "Cannot create a buffer from null");
    TensorBuffer out = create(buffer.dynamic ? null : buffer.shape, dataType);
    if (buffer.getDataType() == DataType.FLOAT32 && dataType == DataType.FLOAT32)
      out.loadArray(buffer.getFloatArray(), buffer.shape);
    else out.loadArray(buffer.getIntArray(), buffer.shape);
    return out;
  }

  public ByteBuffer getBuffer() {
    return buffer;
  }

  public int getFlatSize() {
    return checkedSize();
  }

  public int[] getShape() {
    checkedSize();
    return shape.clone();
  }

  public boolean isDynamic() {
    return dynamic;
  }

  public abstract DataType getDataType();

  public abstract float[] getFloatArray();

  public abstract float getFloatValue(int absIndex);

  public abstract int[] getIntArray();

  public abstract int getIntValue(int absIndex);

  public int getTypeSize() {
    return getDataType().byteSize();
  }

  public abstract void loadArray(float[] src, int[] shape);

  public abstract void loadArray(int[] src, int[] shape);

  public void loadArray(float[] src) {
    loadArray(src, shape);
  }

  public void loadArray(int[] src) {
    loadArray(src, shape);
  }

  /** Takes the buffer itself, without a copy. */
  public void loadBuffer(ByteBuffer buffer, int[] shape) {
    SupportPreconditions.checkNotNull(buffer, "Byte buffer cannot be null.");
    int expected = getTypeSize() * sizeOf(shape);
    SupportPreconditions.checkArgument(
        buffer.limit() == expected,
        "The size of byte buffer and the shape do not match. Expected: "
            + expected
            + " Actual: "
            + buffer.limit());
    checkFits(shape);
    this.shape = shape.clone();
    buffer.rewind();
    this.buffer = buffer;
  }

  public void loadBuffer(ByteBuffer buffer) {
    loadBuffer(buffer, shape);
  }

  /** Memory that can be written, for that many numbers of that shape; from its beginning. */
  protected ByteBuffer writable(int count, int[] shape) {
    SupportPreconditions.checkArgument(
        count == sizeOf(shape),
        "The size of the array to be loaded does not match the specified shape.");
    checkFits(shape);
    if (buffer.isReadOnly() || buffer.capacity() != count * getTypeSize()) allocate(shape);
    this.shape = shape.clone();
    buffer.rewind();
    return buffer;
  }

  /** How many numbers there are. */
  protected int checkedSize() {
    int size = sizeOf(shape);
    SupportPreconditions.checkState(
        buffer.limit() == getTypeSize() * size,
        String.format(
            "The size of underlying ByteBuffer (%d) and the shape (%s) do not match. The"
                + " ByteBuffer may have been changed.",
            buffer.limit(), Arrays.toString(shape)));
    return size;
  }

  private void allocate(int[] shape) {
    buffer = ByteBuffer.allocateDirect(sizeOf(shape) * getTypeSize());
    buffer.order(ByteOrder.nativeOrder());
    this.shape = shape.clone();
  }

  private void checkFits(int[] shape) {
    SupportPreconditions.checkArgument(
        dynamic || Arrays.equals(shape, this.shape),
        "The shape of a buffer of fixed size is " + Arrays.toString(this.shape));
  }

  private static int sizeOf(int[] shape) {
    SupportPreconditions.checkNotNull(shape, "Shape cannot be null.");
    long size = 1;
    for (int d : shape) {
      SupportPreconditions.checkArgument(
          d >= 0, "Values in TensorBuffer shape should be non-negative.");
      size *= d;
      SupportPreconditions.checkArgument(
          size <= Integer.MAX_VALUE / 4, "The shape " + Arrays.toString(shape) + " is too large");
    }
    return (int) size;
  }
}
