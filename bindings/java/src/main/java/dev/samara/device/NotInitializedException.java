package dev.samara.device;

/** The app is used before {@link SamaraApp#initialize} or after {@link SamaraApp#close}. */
public final class NotInitializedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NotInitializedException(String message) {
    super(message);
  }
}
