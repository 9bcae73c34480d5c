package dev.samara.engine;

/** The native half: the file of the property samara.engine.library, else by the system's places. */
final class Native {
  static {
    String named = System.getProperty("samara.engine.library");
    if (named != null) System.load(named);
    else System.loadLibrary("samara_engine_jni");
  }

  private Native() {}

  static native long load(String path, boolean reference);

  static native long loadBytes(byte[] bytes, boolean reference);

  /** Of whatever it is. */
  static native void free(long handle);

  static native String[] signatures(long model);

  static native long session(long model, String signature, int threads, long limitMs);

  /** For each: name, {type, shape ...}, {scale, zero point}. */
  static native Object[] tensors(long session, boolean outputs);

  static native int[] shape(long session, boolean output, int i);

  static native void resize(long session, int i, int[] shape);

  static native void set(long session, int i, byte[] bytes);

  static native void setStrings(long session, int i, byte[][] texts);

  static native long cancellation();

  static native void cancel(long cancellation);

  static native void run(long session, long deadlineMs, long cancellation);

  static native byte[] output(long session, int i);

  static native byte[][] strings(long session, int i);

  static native void reset(long session);
}
