package dev.samara.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What an inference gave, who gave it, and why not those before. */
public final class Answer {
  private final byte[][] outputs;
  private final Way way;
  private final String why;

  /** Called by native code. */
  Answer(byte[][] outputs, int way, byte[] why) {
    this.outputs = outputs;
    this.way = Way.values()[way];
    this.why = Native.string(why);
  }

  public Way getWay() {
    return way;
  }

  /** "answered by bundled; cpu: ..." */
  public String getWhy() {
    return why;
  }

  public int getOutputCount() {
    return outputs.length;
  }

  /** The bytes of output {@code i}, in the machine's byte order; a view that cannot be written. */
  public ByteBuffer getOutput(int i) {
    return ByteBuffer.wrap(outputs[i]).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
  }

  /** Output {@code i} of a model that gives float32. */
  public float[] getFloats(int i) {
    float[] out = new float[outputs[i].length / Float.BYTES];
    getOutput(i).asFloatBuffer().get(out);
    return out;
  }
}
