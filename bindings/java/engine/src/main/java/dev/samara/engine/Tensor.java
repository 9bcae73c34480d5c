package dev.samara.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers or texts with their type and shape. They never change. */
public final class Tensor {
  private final Type type;
  private final int[] shape;
  private final byte[] bytes; // null: texts
  private final byte[][] texts; // in UTF-8

  private Tensor(Type type, int[] shape, byte[] bytes, byte[][] texts) {
    this.type = type;
    this.shape = shape;
    this.bytes = bytes;
    this.texts = texts;
  }

  /** Without a shape: one dimension. */
  public static Tensor of(float[] values, int... shape) {
    ByteBuffer out = room(values.length, 4);
    out.asFloatBuffer().put(values);
    return made(Type.FLOAT32, values.length, shape, out);
  }

  public static Tensor of(int[] values, int... shape) {
    ByteBuffer out = room(values.length, 4);
    out.asIntBuffer().put(values);
    return made(Type.INT32, values.length, shape, out);
  }

  public static Tensor of(long[] values, int... shape) {
    ByteBuffer out = room(values.length, 8);
    out.asLongBuffer().put(values);
    return made(Type.INT64, values.length, shape, out);
  }

  public static Tensor of(short[] values, int... shape) {
    ByteBuffer out = room(values.length, 2);
    out.asShortBuffer().put(values);
    return made(Type.INT16, values.length, shape, out);
  }

  /** int8; uint8 by of(Type, ...). */
  public static Tensor of(byte[] values, int... shape) {
    return made(Type.INT8, values.length, shape, ByteBuffer.wrap(values.clone()));
  }

  public static Tensor of(boolean[] values, int... shape) {
    ByteBuffer out = room(values.length, 1);
    for (int i = 0; i < values.length; ++i) out.put(i, (byte) (values[i] ? 1 : 0));
    return made(Type.BOOL, values.length, shape, out);
  }

  public static Tensor of(String[] values, int... shape) {
    byte[][] texts = new byte[values.length][];
    for (int i = 0; i < texts.length; ++i) texts[i] = values[i].getBytes(StandardCharsets.UTF_8);
    return new Tensor(Type.STRING, checked(values.length, shape), null, texts);
  }

  /** Bytes in the machine's order, from the buffer's position to its limit, as elements of a type. */
  public static Tensor of(Type type, ByteBuffer values, int... shape) {
    byte[] copy = new byte[values.remaining()];
    values.duplicate().get(copy);
    if (type == Type.STRING || (type.bytes() > 0 && copy.length % type.bytes() != 0))
      throw new IllegalArgumentException(copy.length + " bytes are no elements of " + type);
    int count = type.bytes() > 0 ? copy.length / type.bytes() : -1;
    return new Tensor(type, count < 0 ? shape.clone() : checked(count, shape), copy, null);
  }

  static Tensor ofNative(Type type, int[] shape, byte[] bytes) {
    return new Tensor(type, shape, bytes, null);
  }

  static Tensor ofNative(int[] shape, byte[][] texts) {
    return new Tensor(Type.STRING, shape, null, texts);
  }

  private static ByteBuffer room(int count, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.nativeOrder());
  }

  private static Tensor made(Type type, int count, int[] shape, ByteBuffer bytes) {
    return new Tensor(type, checked(count, shape), bytes.array(), null);
  }

  private static int[] checked(int count, int[] shape) {
    if (shape.length == 0) return new int[] {count};
    long size = 1;
    for (int d : shape) size = d < 0 ? -1 : Math.multiplyExact(size, (long) d);
    if (size != count)
      throw new IllegalArgumentException(
          count + " elements have no shape " + Arrays.toString(shape));
    return shape.clone();
  }

  public Type type() {
    return type;
  }

  public int[] shape() {
    return shape.clone();
  }

  public float[] floats() {
    float[] out = new float[count(Type.FLOAT32)];
    buffer().asFloatBuffer().get(out);
    return out;
  }

  public int[] ints() {
    int[] out = new int[count(Type.INT32)];
    buffer().asIntBuffer().get(out);
    return out;
  }

  public long[] longs() {
    long[] out = new long[count(Type.INT64)];
    buffer().asLongBuffer().get(out);
    return out;
  }

  public short[] shorts() {
    short[] out = new short[count(Type.INT16)];
    buffer().asShortBuffer().get(out);
    return out;
  }

  public boolean[] booleans() {
    boolean[] out = new boolean[count(Type.BOOL)];
    for (int i = 0; i < out.length; ++i) out[i] = bytes[i] != 0;
    return out;
  }

  /** Of any type but texts, in the machine's order. */
  public byte[] bytes() {
    return raw().clone();
  }

  /** As bytes(), to be read only. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(raw()).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
  }

  public String[] strings() {
    String[] out = new String[rawTexts().length];
    for (int i = 0; i < out.length; ++i) out[i] = new String(texts[i], StandardCharsets.UTF_8);
    return out;
  }

  byte[] raw() {
    if (bytes == null) throw new IllegalStateException("the tensor holds texts");
    return bytes;
  }

  byte[][] rawTexts() {
    if (texts == null) throw new IllegalStateException("the tensor holds " + type + ", no texts");
    return texts;
  }

  private int count(Type asked) {
    if (type != asked)
      throw new IllegalStateException("the tensor holds " + type + ", not " + asked);
    return raw().length / type.bytes();
  }

  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape);
  }
}
