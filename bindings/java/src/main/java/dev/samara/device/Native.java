package dev.samara.device;

import java.nio.charset.StandardCharsets;

/**
 * samara/c/device.h, call by call. Texts cross as UTF-8, since Java's own native form of them is
 * another; a device and a model cross as the pointers that {@link Handle} guards.
 */
final class Native {
  static {
    Library.load();
  }

  private Native() {}

  /** Null stays null, which the library refuses where it needs a text. */
  @Nullable
  static byte[] bytes(@Nullable String text) throws SamaraException {
    if (text == null) {
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      throw new SamaraException(Status.INVALID_ARGUMENT, "a text has a NUL in it");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[][] bytes(Iterable<String> texts, int count) throws SamaraException {
    byte[][] out = new byte[count][];
    int i = 0;
    for (String text : texts) {
      out[i++] = bytes(text);
    }
    return out;
  }

  static String string(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Options are name, value ...; bundled models name, version, path ... */
  static native long newDevice(
      byte[][] options,
      byte[][] bundled,
      @Nullable long[] first,
      @Nullable long[] updates,
      Upcalls upcalls,
      boolean hasState)
      throws SamaraException;

  static native void freeDevice(long device);

  static native ModelFile get(
      long device, byte[] model, int policy, @Nullable long[] conditions) throws SamaraException;

  static native ModelFile getWithFallback(
      long device, byte[] model, byte[] version, byte[] path, int policy) throws SamaraException;

  static native ModelFile getFromUrl(
      long device, byte[] url, byte[] sha256, byte[] key, byte[] name, int policy)
      throws SamaraException;

  static native ModelFile latestFile(long device, byte[] model) throws SamaraException;

  static native ModelFile[] list(long device) throws SamaraException;

  static native ModelFile details(long device, byte[] model) throws SamaraException;

  static native boolean isDownloaded(long device, byte[] model) throws SamaraException;

  static native boolean isReady(long device, byte[] model) throws SamaraException;

  static native boolean isUpdateAvailable(long device, byte[] model) throws SamaraException;

  static native void whenReady(long device, byte[] model, Upcalls.Ready ready)
      throws SamaraException;

  static native void update(long device, byte[] model) throws SamaraException;

  static native void prefetch(long device, byte[][] models) throws SamaraException;

  static native void waitForUpdates(long device) throws SamaraException;

  static native void cancel(long device, byte[] model) throws SamaraException;

  static native void delete(long device, byte[] model) throws SamaraException;

  static native void pin(long device, byte[] model, byte[] version) throws SamaraException;

  static native void confirm(long device, byte[] model) throws SamaraException;

  static native void rollBack(long device, byte[] model, byte[] reason) throws SamaraException;

  static native byte[] explain(long device, byte[] model) throws SamaraException;

  static native long open(long device, byte[] model, int policy) throws SamaraException;

  static native void freeModel(long model);

  static native ModelFile file(long model) throws SamaraException;

  static native TensorInfo[] tensors(long model, boolean outputs) throws SamaraException;

  static native void then(long model, int way) throws SamaraException;

  static native void thenCallback(long model, LiveModel.Fallback function) throws SamaraException;

  static native void thenRemote(long model, byte[] url, byte[] authorization, long mostMs)
      throws SamaraException;

  /** Each input is a byte[] or a direct ByteBuffer, taken from its first byte to its last. */
  static native Answer run(long model, Object[] inputs) throws SamaraException;
}
