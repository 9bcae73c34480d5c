package dev.samara.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an inference gave, who gave it, and why not those before. What it says of the version that
 * answered stays so whatever is swapped in meanwhile.
 */
public final class Answer {
  private final byte[][] outputs;
  private final TensorInfo[] infos;
  private final Way way;
  private final String why;
  @Nullable private final ModelFile file;

  /** Called by native code. */
  Answer(byte[][] outputs, TensorInfo[] infos, int way, byte[] why, @Nullable ModelFile file) {
    this.outputs = outputs;
    this.infos = infos;
    this.way = Way.values()[way];
    this.why = Native.string(why);
    this.file = file;
  }

  public Way getWay() {
    return way;
  }

  /** "answered by bundled; cpu: ..." */
  public String getWhy() {
    return why;
  }

  /** The version that answered; null: the app's function or an endpoint did. */
  @Nullable
  public ModelFile getFile() {
    return file;
  }

  public int getOutputCount() {
    return outputs.length;
  }

  /**
   * What output {@code i} is in the version that answered, or, where none did, in the one in use.
   *
   * @throws IndexOutOfBoundsException no such output
   */
  public TensorInfo getOutputInfo(int i) {
    return infos[i];
  }

  /** The bytes of output {@code i}, in the machine's byte order; a view that cannot be written. */
  public ByteBuffer getOutput(int i) {
    return ByteBuffer.wrap(outputs[i]).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
  }

  /**
   * Output {@code i} of a version that gives float32.
   *
   * @throws IllegalStateException the version that answered gives another type
   */
  public float[] getFloats(int i) {
    if (file != null && !infos[i].getType().equals("float32")) {
      throw new IllegalStateException("output " + i + " is " + infos[i] + ", not float32");
    }
    float[] out = new float[outputs[i].length / Float.BYTES];
    getOutput(i).asFloatBuffer().get(out);
    return out;
  }
}
