package org.tensorflow.lite.support.common.internal;

/** What has to hold, with the exception that says so. */
public final class SupportPreconditions {
  private SupportPreconditions() {}

  public static <T> T checkNotNull(T reference, Object message) {
    if (reference == null) throw new NullPointerException(String.valueOf(message));
    return reference;
  }

  public static void checkArgument(boolean holds, Object message) {
    if (!holds) throw new IllegalArgumentException(String.valueOf(message));
  }

  public static void checkState(boolean holds, Object message) {
    if (!holds) throw new IllegalStateException(String.valueOf(message));
  }
}
