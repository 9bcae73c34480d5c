package dev.samara.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tensors as bytes in the machine's order, between a buffer's position and its limit. */
public final class Buffers {
  private Buffers() {}

  public static ByteBuffer of(byte... values) {
    return ByteBuffer.wrap(values).order(ByteOrder.nativeOrder());
  }

  public static ByteBuffer of(float... values) {
    ByteBuffer out = of(new byte[values.length * Float.BYTES]);
    out.asFloatBuffer().put(values);
    return out;
  }

  public static ByteBuffer of(int... values) {
    ByteBuffer out = of(new byte[values.length * Integer.BYTES]);
    out.asIntBuffer().put(values);
    return out;
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] out = new byte[buffer.remaining()];
    buffer.duplicate().get(out);
    return out;
  }

  /** As native code takes it: a direct buffer as it is, all others copied. */
  static Object forNative(ByteBuffer buffer) {
    return buffer.isDirect() ? buffer.slice() : bytes(buffer);
  }
}
